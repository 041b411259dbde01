"""Where a request goes: below the base URL and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, unquote

# RFC 3986: pchar and the slash. An escape that is already there stays as it is.
_SAFE = "/:@!$&'()*+,;=~"
_ESCAPE = re.compile(r"(%[0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PLAIN = re.compile(r"[A-Za-z0-9_~/-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEPARATOR = re.compile(r"[/\\]")


@lru_cache(maxsize=4096)
def relative(path: str) -> str:
    """`path` percent-encoded (UTF-8), without a leading slash. `%41` stays `%41`; a lone `%` becomes `%25`.

    Raises `ValueError` for a path that names a host or scheme, holds a query, or would climb out of the base.
    """
    if "//" in path or _SCHEME.match(path):
        raise ValueError("the path must be relative to the base URL, without scheme and without //")
    if "?" in path or "#" in path:
        raise ValueError("the path must not hold ? or #; pass params, or write %3F and %23")
    if not _PLAIN.fullmatch(path):
        _climbs(path)
    return "".join(_encoded(piece) for piece in _ESCAPE.split(path.removeprefix("/")))


def _climbs(path: str) -> None:
    """Twice, because some servers unescape twice."""
    for seen in (path, unquote(path), unquote(unquote(path))):
        if _CONTROL.search(seen):
            raise ValueError("the path must not hold control characters")
        if any(segment.partition(";")[0] in (".", "..") for segment in _SEPARATOR.split(seen)):
            raise ValueError("the path must not hold the segments . and ..")


def _encoded(piece: str) -> str:
    return piece if _ESCAPE.fullmatch(piece) else quote(piece, safe=_SAFE)


def query(params: Mapping[str, str]) -> str:
    """`a=1&b=2` in the order given, percent-encoded (UTF-8, a space is `%20`)."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params.items())


def target(base: str, path: str, params: Mapping[str, str]) -> str:
    """The URL of a request. `base` has no trailing slash; an empty `path` is the base itself. Raises `ValueError`."""
    tail = relative(path)
    url = f"{base}/{tail}" if tail or path else base
    return f"{url}?{query(params)}" if params else url


__all__ = ["query", "relative", "target"]
