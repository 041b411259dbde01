"""Queries, who may ask them, and the routes that ask before they deliver."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import jq  # type: ignore[import-not-found]  # an extension module without stubs

from bus.config.check_routes import items, said, texts, unknown_system
from bus.config.check_systems import Known
from bus.config.condition import comes_from, takes
from bus.config.findings import Finding
from bus.config.mistakes import nearest
from bus.config.placeholders import Filler
from bus.config.source import Spot
from bus.words import Words
from lienthong.ports import Query

REFUSED = "refused"
_THERE_ARE = Words("there are", "hiện có")
_ENDS = Words("it ends with", "kết quả có thể là")
_CAN = Words("it can be asked", "có thể hỏi")


def queries(tree: Spot, filler: Filler, known: Mapping[str, Known]) -> list[Finding]:
    """What is wrong with the queries, with `ask` of clients and with `enrich` of routes."""
    section = tree.below("queries")
    findings: list[Finding] = []
    declared: dict[str, Query | None] = {}
    for key, spot in (section.children if section and section.children else {}).items():
        declared[str(key)] = None
        system = spot.below("system")
        if system is None or not isinstance(system.scalar, str) or system.broken:
            continue
        findings += unknown_system(system, known)
        offered = known[system.scalar].queries if system.scalar in known else None
        if offered is None:
            continue
        declared[str(key)] = offered.get(str(key))
        if str(key) not in offered:
            findings.append(_not_offered(spot.key, str(key), system.scalar, known[system.scalar]))
    findings += _polls(tree, known)
    findings += _processes(tree, known)
    findings += _published(tree, known, declared)
    return findings + _clients(tree, declared) + _routes(tree, filler, declared) + _same_system(tree)


def _not_offered(place: Any, name: str, system: str, known: Known) -> Finding:
    hint = nearest(name, known.queries or {}, _CAN)
    return Finding(place, "LT070", {"name": name, "system": system, "adapter": known.adapter, "hint": hint})


def _published(tree: Spot, known: Mapping[str, Known], declared: Collection[str]) -> Iterator[Finding]:
    """What adapters ask in their callers' names."""
    for system, one in known.items():
        spot = tree.below("systems", system, "settings") or tree.below("systems", system)
        for name in one.asks if spot is not None else ():
            if name not in declared and spot is not None:
                yield Finding(spot.key, "LT071", {"name": name, "hint": nearest(name, declared, _THERE_ARE)})


def _polls(tree: Spot, known: Mapping[str, Known]) -> Iterator[Finding]:
    """Each type that a poll may bring has to be taken by a route."""
    section, routes = tree.below("systems"), items(tree.below("routes"))
    for name, spot in (section.children if section and section.children else {}).items():
        source, polls = f"/systems/{name}", spot.below("polls")
        declared = known[str(name)].polls or {}
        for poll, place in (polls.children if polls and polls.children else {}).items():
            for type in declared[str(poll)].types if str(poll) in declared else ():
                if not any(_takes(route, type, source) for route in routes):
                    yield Finding(place.key, "LT075", {"type": type, "source": source})


def _processes(tree: Spot, known: Mapping[str, Known]) -> Iterator[Finding]:
    """What a process says has to go somewhere: by a route, or to a system that it addresses."""
    routes = items(tree.below("routes"))
    addressed = {type for one in known.values() for op in (one.operations or {}).values() for type in op.types}
    for name, one in known.items():
        spot = tree.below("systems", name)
        left = [type for type in one.says or () if type not in addressed]
        left = [type for type in left if not any(_takes(route, type, f"/systems/{name}") for route in routes)]
        if left and spot is not None:
            yield Finding(spot.key, "LT077", {"name": name, "types": ", ".join(left)})


def _takes(route: Spot, type: str, source: str) -> bool:
    """Whether a route is for this type and source, as far as they alone decide. One that is broken counts."""
    types, sources = route.below("types"), route.below("sources")
    fits = types is None or any(takes(pattern, type) for _, pattern in texts(types))
    return fits and (not texts(sources) or any(comes_from(pattern, source) for _, pattern in texts(sources)))


def _clients(tree: Spot, declared: Mapping[str, Query | None]) -> list[Finding]:
    section = tree.below("clients")
    clients = section.children.values() if section and section.children else ()
    return [
        Finding(item.value, "LT071", {"name": pattern, "hint": nearest(pattern, declared, _THERE_ARE)})
        for client in clients
        for item, pattern in texts(client.below("ask"))
        if pattern != "*" and not any(takes(pattern, name) for name in declared)
    ]


def _routes(tree: Spot, filler: Filler, declared: Mapping[str, Query | None]) -> list[Finding]:
    findings: list[Finding] = []
    for spot in (one for route in items(tree.below("routes")) for one in items(route.below("enrich"))):
        name = spot.below("query")
        if name is not None and isinstance(name.scalar, str) and not name.broken:
            findings += _enrich(spot, name, declared)
        findings += _programs(spot, filler)
    return findings


def _same_system(tree: Spot) -> list[Finding]:
    section = tree.below("queries")
    asked = section.children if section and section.children else {}
    findings: list[Finding] = []
    for route in items(tree.below("routes")):
        targets = {name for _, name in texts(route.below("to"))}
        for enrich in items(route.below("enrich")):
            name = enrich.below("query")
            query = asked.get(name.scalar) if name is not None and isinstance(name.scalar, str) else None
            system = query.below("system") if query is not None else None
            if name is not None and system is not None and system.scalar in targets:
                values = {"query": str(name.scalar), "system": str(system.scalar)}
                findings.append(Finding(name.value, "LT074", values))
    return findings


def _enrich(spot: Spot, name: Spot, declared: Mapping[str, Query | None]) -> Iterator[Finding]:
    if name.scalar not in declared:
        hint = nearest(str(name.scalar), declared, _THERE_ARE)
        yield Finding(name.value, "LT071", {"name": str(name.scalar), "hint": hint})
    query = declared.get(str(name.scalar))
    rules = spot.below("on")
    if query is None or rules is None or not rules.children:
        return
    ends = (*query.results, REFUSED)
    for outcome, rule in rules.children.items():
        if outcome not in ends:
            hint = nearest(str(outcome), ends, _ENDS)
            yield Finding(rule.key, "LT073", {"name": query.name, "outcome": str(outcome), "hint": hint})


def _programs(spot: Spot, filler: Filler) -> Iterator[Finding]:
    for program in (spot.below("ask"), spot.below("purpose")):
        if program is None or program.broken or not isinstance(program.scalar, str):
            continue
        try:
            jq.compile(program.scalar)
        except ValueError as error:
            yield Finding(program.value, "LT072", {"reason": filler.hide(said(error))})
