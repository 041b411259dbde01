"""A request for a token, and what the answer to it means. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from connectors.auth.fixed import basic_value
from connectors.auth.login import LATER
from connectors.auth.reading import document, value
from connectors.auth.token_settings import OAuth2
from connectors.urls import absolute
from lienthong.requests import Misconfigured, NotSent, Post, Reply, Request

# RFC 6749, 5.2: the partner's own word for it, which holds nothing of what we sent.
_REFUSALS = frozenset(
    {
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
_CHECK = "check token_url, client_id and client_secret"


@dataclass(frozen=True, slots=True)
class Granted:
    """A token and its life in seconds."""

    token: str = field(repr=False)
    life: float


def token_request(settings: OAuth2) -> Request:
    """The request with its secrets; never to be logged."""
    form = {"grant_type": "client_credentials"} | settings.form
    form |= {name: secret.get_secret_value() for name, secret in settings.secret_form.items()}
    headers = {"accept": "application/json"} | settings.headers
    identity, secret = settings.client_id, settings.client_secret
    if identity is not None and secret is not None:
        if settings.credentials == "basic":
            headers["authorization"] = basic_value(identity, secret.get_secret_value())
        else:
            form |= {"client_id": identity, "client_secret": secret.get_secret_value()}
    path = "" if absolute(settings.token_url) else settings.token_url
    return Post(path, form=form, headers=headers, write=False)


def granted(settings: OAuth2, reply: Reply) -> Granted:
    """The token that was given. Raises `Misconfigured` where it was refused, `NotSent` where it may come later."""
    if reply.status in LATER or reply.status >= 500:
        raise NotSent(f"the request for a token was answered with status {reply.status}; nothing was sent")
    found = document(reply)
    word = value(found, "/error")
    said = f" ({word})" if isinstance(word, str) and word in _REFUSALS else ""
    if word in ("temporarily_unavailable", "server_error"):
        raise NotSent("the request for a token was answered with an error that will pass; nothing was sent")
    if not 200 <= reply.status < 300:
        raise Misconfigured(f"the request for a token was refused with status {reply.status}{said}; {_CHECK}")
    if said:
        raise Misconfigured(f"the request for a token was refused{said}; {_CHECK}")
    if found is None:
        raise NotSent("the request for a token was answered with something that is not JSON; nothing was sent")
    return Granted(_token(settings, found), _life(settings, found))


def _token(settings: OAuth2, found: Any) -> str:
    token = value(found, settings.token)
    if isinstance(token, str) and token and token.isascii() and token.isprintable():
        return token
    raise Misconfigured(f"the answer holds no token at {settings.token} that a header can carry; check auth.token")


def _life(settings: OAuth2, found: Any) -> float:
    """As a number or a text. Absent, or not above 0 (which some gateways send for "unlimited"): as configured."""
    told = value(found, settings.expires_in)
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return settings.lifetime
    try:
        life = float(told)
    except (ValueError, OverflowError):
        return settings.lifetime
    return life if math.isfinite(life) and life > 0 else settings.lifetime


def fresh_for(settings: OAuth2, life: float) -> float:
    """Seconds after which a new token is asked for."""
    return min(settings.refresh * life, max(life - settings.margin, life / 2))


__all__ = ["Granted", "fresh_for", "granted", "token_request"]
