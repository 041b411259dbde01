"""URLs in the configuration file."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import httpx
from pydantic import AfterValidator

from connectors.targets import relative


def base_url(value: str) -> str:
    """An absolute http or https URL without user, query and fragment; a trailing slash is dropped."""
    if re.search(r"[\s\x00-\x1f\\]", value):
        raise ValueError("must not hold spaces or backslashes")
    parts = _parts(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("must be absolute, e.g. https://api.example.vn/v1")
    if "@" in parts.netloc:
        raise ValueError("must not hold user and password; use auth: {type: basic, ...}")
    if "?" in value or "#" in value:
        raise ValueError("must not hold a query or a fragment; use params for what every request carries")
    relative(parts.path)
    return _sendable(value.rstrip("/"))


def _parts(value: str) -> SplitResult:
    """`urlsplit`, without what the library's errors repeat of the value."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        pass
    else:
        return parts
    raise ValueError("is not a URL; write https://HOST[:PORT][/PATH]")


def _sendable(value: str) -> str:
    try:
        httpx.URL(value)
    except httpx.InvalidURL:
        pass
    else:
        return value
    raise ValueError("is not a URL that can be called; check the host name")


def proxy_url(value: str) -> str:
    """`http://HOST:PORT` of a forward proxy."""
    parts = urlsplit(base_url(value))
    if parts.scheme != "http" or parts.path or parts.port is None:
        raise ValueError("must be http://HOST:PORT")
    return value.rstrip("/")


def absolute(value: str) -> bool:
    """Whether it names a host of its own."""
    return value.lower().startswith(("http://", "https://"))


def url_or_path(value: str) -> str:
    """A URL as `base_url` takes it, or a path below the connector's own."""
    if absolute(value):
        return base_url(value)
    relative(value)
    return value


Url = Annotated[str, AfterValidator(base_url)]
UrlOrPath = Annotated[str, AfterValidator(url_or_path)]

__all__ = ["Url", "UrlOrPath", "absolute", "base_url", "proxy_url", "url_or_path"]
