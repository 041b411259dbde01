"""Decides who gets a token, whose token counts, and what the category service says. No I/O."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from ..carrying import Done
from .settings import EarlyExpiry, TokenRefused, Unauthorized
from .store import Arrival, State

Headers = Mapping[str, str]
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a call is not let in: a word for the counters, and what RFC 6749 or 6750 calls it."""

    why: str
    error: str


class Desk:
    """Answers the platform's own services."""

    def __init__(self, state: State) -> None:
        self.state = state

    def token(self, raw: bytes, headers: Headers, call: Arrival) -> Done:
        """The token endpoint. A missing or misspelt Content-Type is tolerated, as there are clients that send none."""
        fault = self.state.dice.roll("token_refused", "login", TokenRefused)
        if fault is not None:
            return _done(call, {"error": fault.error}, fault.status)
        form = dict(parse_qsl(raw.decode("utf-8", "replace")))
        if form.get("grant_type") != "client_credentials":
            self.state.refused["grant-type"] += 1
            return _done(call, {"error": "unsupported_grant_type"}, 400)
        why = self._stranger(form, headers) or self._access(headers)
        if why is not None:
            self.state.refused[why] += 1
            return _done(call, {"error": "invalid_client"}, 401)
        early = self.state.dice.roll("early_expiry", "login", EarlyExpiry)
        lifetime = self.state.settings.lifetime
        token = self.state.issue(lifetime if early is None else early.seconds)
        call.token = token.number
        told = {"access_token": token.value, "scope": "am_application_scope default", "token_type": "Bearer"}
        return _done(call, {**told, "expires_in": int(lifetime)})

    def admit(self, headers: Headers, call: Arrival) -> Refused | None:
        """Whether a call with these headers is let through. Counts it on its token."""
        scheme, _, value = headers.get("authorization", "").partition(" ")
        token = self.state.valid(value) if scheme.lower() == "bearer" else None
        if token is None:
            why = "expired-token" if value in self.state.tokens else "no-token"
            return self._refuse(Refused(why, "invalid_token"))
        call.token = token.number
        token.calls += 1
        why_access = self._access(headers)
        if why_access is not None:
            return self._refuse(Refused(why_access, "invalid_token"))
        if self.state.dice.roll("unauthorized", call.service, Unauthorized) is not None:
            return self._refuse(Refused("fault", "invalid_token"))
        return None

    def dmdc(self, method: str, path: str, raw: bytes, call: Arrival) -> Done:
        """The category service; `path` is what stands behind its own."""
        kind, _, name = path.strip("/").partition("/")
        category = self.state.categories.get(name)
        if category is None or kind not in ("Metadata", "Category"):
            return _done(call, {"MSG": f"{kind}/{name} not found", "Count": 0}, 404)
        if method == "GET":
            return _done(call, category.metadata() if kind == "Metadata" else category.records)
        if method != "POST" or kind != "Category":
            return _done(call, {"MSG": "Method not allowed", "Count": 0}, 405)
        try:
            records = orjson.loads(raw)
        except orjson.JSONDecodeError:
            records = None
        if not isinstance(records, list) or not records:
            return _done(call, {"MSG": "Data not insert: body is not an array", "Count": 0}, 400)
        return _done(call, category.add(records))

    def _stranger(self, form: Mapping[str, str], headers: Headers) -> str | None:
        settings = self.state.settings
        own = (settings.consumer_key, settings.consumer_secret)
        scheme, _, value = headers.get("authorization", "").partition(" ")
        basic = tuple(_text(value).split(":", 1)) if scheme.lower() == "basic" else None
        body = (form["client_id"], form.get("client_secret", "")) if "client_id" in form else None
        if settings.credentials == "none":
            return None if basic is None and body is None else "credentials-not-wanted"
        given = {"basic": basic, "body": body, "either": basic or body}[settings.credentials]
        return None if given == own else "wrong-credentials"

    def _access(self, headers: Headers) -> str | None:
        if self.state.settings.access is None:
            return None
        try:
            given = json.loads(_text(headers.get("lgspaccesstoken", "")))
        except ValueError:
            return "wrong-lgspaccesstoken"
        expected = self.state.settings.access.model_dump(exclude_none=True)
        fits = isinstance(given, dict) and all(given.get(name) == value for name, value in expected.items())
        return None if fits else "wrong-lgspaccesstoken"

    def _refuse(self, refused: Refused) -> Refused:
        self.state.refused[refused.why] += 1
        return refused


def enveloped(state: State, status: int, body: bytes) -> tuple[int, bytes]:
    """An answer of a provider in the envelope that is configured."""
    if state.settings.envelope == "none":
        return status, body
    good, bad = state.settings.processing_status
    try:
        inner: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        inner = body.decode("utf-8", "replace")
    wrapped = {
        "code": status,
        "status": good if 200 <= status < 300 else bad,
        "correlationId": state.uuid(),
        "response": inner,
    }
    return (200 if state.settings.envelope_status == "200" else status), orjson.dumps(wrapped)


def _done(call: Arrival, content: Any, status: int = 200) -> Done:
    def answered() -> None:
        call.status = status

    return Done(orjson.dumps(content), answered, status, JSON)


def _text(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


__all__ = ["Desk", "Refused", "enveloped"]
