"""What the models cannot see: names, parts, routes and conditions that have to fit together."""

from __future__ import annotations

from urllib.parse import urlsplit

from bus.config.check_clients import clients
from bus.config.check_queries import queries
from bus.config.check_retention import retention
from bus.config.check_routes import routes
from bus.config.check_systems import Known, systems
from bus.config.check_types import own_types
from bus.config.findings import Finding
from bus.config.model import Dispatch
from bus.config.placeholders import Filler
from bus.config.source import Spot
from schemas.units import unit_code

_SCHEMES = {
    "ledger": (("sqlite", "postgresql"), "sqlite:///PATH or postgresql://USER@HOST/DATABASE"),
    "broker": (("memory", "amqp", "amqps"), "memory:// or amqp://USER:PASSWORD@HOST/VHOST"),
}


def check(tree: Spot, filler: Filler) -> list[Finding]:
    """Everything that is wrong with a configuration beyond its models. What is broken there is passed over here."""
    known: dict[str, Known] = {}
    return [
        *_unit(tree, filler),
        *_urls(tree),
        *_window(tree),
        *retention(tree, filler),
        *systems(tree, filler, known),
        *own_types(tree, filler),
        *routes(tree, filler, known),
        *queries(tree, filler, known),
        *clients(tree, known),
    ]


def _unit(tree: Spot, filler: Filler) -> list[Finding]:
    spot = tree.below("unit")
    if spot is None or spot.broken or not isinstance(spot.scalar, str):
        return []
    try:
        unit_code(spot.scalar)
    except ValueError:
        return [Finding(spot.value, "LT062", {"unit": filler.hide(spot.scalar)})]
    return []


def _urls(tree: Spot) -> list[Finding]:
    findings = []
    for section, (schemes, hint) in _SCHEMES.items():
        spot = tree.below(section, "url")
        if spot is None or spot.broken or not isinstance(spot.scalar, str):
            continue
        if urlsplit(spot.scalar).scheme not in schemes or "://" not in spot.scalar:
            expected = " or ".join(f"{scheme}://" for scheme in schemes)
            findings.append(Finding(spot.value, "LT060", {"key": f"{section}.url", "expected": expected, "hint": hint}))
    return findings


def _window(tree: Spot) -> list[Finding]:
    spot = tree.below("dispatch", "window")
    written = tree.below("dispatch", "in_flight")
    in_flight = written.scalar if written else Dispatch().in_flight
    if spot is None or not isinstance(spot.scalar, int) or not isinstance(in_flight, int) or spot.scalar >= in_flight:
        return []
    return [Finding(spot.value, "LT061", {"window": str(spot.scalar), "in_flight": str(in_flight)})]
