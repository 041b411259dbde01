"""Which systems a message goes to. Pure: no ledger, no broker, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from bus.config.condition import comes_from, compile_all, compile_condition, document, takes
from bus.config.model import Config, Route
from lienthong.ports import Adapter
from lienthong.processes import Process
from lienthong.requests import Problem

_CACHED = 4096  # pairs of (type, source): far more than a province has, and a bound where callers choose sources


class Target(NamedTuple):
    """One delivery to be made. `lane` is `None` where the operation keeps no order."""

    system: str
    operation: str
    lane: str | None
    route: str


@dataclass(frozen=True, slots=True)
class Routing:
    """Where a message goes: to `targets`, or nowhere because a route says `drop`, or it is refused with `problem`.

    `problem.code` is `no-route` or `route-condition-failed`; it is set exactly if there are no targets and the message
    was not dropped.
    """

    targets: tuple[Target, ...] = ()
    dropped: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """A route as far as type and source decide: `targets` are (system, operation, ordered)."""

    name: str
    drop: bool
    when: str | None
    targets: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of a (type, source) before the data is looked at. `conditions` answers for all `when`s at once.

    `heard`: the processes that hear it. `addressed`: a process says it, to the system that its data names.
    """

    ways: tuple[_Way, ...]
    conditions: Callable[[str], list[Any]] | None
    heard: tuple[Target, ...] = ()
    addressed: bool = False


class Router:
    """Routes by type, source and jq condition. `adapters` are those of the configured systems, by system name.

    All matching routes apply; a system gets a message once. Under a pattern (`dossier.*`, `*`) a system gets those
    types that its adapter has an operation for. A condition holds if its first output is neither `false` nor `null`;
    one that fails on a message refuses the message, because nobody knows where it should have gone.
    Processes need no routes: they hear every message of their types, and what they say to a system (`data.system`,
    where its adapter has an operation for the very type) goes there. See `lienthong.processes`.
    Raises `ValueError`, naming the route, for a condition that does not compile.
    """

    def __init__(self, config: Config, adapters: Mapping[str, Adapter]) -> None:
        self._routes = config.routes
        self._adapters = adapters
        self._processes = {
            source_of(name): (name, adapter) for name, adapter in adapters.items() if isinstance(adapter, Process)
        }
        self._plans: dict[tuple[str, str], _Plan] = {}
        for route in config.routes:
            if route.when is not None:
                _compiles(route.name, route.when)

    def route(self, type: str, source: str, subject: str, data: bytes | str | Any) -> Routing:
        """Where this message goes. `data` is JSON text (bytes or str) or a parsed object; only a condition reads it."""
        plan = self._plans.get((type, source)) or self._plan(type, source)
        ways = plan.ways
        if plan.conditions is not None:
            held = plan.conditions(document(type, source, subject, data))
            for way, holds in zip(ways, held, strict=True):
                if not isinstance(holds, bool):
                    return Routing(problem=_failed(way.name, holds["error"]))
            ways = tuple(way for way, holds in zip(ways, held, strict=True) if holds)
        more = plan.heard + (self._addressed(type, data) if plan.addressed else ())
        return _routing(ways, type, source, subject, more)

    def _plan(self, type: str, source: str) -> _Plan:
        hearing = tuple(
            Target(name, "hear", None, "")
            for said_by, (name, one) in self._processes.items()
            if said_by != source and type in one.hears
        )
        ways = tuple(self._way(route, type) for route in self._routes if _takes(route, type, source))
        conditions = _conditions(ways) if any(way.when is not None for way in ways) else None
        plan = _Plan(ways, conditions, hearing, source in self._processes)
        if len(self._plans) >= _CACHED:
            self._plans.clear()
        self._plans[type, source] = plan
        return plan

    def _addressed(self, type: str, data: bytes | str | Any) -> tuple[Target, ...]:
        said = orjson.loads(data) if isinstance(data, bytes | str) else data
        system = said.get("system") if isinstance(said, dict) else None
        adapter = self._adapters.get(system) if isinstance(system, str) else None
        operations = adapter.operations.values() if adapter is not None else ()
        return tuple(Target(str(system), one.name, None, "") for one in operations if type in one.types)

    def _way(self, route: Route, type: str) -> _Way:
        found = ((system, self._adapters[system].operation_for(type)) for system in route.to)
        targets = tuple((system, operation.name, operation.ordered) for system, operation in found if operation)
        return _Way(route.name, route.drop, route.when, targets)


def _compiles(name: str, when: str) -> None:
    try:
        compile_condition(when)
    except ValueError as error:
        raise ValueError(f"route {name}: {error}") from error


def _takes(route: Route, type: str, source: str) -> bool:
    by_source = not route.sources or any(comes_from(pattern, source) for pattern in route.sources)
    return by_source and any(takes(pattern, type) for pattern in route.types)


def _conditions(ways: tuple[_Way, ...]) -> Callable[[str], list[Any]]:
    program = compile_all([way.when for way in ways])
    conditional = next(index for index, way in enumerate(ways) if way.when is not None)

    def run(document: str) -> list[Any]:
        try:
            answer: list[Any] = program.input_text(document).first()
        except ValueError as error:  # jq cannot read the document, or the program as a whole broke off
            answer = [True] * len(ways)
            answer[conditional] = {"error": str(error)}
        return answer

    return run


def source_of(process: str) -> str:
    """What a process is called as a source."""
    return f"/systems/{process}"


def _routing(ways: tuple[_Way, ...], type: str, source: str, subject: str, more: tuple[Target, ...]) -> Routing:
    targets = {target.system: target for target in more}
    for way in ways:
        for system, operation, ordered in way.targets:
            targets.setdefault(system, Target(system, operation, subject if ordered else None, way.name))
    if targets:
        return Routing(tuple(targets.values()))
    if any(way.drop for way in ways):
        return Routing(dropped=True)
    return Routing(problem=_no_route(ways, type, source))


def _no_route(ways: tuple[_Way, ...], type: str, source: str) -> Problem:
    cure = "add a route for it, or one with drop: true"
    if ways:
        names = ", ".join(way.name for way in ways)
        return Problem("no-route", "/type", f"no system of the routes {names} has an operation for {type}: {cure}")
    return Problem("no-route", "/type", f"no route takes {type} from {source}: {cure}")


def _failed(route: str, reason: str) -> Problem:
    return Problem("route-condition-failed", "/data", f"the condition of route {route} fails on this message: {reason}")
