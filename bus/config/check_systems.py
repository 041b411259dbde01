"""Systems: their adapters and connectors, and the settings of both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bus import registry
from bus.config.findings import Finding
from bus.config.mistakes import Section, errors_of, nearest
from bus.config.model import Ledger, System
from bus.config.placeholders import Filler
from bus.config.secret import in_clear
from bus.config.source import Spot
from bus.words import Words
from lienthong.ports import Adapter, Operation, Poll, Query
from lienthong.processes import Process

M = TypeVar("M", bound=BaseModel)

_LEASE = 1.5  # a call has to begin with more lease left than it may take, also between two renewals


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a configured system; no operations and queries (`None`) where its adapter is not known.

    `says`: what it tells other systems without a route, if it is a process; else `None`.
    """

    adapter: str
    operations: Mapping[str, Operation] | None = None
    queries: Mapping[str, Query] | None = None
    polls: Mapping[str, Poll] | None = None
    asks: Collection[str] = ()
    signed: Collection[str] = ()
    says: Collection[str] | None = None


def systems(tree: Spot, filler: Filler, known: dict[str, Known]) -> list[Finding]:
    """What is wrong with the systems; fills `known` with all that have a name, broken ones too."""
    section = tree.below("systems")
    findings: list[Finding] = []
    for name, spot in (section.children if section and section.children else {}).items():
        known[str(name)] = Known("")
        system = salvage(System, spot.plain())
        if system is not None:
            known[str(name)] = _System(spot, system, filler, findings).judge()
            findings += _lease(tree, str(name), spot, system)
    return findings


def _lease(tree: Spot, name: str, spot: Spot, system: System) -> list[Finding]:
    ledger = tree.below("ledger")
    found = salvage(Ledger, ledger.plain() if ledger and ledger.children else {})
    needed = system.deadline * _LEASE
    if found is None or found.lease >= needed:
        return []
    place = written.value if (written := spot.below("deadline")) else spot.key
    values = {"name": name, "deadline": f"{system.deadline:g}", "needed": f"{needed:g}", "lease": f"{found.lease:g}"}
    return [Finding(place, "LT063", values)]


def salvage(model: type[M], data: Any) -> M | None:
    """`data` as `model` without the keys that are wrong, or `None` where one that is needed is missing or wrong."""
    rest = deepcopy(data)
    while isinstance(rest, dict):
        try:
            return model.model_validate(rest)
        except ValidationError as error:
            wrong = {problem["loc"][0] for problem in error.errors() if problem["loc"]}
            if not wrong or not wrong <= rest.keys():
                return None
            rest = {key: value for key, value in rest.items() if key not in wrong}
    return None


@dataclass(slots=True)
class _System:
    """One system while it is looked at."""

    spot: Spot
    system: System
    filler: Filler
    findings: list[Finding]
    asks: Collection[str] = ()

    def judge(self) -> Known:
        adapter = self._adapter()
        self._connector(adapter)
        if adapter is None:
            return Known(self.system.adapter)
        operations = self._operations(adapter)
        self._on_unknown(adapter, operations)
        self._polls(adapter)
        says = adapter.says if issubclass(adapter, Process) else None
        return Known(self.system.adapter, operations, adapter.queries, adapter.polls, self.asks, adapter.signed, says)

    def _adapter(self) -> type[Adapter] | None:
        place = self._place("adapter")
        try:
            return registry.adapter_class(self.system.adapter)
        except registry.NotRegistered:
            hint = nearest(self.system.adapter, registry.adapters(), Words("there are", "hiện có"))
            self._report("LT030", place, name=self.system.adapter, hint=hint)
        except registry.NotLoadable as error:
            self._report("LT032", place, reason=str(error))
        return None

    def _connector(self, adapter: type[Adapter] | None) -> None:
        place = self._place("connector", "adapter")
        name = self.system.connector or (adapter or Adapter).connector
        try:
            connector = registry.connector_class(name)
        except registry.NotRegistered:
            hint = nearest(name, registry.connectors(), Words("there are", "hiện có"))
            self._report("LT031", place, name=name, hint=hint)
            return
        except registry.NotLoadable as error:
            self._report("LT032", place, reason=str(error))
            return
        section = registry.connect_section(adapter or Adapter, connector, self.system.connect)
        passed_over = () if adapter else ("auth",)
        self._settings("connect", connector.Settings, section, passed_over)

    def _settings(self, key: str, model: type[BaseModel], data: dict[str, Any], passed_over: tuple[str, ...]) -> bool:
        """Report what is wrong with one of the free sections; says whether it is right."""
        spot = self.spot.below(key) or Spot(self.spot.key, self.spot.key)
        if spot.children is None and spot.raw is not None:
            return False
        secret, found = in_clear(model, data, spot, self.filler)
        errors = [error for error in errors_of(model, data) if not error["loc"] or error["loc"][0] not in passed_over]
        self.findings += found
        self.findings += Section(spot, model, self.filler.hide, secret, data).findings(errors)
        return not errors

    def _operations(self, adapter: type[Adapter]) -> Mapping[str, Operation] | None:
        """Those of an instance where one can be made, because an adapter may get its operations from its settings."""
        if not self._settings("settings", adapter.Settings, dict(self.system.settings), ()):
            return adapter.operations or None
        try:
            made = adapter(adapter.Settings.model_validate(self.system.settings))
            self.asks = made.asks
            return made.operations
        except ValueError as error:
            place = self._place("settings", "adapter")
            reason = self.filler.hide(str(error))
            self._report("LT035", place, adapter=self.system.adapter, reason=reason)
        return adapter.operations or None

    def _on_unknown(self, adapter: type[Adapter], operations: Mapping[str, Operation] | None) -> None:
        for name, choice in self.system.on_unknown.items():
            spot = self.spot.below("on_unknown", name)
            if spot is None or operations is None:
                continue
            if name not in operations:
                hint = nearest(name, operations, Words("it has", "gồm có"))
                self._report("LT033", spot.key, adapter=self.system.adapter, name=name, hint=hint)
            elif choice == "lookup" and name not in adapter.lookups:
                self._report("LT034", spot.value, adapter=self.system.adapter, name=name)

    def _polls(self, adapter: type[Adapter]) -> None:
        for name in self.system.polls:
            spot = self.spot.below("polls", name)
            if spot is not None and name not in adapter.polls:
                hint = nearest(name, adapter.polls, Words("it has", "gồm có"))
                self._report("LT036", spot.key, adapter=self.system.adapter, name=name, hint=hint)

    def _place(self, *keys: str) -> Any:
        spots = (self.spot.below(key) for key in keys)
        return next((spot.value for spot in spots if spot is not None), self.spot.key)

    def _report(self, code: str, place: Any, **values: str | Words) -> None:
        self.findings.append(Finding(place, code, values))
