"""What the connector's answers mean: an HTTP status, and a body that may be wrapped in `{code, message, data}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lienthong.requests import Reply, Request, classify
from lienthong.verdicts import Reject, Retry, Single, Stop, Unknown

from .settings import Answers


def document(reply: Reply, request: Request, settings: Answers) -> Any | Single:
    """The body of an answer that says success, or the verdict of one that does not.

    400 is a refusal; 401 and 403 stop; 404 is a wrong path; 502 may have taken effect where something was written.
    """
    if reply.status in (404, 405):
        return Stop(f"http-{reply.status}: nothing is served at this path; check base_url and settings.paths")
    verdict = classify(reply, request)
    if isinstance(verdict, Reject):
        return Reject("refused-by-connector", f"the connector answered {reply.status}: {_message(_json(reply))}"[:500])
    if verdict is not None:
        return Retry(verdict.reason) if isinstance(verdict, Unknown) and not request.write else verdict
    body = _json(reply)
    code = _code(body, settings)
    if body is None or (isinstance(body, Mapping) and not body):
        return _unclear(request, "the answer is not JSON, or empty")
    if code is None or code in settings.success:
        return body
    reason = f"the connector answered {code}: {_message(body)}"[:500]
    return Retry(reason) if code in settings.retry else Reject("refused-by-connector", reason)


def member(body: Any, *names: str) -> str | None:
    """A text or number of the body, or of `data` in it, under the first of the names that is there in any case."""
    for level in (body, _inside(body)):
        members = {str(key).casefold(): value for key, value in level.items()} if isinstance(level, Mapping) else {}
        for name in names:
            value = members.get(name.casefold())
            if isinstance(value, int | str) and not isinstance(value, bool) and value != "":
                return str(value)
    return None


def records(body: Any, pointers: tuple[str, ...]) -> list[Any] | None:
    """The list in an answer; the answer itself may be one."""
    if isinstance(body, list):
        return body
    for pointer in pointers:
        value = body
        for name in pointer.split("/")[1:]:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, list):
            return value
    return None


def _inside(body: Any) -> Any:
    return body.get("data") if isinstance(body, Mapping) else None


def _code(body: Any, settings: Answers) -> str | None:
    for name in settings.codes:
        value = body.get(name) if isinstance(body, Mapping) else None
        if isinstance(value, int | str) and value != "":
            return str(value).casefold()
    return None


def _message(body: Any) -> str:
    value = body.get("message") if isinstance(body, Mapping) else None
    return value if isinstance(value, str) and value else "without a text"


def _json(reply: Reply) -> Any:
    try:
        return reply.json()
    except (ValueError, RecursionError):
        return None


def _unclear(request: Request, reason: str) -> Single:
    return Unknown(reason) if request.write else Retry(reason)


__all__ = ["document", "member", "records"]
