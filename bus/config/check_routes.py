"""Routes: targets, types and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bus.config.check_systems import Known
from bus.config.condition import compile_condition, takes
from bus.config.findings import Finding
from bus.config.mistakes import nearest
from bus.config.placeholders import Filler
from bus.config.source import Spot
from bus.words import Words
from schemas.registry import TYPES

_JQ = re.compile(r"jq: error: (?P<reason>.*?) at <top-level>, (?P<where>line \d+, column \d+)", re.DOTALL)
_SYSTEMS = Words("there are", "hiện có")


def routes(tree: Spot, filler: Filler, known: Mapping[str, Known]) -> list[Finding]:
    """What is wrong with the routes, and systems that nothing reaches."""
    findings: list[Finding] = []
    types = all_types(tree)
    names: dict[str, int] = {}
    reached: set[str] = set()
    for spot in items(tree.below("routes")):
        findings += _name(spot, names)
        findings += _targets(spot, known, reached)
        findings += unknown_types(spot.below("types"), types)
        findings += _operations(spot, known)
        findings += _condition(spot, filler)
    return findings + _unreached(tree, known, reached)


def all_types(tree: Spot) -> set[str]:
    """The message types of the bus and of this installation."""
    own = tree.below("types")
    return {*TYPES, *(str(name) for name in (own.children if own and own.children else {}))}


def unknown_types(spot: Spot | None, types: Iterable[str]) -> list[Finding]:
    """A finding for each type or pattern in the list at `spot` that takes nothing."""
    known = set(types)
    return [
        Finding(item.value, "LT047", {"name": name, "hint": nearest(name, known, Words("there are", "hiện có"))})
        for item, name in texts(spot)
        if name != "*" and not any(takes(name, type) for type in known)
    ]


def texts(spot: Spot | None) -> list[tuple[Spot, str]]:
    """The readable texts of a list."""
    return [(item, item.scalar) for item in items(spot) if isinstance(item.scalar, str) and not item.broken]


def unknown_systems(spot: Spot | None, known: Iterable[str]) -> list[Finding]:
    """A finding for each name in the list at `spot` that is no configured system."""
    names = set(known)
    return [finding for item, _ in texts(spot) for finding in unknown_system(item, names)]


def unknown_system(spot: Spot, known: Iterable[str]) -> list[Finding]:
    """A finding if the name at `spot` is no configured system."""
    names, name = set(known), str(spot.scalar)
    return (
        [] if name in names else [Finding(spot.value, "LT040", {"name": name, "hint": nearest(name, names, _SYSTEMS)})]
    )


def items(spot: Spot | None) -> list[Spot]:
    """The items of a list."""
    return list(spot.children.values()) if spot is not None and spot.is_list and spot.children else []


def _name(spot: Spot, names: dict[str, int]) -> list[Finding]:
    name = spot.below("name")
    if name is None or not isinstance(name.scalar, str):
        return []
    if name.scalar in names:
        return [Finding(name.value, "LT045", {"name": name.scalar, "line": str(names[name.scalar])})]
    names[name.scalar] = name.value.line
    return []


def _targets(spot: Spot, known: Mapping[str, Known], reached: set[str]) -> list[Finding]:
    to, drop = spot.below("to"), spot.below("drop")
    name = str(named.scalar) if (named := spot.below("name")) else "?"
    targets, drops = items(to), drop is not None and drop.scalar is True
    reached.update(text for _, text in texts(to))
    findings = unknown_systems(to, known)
    if drops and targets and to is not None:
        findings.append(Finding(to.key, "LT044", {"name": name}))
    unreadable = to is not None and not to.is_list and to.raw is not None
    if not drops and not targets and not unreadable and spot.children is not None:
        findings.append(Finding(spot.value, "LT043", {"name": name}))
    return findings


def _operations(spot: Spot, known: Mapping[str, Known]) -> list[Finding]:
    """An exact type must be one the target takes; of a pattern, at least one."""
    types = spot.below("types")
    patterns = [(item.value, text) for item, text in texts(types)]
    findings = []
    for target, name in texts(spot.below("to")):
        system = known.get(name)
        if system is None or system.operations is None:
            continue
        taken = sorted({type for operation in system.operations.values() for type in operation.types})
        for place, pattern in patterns if types is not None else [(target.value, "*")]:
            if "*" not in taken and not any(takes(pattern, type) for type in taken):
                listed = ", ".join(taken) or "nothing"
                values = {"system": name, "type": pattern, "adapter": system.adapter, "types": listed}
                findings.append(Finding(place, "LT041", values))
    return findings


def _condition(spot: Spot, filler: Filler) -> list[Finding]:
    when = spot.below("when")
    if when is None or when.broken or not isinstance(when.scalar, str):
        return []
    try:
        compile_condition(when.scalar)
    except ValueError as error:
        return [Finding(when.value, "LT042", {"reason": filler.hide(said(error))})]
    return []


def said(error: BaseException) -> str:
    """jq's words in one line: what, and where in the program."""
    match = _JQ.search(str(error))
    return f"{match['reason']} ({match['where']})" if match else str(error).splitlines()[0]


def _unreached(tree: Spot, known: Mapping[str, Known], reached: set[str]) -> list[Finding]:
    """A system that is only asked, by polls or queries, is of use without a route, and so is a process, and whom a
    process tells something."""
    section = tree.below("queries")
    asked = [spot.below("system") for spot in (section.children if section and section.children else {}).values()]
    useful = reached | {str(spot.scalar) for spot in asked if spot is not None}
    found = ((name, tree.below("systems", name)) for name, system in known.items() if system.operations)
    return [
        Finding(spot.key, "LT046", {"name": name})
        for name, spot in found
        if spot and name not in useful and not _polled(spot) and not _addressed(known[name], known)
    ]


def _addressed(system: Known, known: Mapping[str, Known]) -> bool:
    """A process hears without routes, and what it says to a system goes there without one."""
    said = {type for one in known.values() for type in one.says or ()}
    carried = {type for operation in (system.operations or {}).values() for type in operation.types}
    return system.says is not None or bool(said & carried)


def _polled(system: Spot) -> bool:
    polls = system.below("polls")
    return polls is not None and bool(polls.children)
