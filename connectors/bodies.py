"""A request's body as bytes, with its content type."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson

from lienthong.requests import Request


def encoded(request: Request) -> tuple[bytes | None, str | None]:
    """Body and content type, both `None` without a body.

    JSON is compact UTF-8 in the order of the keys. Raises `ValueError` for a body that cannot be written or that is
    given twice; the message holds nothing of the body.
    """
    given = [body for body in (request.json, request.form, request.content) if body is not None]
    if len(given) > 1:
        raise ValueError("only one of json, form and content may be set")
    if request.json is not None:
        return _json(request), "application/json; charset=utf-8"
    if request.form is not None:
        return _form(request), "application/x-www-form-urlencoded"
    if request.content is not None:
        return request.content, "application/octet-stream"
    return None, None


def _json(request: Request) -> bytes:
    try:
        return orjson.dumps(request.json)
    except TypeError as error:
        reason = str(error)
    raise ValueError(f"the body cannot be written as JSON: {reason}")


def _form(request: Request) -> bytes:
    try:
        return urlencode(request.form or {}).encode("ascii")
    except UnicodeEncodeError:
        reason = "it holds half a surrogate pair"
    raise ValueError(f"the form cannot be written as UTF-8: {reason}")


__all__ = ["encoded"]
