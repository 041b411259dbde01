"""Percent-encoding of identifier parts in URLs and X-Road headers, and the one form of a path for comparing it.

Source: PR-REST 4.1, 4.2; RFC 3986, 2.1 and 3.3.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

# pchar without the escape: unreserved, sub-delims, colon and at
_SAFE = "!$&'()*+,;=:@-._~"
_SEGMENT = re.compile(r"(?:[A-Za-z0-9!$&'()*+,;=:@\-._~]|%[0-9A-Fa-f]{2})*")
_DOTS = {".": "%2E", "..": "%2E%2E"}
# Escaped slashes and percent signs stay escaped, or two different paths would become one.
_KEPT = re.compile(r"(%(?:2[Ff]|25))")


def encode_segment(part: str) -> str:
    """`part` as one path segment, UTF-8. Raises `ValueError` for half a surrogate pair."""
    try:
        return _DOTS.get(part) or quote(part, safe=_SAFE)
    except UnicodeEncodeError:
        pass
    raise ValueError("an identifier holds half a surrogate pair; correct it")


def decode_segment(segment: str) -> str:
    """The opposite. Raises `ValueError` for a slash, a character that must be escaped, a broken escape, or no UTF-8."""
    if not _SEGMENT.fullmatch(segment):
        raise ValueError("a segment holds a character or an escape that is not allowed; percent-encode it")
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        pass
    raise ValueError("a segment is not UTF-8 when unescaped; encode it as UTF-8")


def normalise_path(path: str) -> str:
    """The service path decoded once and without `.`, `..` and empty segments, for comparing it with endpoint patterns.

    `%2F` and `%25` stay. A path that climbs above its root keeps the leading `..`, so that no pattern for what is
    below the root matches it. Raises `ValueError` as `decode_segment` does.
    """
    kept: list[str] = []
    segments = [_unescaped(segment) for segment in path.split("/")]
    for segment in segments:
        if segment == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    open_end = segments[-1] in ("", ".", "..") and kept and kept[-1] != ".."
    return ("/" if path.startswith("/") else "") + "/".join(kept) + ("/" if open_end else "")


def _unescaped(segment: str) -> str:
    if not _SEGMENT.fullmatch(segment):
        raise ValueError("a path holds a character or an escape that is not allowed; percent-encode it")
    return "".join(piece.upper() if _KEPT.fullmatch(piece) else decode_segment(piece) for piece in _KEPT.split(segment))


__all__ = ["decode_segment", "encode_segment", "normalise_path"]
