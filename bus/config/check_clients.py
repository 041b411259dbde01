"""Clients: their keys, and what they may send and call."""

from __future__ import annotations

from collections.abc import Mapping

from bus.config.check_routes import all_types, unknown_systems, unknown_types
from bus.config.check_systems import Known
from bus.config.findings import Finding
from bus.config.secret import HASH
from bus.config.source import Spot


def clients(tree: Spot, known: Mapping[str, Known]) -> list[Finding]:
    """What is wrong with the clients beyond their model. Keys are never printed."""
    signing: dict[str, str] = {}
    findings: list[Finding] = []
    types = all_types(tree)
    systems = _names(tree.below("systems"))
    owners: dict[str, str] = {}
    section = tree.below("clients")
    for name, spot in (section.children if section and section.children else {}).items():
        findings += _key(str(name), spot.below("key"), owners)
        findings += unknown_systems(spot.below("systems"), systems)
        findings += _signed(str(name), spot, known, signing)
        send = spot.below("send")
        for item in send.children.values() if send is not None and send.is_list and send.children else ():
            findings += unknown_types(item.below("types"), types)
    return findings


def _signed(name: str, spot: Spot, known: Mapping[str, Known], signing: dict[str, str]) -> list[Finding]:
    """A client has a key, or its systems sign; and who signs may do nothing else."""
    signed, key = spot.below("signed"), spot.below("key")
    written = list(signed.children.values()) if signed is not None and signed.is_list and signed.children else []
    if bool(written) == (key is not None):
        return [] if spot.broken else [Finding(spot.key, "LT052", {"name": name})]
    findings = unknown_systems(signed, known)
    more = [one for one in ("systems", "read", "ask", "operate", "metrics") if spot.below(one) is not None]
    if written and more:
        findings.append(Finding(spot.key, "LT053", {"name": name, "keys": ", ".join(more)}))
    for item in written:
        system = str(item.scalar)
        if system in known and known[system].operations is not None and not known[system].signed:
            findings.append(Finding(item.value, "LT054", {"system": system, "adapter": known[system].adapter}))
        other = signing.setdefault(system, name)
        if other != name:
            findings.append(Finding(item.value, "LT055", {"system": system, "other": other}))
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
