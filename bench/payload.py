"""What is sent: 1 KiB of JSON with the look of a dossier's step. The same for both sides. Pure."""

from __future__ import annotations

import orjson
from pydantic import BaseModel, ConfigDict, Field

TYPE = "bench.sent"
SOURCE = "/bench/load"
SIZE = 1024


class Sent(BaseModel):
    """The data of one message."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=0)
    code: str = Field(pattern=r"^H49-[0-9]{9}$")
    office: str
    citizen: str
    fee: int = Field(ge=0)
    steps: list[str]
    note: str


def data(number: int) -> bytes:
    """Exactly `SIZE` bytes of JSON that `Sent` accepts."""
    fields = {
        "number": number,
        "code": f"H49-{number:09d}",
        "office": "Trung tâm Phục vụ hành chính công",
        "citizen": "Nguyễn Văn Ví Dụ",
        "fee": 50_000,
        "steps": ["received", "checked", "processed", "approved"],
        "note": "",
    }
    fields["note"] = "x" * (SIZE - len(orjson.dumps(fields)))
    return orjson.dumps(fields)


def event(mark: str, number: int) -> bytes:
    """A CloudEvent in structured mode around `data`. Every message has a subject of its own: no lane waits."""
    head = {
        "specversion": "1.0",
        "id": f"{mark}-{number}",
        "source": SOURCE,
        "type": TYPE,
        "subject": f"{mark}-{number}",
        "datacontenttype": "application/json",
    }
    return orjson.dumps(head)[:-1] + b',"data":' + data(number) + b"}"


def request(body: bytes, port: int, key: str) -> bytes:
    """A whole HTTP request to `POST /v1/events` of the bus at `port`."""
    head = (
        "POST /v1/events HTTP/1.1\r\n"
        f"host: 127.0.0.1:{port}\r\n"
        f"authorization: Bearer {key}\r\n"
        "content-type: application/cloudevents+json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
