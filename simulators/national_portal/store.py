"""What the portal holds, in memory: dossiers, their steps, and the order in which every effect took place."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import IO, Any, Literal

import orjson

from ..carrying import Later
from ..faults import Dice
from .faults import NationalFaults
from .holdings import Holdings
from .settings import NationalPortalSettings

Kind = Literal["insert", "update", "step", "other"]
VERSION_MARK = ("TrangThaiHoSo", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "GhiChu")
STEP_MARK = ("ThoiDiemXuLy", "TrangThai", "NguoiXuLy", "NoiDungXuLy")


@dataclass(slots=True)
class Effect:
    """One change of what the portal holds. `arrival` counts from 1 over all effects."""

    arrival: int
    service: str
    code: str
    kind: Kind
    mark: str
    answered: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the log shows it."""
        return {
            "seq": self.arrival,
            "service": self.service,
            "MaHoSo": self.code,
            "kind": self.kind,
            "key": self.mark,
            "answered": self.answered,
        }


@dataclass(slots=True)
class Dossier:
    """One dossier: `data` as it stands, the effect that made each version, the steps as they were stored."""

    data: Mapping[str, Any]
    versions: list[Effect] = field(default_factory=list)
    steps: list[tuple[Effect, Mapping[str, Any]]] = field(default_factory=list)

    def as_json(self, full: bool) -> dict[str, Any]:
        """As `/_control/records` shows it; `full` adds what was sent."""
        versions = [{"arrival": v.arrival, "kind": v.kind, "mark": v.mark} for v in self.versions]
        inserts = sum(version.kind == "insert" for version in self.versions)
        shown: dict[str, Any] = {
            "MaHoSo": self.versions[0].code,
            "inserts": inserts,
            "updates": len(versions) - inserts,
            "versions": versions,
            "steps": [_step(effect, data, full) for effect, data in self.steps],
        }
        return {**shown, "data": self.data} if full else shown


def _step(effect: Effect, data: Mapping[str, Any], full: bool) -> dict[str, Any]:
    shown = {"arrival": effect.arrival, "mark": effect.mark}
    return {**shown, "data": data} if full else shown


@dataclass(slots=True)
class Session:
    """A log-in."""

    expires: float
    calls: int = 0


class State:
    """Everything one simulated portal knows. Not thread-safe: one event loop uses it."""

    def __init__(self, settings: NationalPortalSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self.clock = clock
        self.later = Later()
        self._journal: IO[bytes] | None = None
        self.reset()

    def reset(self) -> None:
        """Back to the beginning: nothing held, no session, no fault, nothing to come."""
        self.later.forget()
        self.dossiers: dict[str, Dossier] = {}
        self.held = Holdings()
        self.log: list[Effect] = []
        self.sessions: dict[str, Session] = {}
        self.calls: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.dropped = 0
        self._random = Random(self.settings.seed)
        self.turn(NationalFaults(seed=self.settings.seed))

    def turn(self, faults: NationalFaults) -> None:
        """Let these faults be on and no others."""
        self.faults = faults
        self.dice = Dice(faults)

    def log_in(self) -> str:
        """A new session."""
        token = f"phien-{self._random.getrandbits(96):024x}"
        self.sessions[token] = Session(self.clock() + self.settings.session_lifetime)
        return token

    def put(self, kind: Literal["insert", "update"], data: Mapping[str, Any]) -> Effect:
        """Take a dossier as it is now said to be."""
        code = data["MaHoSo"]
        effect = self._effect("DongBoHoSoMC", code, kind, version_mark(data))
        dossier = self.dossiers.setdefault(code, Dossier(data))
        dossier.data = data
        dossier.versions.append(effect)
        return effect

    def step(self, data: Mapping[str, Any]) -> Effect | None:
        """Store a step behind the others of its dossier; `None` where it was dropped as a repeat."""
        code = data["MaHoSo"]
        dossier = self.dossiers[code]
        if self.steps == "dedupe" and any(data == stored for _, stored in dossier.steps):
            self.dropped += 1
            return None
        effect = self._effect("CapNhatTienDoHoSoMC", code, "step", step_mark(data))
        dossier.steps.append((effect, data))
        return effect

    def note(self, service: str, code: str) -> Effect:
        """An effect on what is held besides dossiers and steps."""
        return self._effect(service, code, "other", "")

    @property
    def steps(self) -> str:
        """What is done with a repeated step now."""
        return self.faults.steps or self.settings.steps

    def records(self, full: bool = False) -> Iterator[dict[str, Any]]:
        """Every dossier as `/_control/records` shows it, in the order of first arrival; what `audit` takes."""
        return (dossier.as_json(full) for dossier in self.dossiers.values())

    def totals(self) -> dict[str, int]:
        """How much is held."""
        kinds = Counter(effect.kind for effect in self.log)
        return {
            "dossiers": len(self.dossiers),
            "inserts": kinds["insert"],
            "updates": kinds["update"],
            "steps": kinds["step"],
            "effects": len(self.log),
        }

    def open(self) -> None:
        """Open the journal, if one is configured."""
        if self.settings.journal is not None:
            self._journal = self.settings.journal.open("ab")

    def close(self) -> None:
        """Let go of the journal, and of what was still to come."""
        self.later.forget()
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _effect(self, service: str, code: str, kind: Kind, mark: str) -> Effect:
        effect = Effect(len(self.log) + 1, service, code, kind, mark)
        self.log.append(effect)
        if self._journal is not None:
            self._journal.write(orjson.dumps(effect.as_json()) + b"\n")
            self._journal.flush()
        return effect


def version_mark(dossier: Mapping[str, Any]) -> str:
    """What tells this version of a dossier from its others."""
    return "|".join(dossier.get(name, "") for name in VERSION_MARK)


def step_mark(step: Mapping[str, Any]) -> str:
    """What tells this step of a dossier from its others."""
    return "|".join(step.get(name, "") for name in STEP_MARK)


__all__ = ["Dossier", "Effect", "Session", "State", "step_mark", "version_mark"]
