"""A file as `multipart/form-data` (RFC 7578). The boundary is made of the content: a repeat is the same bytes."""

from __future__ import annotations

import hashlib
import re

from lienthong.requests import Post, Request

_MEDIA = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}", re.ASCII)
# 160 bits: nobody writes a file that holds its own boundary
_BOUNDARY = 40


def multipart(path: str, field: str, name: str, media: str, content: bytes) -> Request:
    """The upload of one file."""
    boundary = hashlib.sha256(content).hexdigest()[:_BOUNDARY]
    kind = media if _MEDIA.fullmatch(media) else "application/octet-stream"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{_quoted(name)}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return Post(path, content=body, headers={"content-type": f"multipart/form-data; boundary={boundary}"})


def _quoted(name: str) -> str:
    """As browsers do it (HTML, multipart form data): UTF-8, with quotes and line breaks percent-encoded."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


__all__ = ["multipart"]
