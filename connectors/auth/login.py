"""The log-in of a session: what is asked, and what the answer means."""

from __future__ import annotations

import re
from typing import Any

from connectors.auth.reading import among, document, value
from connectors.auth.settings import Session
from lienthong.requests import Misconfigured, NotSent, Post, Reply, Request

_PLACE = re.compile(r"\{(username|password)\}")
LATER = frozenset({408, 425, 429})


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


def session(settings: Session, reply: Reply) -> str:
    """The session that a log-in gave.

    Raises `Misconfigured` where it was refused, `NotSent` where the partner cannot tell at the moment.
    """
    if reply.status in LATER or reply.status >= 500:
        raise NotSent(f"the log-in was answered with status {reply.status}; nothing was sent")
    if not 200 <= reply.status < 300:
        raise Misconfigured(
            f"the log-in was refused with status {reply.status}; check auth.login.path, auth.username and auth.password"
        )
    found = document(reply)
    if found is None:
        raise NotSent("the log-in was answered with something that is not JSON; nothing was sent")
    _demand_ok(settings, found)
    return _session(settings, found)


def _demand_ok(settings: Session, found: Any) -> None:
    ok = settings.login.ok
    if ok is None or among(value(found, ok.pointer), ok.values):
        return
    raise Misconfigured(
        f"the log-in was refused: {ok.pointer} is {_shown(settings, value(found, ok.pointer))}; "
        "check auth.username and auth.password"
    )


def _session(settings: Session, document: Any) -> str:
    found = value(document, settings.login.token)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not found:
        raise Misconfigured(f"the answer to the log-in holds no session at {settings.login.token}; check auth.login")
    return found


def _shown(settings: Session, value: Any) -> str:
    """A code is worth showing; a longer text might repeat what we sent."""
    text = "missing" if value is None else repr(value)
    return text if len(text) <= 20 and settings.password.get_secret_value() not in text else "something else"


__all__ = ["LATER", "login_request", "session"]
