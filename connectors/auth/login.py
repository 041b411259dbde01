"""The log-in of a session: what is asked, what the answer means, and how an expired session is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import orjson

from connectors.auth.pointer import Missing, get
from connectors.auth.settings import Expired, Session
from lienthong.requests import Misconfigured, NotSent, Post, Reply, Request

_PLACE = re.compile(r"\{(username|password)\}")
_LATER = frozenset({408, 425, 429})
# A refusal is short; what is longer is data, and not worth reading twice.
_LONGEST_REFUSAL = 64 * 1024


def login_request(settings: Session) -> Request:
    """The log-in with its secrets; never to be logged."""
    secrets = {"username": settings.username, "password": settings.password.get_secret_value()}
    return Post(settings.login.path, json=_filled(settings.login.body, secrets), write=False)


def _filled(template: Any, secrets: dict[str, str]) -> Any:
    if isinstance(template, str):
        return _PLACE.sub(lambda match: secrets[match[1]], template)
    if isinstance(template, dict):
        return {key: _filled(value, secrets) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [_filled(value, secrets) for value in template]
    return template


def token(settings: Session, reply: Reply) -> str:
    """The session that a log-in gave.

    Raises `Misconfigured` where it was refused, `NotSent` where the partner cannot tell at the moment.
    """
    if reply.status in _LATER or reply.status >= 500:
        raise NotSent(f"the log-in was answered with status {reply.status}; nothing was sent")
    if not 200 <= reply.status < 300:
        raise Misconfigured(
            f"the log-in was refused with status {reply.status}; check auth.login.path, auth.username and auth.password"
        )
    document = _document(reply)
    if document is None:
        raise NotSent("the log-in was answered with something that is not JSON; nothing was sent")
    _demand_ok(settings, document)
    return _token(settings, document)


def _demand_ok(settings: Session, document: Any) -> None:
    ok = settings.login.ok
    if ok is None or _among(_value(document, ok.pointer), ok.values):
        return
    raise Misconfigured(
        f"the log-in was refused: {ok.pointer} is {_shown(settings, _value(document, ok.pointer))}; "
        "check auth.username and auth.password"
    )


def _token(settings: Session, document: Any) -> str:
    found = _value(document, settings.login.token)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not found:
        raise Misconfigured(f"the answer to the log-in holds no session at {settings.login.token}; check auth.login")
    return found


def expired(settings: Session, reply: Reply) -> bool:
    """Whether the partner says that the session is not valid."""
    if reply.status == 401:
        return True
    if not settings.expired or len(reply.content) > _LONGEST_REFUSAL:
        return False
    document = _document(reply)
    return any(_means(condition, document) for condition in settings.expired)


def _means(condition: Expired, document: Any) -> bool:
    value = _value(document, condition.pointer)
    if value is None:
        return False
    if _among(value, condition.values):
        return True
    return isinstance(value, str) and any(_folded(phrase) in _folded(value) for phrase in condition.phrases)


def _document(reply: Reply) -> Any:
    try:
        return orjson.loads(reply.content)
    except orjson.JSONDecodeError:
        return None


def _value(document: Any, pointer: str) -> Any:
    try:
        return get(document, pointer)
    except Missing:
        return None


def _among(value: Any, values: Sequence[str | int | bool]) -> bool:
    """Partners send the same code now as a number, now as a text."""
    return isinstance(value, str | int) and _text(value) in {_text(other) for other in values}


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _shown(settings: Session, value: Any) -> str:
    """A code is worth showing; a longer text might repeat what we sent."""
    text = "missing" if value is None else repr(value)
    return text if len(text) <= 20 and settings.password.get_secret_value() not in text else "something else"


__all__ = ["expired", "login_request", "token"]
