"""One request and its answer, with the limits on what is read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from bus.config.model import Client

from .problems import Refused

JSON = b"application/json"

# Seconds for a whole body: a caller that is slower than that holds a connection for nothing.
_PATIENCE = 30


class Gone(Exception):
    """The caller closed the connection before its request was complete: nobody is there to be answered."""


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered. `media` is the content type."""

    status: int
    body: bytes = b""
    media: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


def json_response(value: Any, status: int = 200) -> Response:
    """`value` as JSON."""
    return Response(status, orjson.dumps(value))


class Call:
    """A request. `client` and `name` are set before a handler that needs a key is called."""

    __slots__ = (
        "_receive",
        "arguments",
        "client",
        "headers",
        "method",
        "name",
        "path",
        "query_string",
        "raw_path",
        "request_id",
    )

    name: str
    client: Client

    def __init__(self, scope: Scope, receive: Receive, request_id: str) -> None:
        self._receive = receive
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw_path: str = scope["raw_path"].partition(b"?")[0].decode("ascii", "replace")
        self.query_string: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.arguments: Mapping[str, str] = {}
        self.request_id = request_id

    def header(self, name: bytes) -> str | None:
        """A header field as text."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def query(self) -> dict[str, str]:
        """The query parameters; of one that is repeated the last."""
        return dict(parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True))

    def media(self) -> tuple[str, str]:
        """The content type without parameters, in lower case, and its charset in lower case (utf-8 if not said)."""
        kind, _, parameters = (self.header(b"content-type") or "").partition(";")
        charset = "utf-8"
        for parameter in parameters.split(";"):
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                charset = value.strip().strip('"').lower()
        return kind.strip().lower(), charset

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises `Refused` (too large, too slow, compressed) and `Gone`."""
        if self.headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise Refused("unsupported-media-type", "the body is compressed; send it without Content-Encoding")
        declared = self.headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            raise _too_large(limit)
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._read(limit)
        except TimeoutError:
            raise Refused("too-slow", f"the body was not complete after {_PATIENCE} s; repeat the request") from None

    async def _read(self, limit: int) -> bytes:
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            whole: bytes = message.get("body", b"")
            if len(whole) > limit:
                raise _too_large(limit)
            return whole
        read = bytearray()
        while True:
            if message["type"] == "http.disconnect":
                raise Gone
            read += message.get("body", b"")
            if len(read) > limit:
                raise _too_large(limit)
            if not message.get("more_body"):
                return bytes(read)
            message = await self._receive()


def _too_large(limit: int) -> Refused:
    return Refused("too-large", f"the body is larger than {limit} bytes (http.max_body); send less at once")
