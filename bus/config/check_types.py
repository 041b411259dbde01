"""The message types that this installation adds."""

from __future__ import annotations

from collections.abc import Iterator

from bus.config.findings import Finding
from bus.config.placeholders import Filler
from bus.config.source import Spot
from bus.json_schema import Path, Schema, WrongSchema
from schemas.registry import TYPES

_REFERENCES = ("$ref", "$dynamicRef")


def own_types(tree: Spot, filler: Filler) -> list[Finding]:
    """What is wrong with the section `types`."""
    own = tree.below("types")
    findings: list[Finding] = []
    for name, spot in (own.children if own and own.children else {}).items():
        if name in TYPES:
            findings.append(Finding(spot.key, "LT048", {"name": str(name)}))
        findings += _schema(str(name), spot.below("schema"), filler)
    return findings


def _schema(name: str, spot: Spot | None, filler: Filler) -> list[Finding]:
    if spot is None or spot.children is None or spot.is_list or any(one.broken for one in spot.walk()):
        return []
    try:
        Schema(spot.plain())
    except WrongSchema as error:
        reason = str(error)
        place = _place(spot, error.path, reason)
        return [Finding(place.value, "LT049", {"name": name, "reason": filler.hide(reason)})]
    return []


def _place(spot: Spot, path: Path, reason: str) -> Spot:
    """Where the mistake stands. Of a reference that leads nowhere only the reason tells which one it is."""
    if path:
        return spot.nearest([str(step) if not isinstance(step, int) else step for step in path])[0]
    named = (one for one in _references(spot) if str(one.scalar).removeprefix("#") in reason)
    return next(named, spot)


def _references(spot: Spot) -> Iterator[Spot]:
    for one in spot.walk():
        yield from (child for key, child in (one.children or {}).items() if key in _REFERENCES and child.scalar)
