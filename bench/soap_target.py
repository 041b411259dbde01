"""The simulator of `soap-lookups`: the citizen that was asked for, in as little time as it can be. The same for all.

A process of its own: `python -m bench.soap_target` says its port, and ends with standard input.
"""

from __future__ import annotations

import asyncio
import re
import sys
from typing import cast

import httptools
import orjson
import uvloop

NAMESPACE = "urn:example:bench:citizens"
_NUMBER = re.compile(rb"Number>(\d{12})<")
_PLACE = "<c:Province>22</c:Province><c:Ward>06652</c:Ward><c:Detail>Tổ 3</c:Detail><c:Country>VN</c:Country>"
_RELATIVE = "<c:Name>NGUYỄN VĂN MẪU</c:Name><c:Nationality>VN</c:Nationality><c:Number>022000000000</c:Number>"
_ANSWER = (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    f'<c:LookUpResult xmlns:c="{NAMESPACE}"><c:Citizen><c:Number>%s</c:Number><c:OldNumber>000000000</c:OldNumber>'
    "<c:Name><c:Family/><c:Middle/><c:Given>NGUYỄN VĂN VÍ DỤ</c:Given></c:Name><c:Sex>1</c:Sex><c:Group>01</c:Group>"
    "<c:Religion>00</c:Religion><c:Marriage>1</c:Marriage>"
    "<c:Born><c:Year>1999</c:Year><c:Date>19990517</c:Date></c:Born>"
    f"<c:Birthplace>{_PLACE}</c:Birthplace><c:Hometown>{_PLACE}</c:Hometown><c:Home>{_PLACE}</c:Home>"
    f"<c:Father>{_RELATIVE}</c:Father><c:Mother>{_RELATIVE}</c:Mother>"
    "</c:Citizen></c:LookUpResult></s:Body></s:Envelope>"
)
_BEFORE, _AFTER = (part.encode() for part in _ANSWER.split("%s"))
_LENGTH = len(_BEFORE) + 12 + len(_AFTER)
_HEAD = f"HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\ncontent-length: {_LENGTH}\r\n\r\n".encode()


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        asked = _NUMBER.search(self._body)
        self._body = b""
        if asked is None:
            self._transport.close()  # whoever sends that shall fail
        else:
            self._transport.write(_HEAD + _BEFORE + asked[1] + _AFTER)


async def serve() -> None:
    """Until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0, backlog=1024)
    sys.stdout.buffer.write(orjson.dumps({"port": server.sockets[0].getsockname()[1]}) + b"\n")
    sys.stdout.buffer.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(serve())
