"""Who may ask: the password of one call, X-Road with an API key, an LGSP's tokens. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from hmac import compare_digest

from .settings import Check, PopulationSettings

Headers = Mapping[str, str]
LGSP_KEYS = {"AccessKey", "SecretKey", "AppName"}


def refusal(headers: Headers, settings: PopulationSettings, now: float) -> str | None:
    """Why a request with these headers (names in lower case) is not let in at `now` (epoch, seconds), or `None`."""
    for check in settings.access:
        why = CHECKS[check](headers, settings, now)
        if why is not None:
            return why
    return None


def password(settings: PopulationSettings, timestamp: str) -> str:
    """The password of the one call that carries `timestamp`."""
    text = f"{settings.sv_url}{settings.username}{timestamp}{settings.secret_key}"
    return hashlib.sha256(text.encode()).hexdigest()


def _password(headers: Headers, settings: PopulationSettings, now: float) -> str | None:
    timestamp = headers.get("timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
        return "no-timestamp"
    seconds = int(timestamp) / (1000 if settings.timestamp_unit == "ms" else 1)
    if abs(now - seconds) > settings.timestamp_tolerance:
        return "timestamp-out-of-tolerance"
    expected = f"{settings.username}:{password(settings, timestamp)}"
    return None if _same(_decoded(headers, "basic"), expected) else "wrong-password"


def _x_road(headers: Headers, settings: PopulationSettings, now: float) -> str | None:
    if headers.get("x-road-client") != settings.x_road_client:
        return "wrong-x-road-client"
    return None if _same(headers.get("apikey", ""), settings.api_key) else "wrong-api-key"


def _lgsp(headers: Headers, settings: PopulationSettings, now: float) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or (settings.bearer is not None and not _same(token, settings.bearer)):
        return "wrong-bearer"
    if not set(_json(headers.get("lgspaccesstoken", ""))) >= LGSP_KEYS:
        return "wrong-lgspaccesstoken"
    given = _base64(headers.get(settings.auth_hash_header.lower(), ""))
    return None if _same(given, settings.auth_hash) else "wrong-auth-hash"


def _esb(headers: Headers, settings: PopulationSettings, now: float) -> str | None:
    named = headers.get("esb_source_type") and headers.get("esb_source_username") == settings.username
    return None if named else "wrong-esb-source"


CHECKS: Mapping[Check, Callable[[Headers, PopulationSettings, float], str | None]] = {
    "password": _password,
    "x-road": _x_road,
    "lgsp": _lgsp,
    "esb": _esb,
}


def _decoded(headers: Headers, scheme: str) -> str:
    given, _, value = headers.get("authorization", "").partition(" ")
    return _base64(value) if given.lower() == scheme else ""


def _base64(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _json(value: str) -> dict[str, str]:
    try:
        read = json.loads(_base64(value))
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _same(given: str, expected: str) -> bool:
    return compare_digest(given.encode(), expected.encode())


__all__ = ["password", "refusal"]
