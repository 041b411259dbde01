"""Clients: their keys, and what they may send and call."""

from __future__ import annotations

from bus.config.check_routes import all_types, unknown_systems, unknown_types
from bus.config.findings import Finding
from bus.config.secret import HASH
from bus.config.source import Spot


def clients(tree: Spot) -> list[Finding]:
    """What is wrong with the clients beyond their model. Keys are never printed."""
    findings: list[Finding] = []
    types = all_types(tree)
    systems = _names(tree.below("systems"))
    owners: dict[str, str] = {}
    section = tree.below("clients")
    for name, spot in (section.children if section and section.children else {}).items():
        findings += _key(str(name), spot.below("key"), owners)
        findings += unknown_systems(spot.below("systems"), systems)
        send = spot.below("send")
        for item in send.children.values() if send is not None and send.is_list and send.children else ():
            findings += unknown_types(item.below("types"), types)
    return findings


def _names(spot: Spot | None) -> list[str]:
    return [str(name) for name in (spot.children if spot and spot.children else {})]


def _key(name: str, spot: Spot | None, owners: dict[str, str]) -> list[Finding]:
    if spot is None or spot.broken or not isinstance(spot.scalar, str):
        return []
    if not HASH.fullmatch(spot.scalar):
        return [Finding(spot.value, "LT050", {"name": name})]
    other = owners.setdefault(spot.scalar, name)
    return [] if other == name else [Finding(spot.value, "LT051", {"name": name, "other": other})]
