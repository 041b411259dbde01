"""The configuration of a bus between the two simulated portals, with short times. Pure.

Secrets and addresses are placeholders: the same file serves `lienthong run` and a bus in the test's own process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

NATIONAL, PROVINCIAL = "national-portal", "provincial-portal"
PORTAL_KEY, OPERATOR_KEY = "lt_an-invented-portal-key", "lt_an-invented-operator-key"
LOOK_UP = {"on_unknown": "lookup", "lookup_service": "TraCuuTienDoHoSo"}

_FILED = ["dossier.submitted", "dossier.updated", "dossier.progressed"]
_ANSWERED = ["dossier.acknowledged", "dossier.refused"]
_PACE: dict[str, Any] = {
    "deadline": "2s",
    # longer than any call of these tests can take to have its effect after the bus gave it up
    "settle_after": "1s",
    "retry": {"first": "100ms", "longest": "1s"},
    "breaker": {"pause": "300ms", "longest": "1s"},
    # workers die at random here, and what happens to a delivery that kills its workers is another test
    "takeovers": 1000,
}


def document(port: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The whole configuration. `changes` are laid over it, section by section."""
    base: dict[str, Any] = {
        "unit": "000.00.00.H49",
        "ledger": {"url": "${env:LEDGER_URL}", "lease": "3s"},
        "broker": {"url": "${env:BROKER_URL}", "confirm_timeout": "3s"},
        "http": {"port": port},
        "dispatch": {"hint_timeout": "2s", "drain": "10s"},
        "clients": _clients(),
        "systems": {PROVINCIAL: _provincial(), NATIONAL: _national()},
        "routes": [
            {"name": "dossiers", "types": _FILED, "to": [NATIONAL]},
            {"name": "answers", "types": _ANSWERED, "to": [PROVINCIAL]},
        ],
    }
    return _over(base, changes)


def _clients() -> dict[str, Any]:
    return {
        PROVINCIAL: {
            "key": _hashed(PORTAL_KEY),
            "systems": [PROVINCIAL],
            "send": [{"source": "/h49/provincial-portal", "types": _FILED}],
        },
        "operator": {"key": _hashed(OPERATOR_KEY), "read": "all", "operate": True},
    }


def _provincial() -> dict[str, Any]:
    connect = {"base_url": "${env:PROVINCIAL_URL}", "timeouts": {"total": "1500ms"}}
    return {**_PACE, "adapter": "provincial_portal", "connect": connect, "concurrency": 8}


def _national() -> dict[str, Any]:
    connect = {
        "base_url": "${env:NATIONAL_URL}",
        "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
        "timeouts": {"total": "1500ms"},
        "auth": {"type": "session", "username": "000.00.00.H49", "password": "${env:NATIONAL_PASSWORD}"},
    }
    settings = {"madonvi": "000.00.00.H49", "steps": LOOK_UP}
    return {
        **_PACE,
        "adapter": "national_portal",
        "connector": "vxp",
        "connect": connect,
        "settings": settings,
        "concurrency": 8,
    }


def _over(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    laid = dict(base)
    for key, value in changes.items():
        below = laid.get(key)
        laid[key] = _over(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
    return laid


def _hashed(key: str) -> str:
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()
