"""Secrets that stand in the file itself."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from bus.config.findings import Finding
from bus.config.placeholders import Filler
from bus.config.shapes import secrets
from bus.config.source import Loc, Spot

HASH = re.compile(r"sha256:[0-9a-f]{64}")


def in_clear(model: type[BaseModel], data: Any, spot: Spot, filler: Filler) -> tuple[list[Loc], list[Finding]]:
    """Where `data` has secrets as `model` declares them, and a finding for each that is not kept elsewhere.

    `spot` is where `data` stands in the file. What is found is hidden from all messages from now on.
    """
    places = list(secrets(model, data))
    findings: list[Finding] = []
    for loc in places:
        found = spot.below(*loc)
        if found is None or not isinstance(found.raw, str) or "${" in found.raw:
            continue
        hidden = _secret_part(found.raw)
        if hidden:
            filler.secrets.add(hidden)
            if loc[0] != "clients":  # whether a client's key is a hash is checked with the clients
                findings.append(Finding(found.value, "LT013", {"key": str(loc[-1])}))
    return places, findings


def _secret_part(value: str) -> str | None:
    """The part of a value that must not be seen: of a URL its password, nothing of a hash, else all."""
    if not value or HASH.fullmatch(value):
        return None
    if "://" in value:
        credentials = value.partition("://")[2].rpartition("@")[0]
        return credentials.partition(":")[2] or None
    return value
