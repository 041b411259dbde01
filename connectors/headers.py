"""Which header lines may be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_FRAMING = frozenset({"connection", "content-length", "expect", "te", "trailer", "transfer-encoding", "upgrade"})


def checked(headers: Mapping[str, str], *, host: bool = False) -> Mapping[str, str]:
    """`headers` as they are. Raises `ValueError` for what would break or redirect the request, without its value."""
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a header name")
        if not _VALUE.fullmatch(value):
            raise ValueError(f"header {name} holds characters outside printable ASCII; percent-encode them")
        if name.lower() in _FRAMING or (name.lower() == "host" and not host):
            raise ValueError(f"header {name} is set by the connector alone; remove it")
    return headers


__all__ = ["checked"]
