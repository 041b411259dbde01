"""Measures: the bus and the peer in turns, so that a machine whose speed wanders treats both alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from statistics import median
from typing import Any

from . import bus
from .figures import Row, Runs, best, latency_row, throughput_row
from .peers import runner
from .plan import (
    DRAIN_PG_RABBIT,
    LIMIT_MS,
    LOAD,
    LOADED_LIKE,
    WHOLE_EMBEDDED,
    WHOLE_PG_RABBIT,
    Plan,
    in_turn,
)
from .servers import Servers

_WHOLE, _DRAIN = "celery-whole", "celery-drain"
_VARIANTS = {WHOLE_EMBEDDED: bus.EMBEDDED, WHOLE_PG_RABBIT: bus.WHOLE, DRAIN_PG_RABBIT: bus.DRAIN}
_PEERS = {WHOLE_EMBEDDED: _WHOLE, WHOLE_PG_RABBIT: _WHOLE, DRAIN_PG_RABBIT: _DRAIN}


@dataclass(frozen=True, slots=True)
class Contender:
    """One figure of every pair. `of`: a row of the bus, or what the peer does."""

    of: str
    variant: str
    run: Callable[[], float]


# Told the name of each run before it begins.
Step = Callable[[str], None]


class Measurement:
    """All of one plan."""

    def __init__(self, plan: Plan, servers: Servers, step: Step) -> None:
        self._plan = plan
        self._servers = servers
        self._step = step
        self._limits = bus.Limits(plan.connections, plan.limit)

    def rows(self, conditions: dict[str, Any]) -> list[Row]:
        """Measure. Raises `bench.children.Failed` when something does not work: better no figure than a wrong one."""
        producers = self._producers()
        runs = self._in_pairs([*self._ours(), *self._theirs(producers)])
        plan = self._plan
        common = {**conditions, "messages": plan.messages, "bytes": 1024, "connections": plan.connections}
        rows = [
            throughput_row(
                name, runs[name], runs[_PEERS[name]], f"Celery {version('celery')}", {**common, "producers": producers}
            )
            for name in _VARIANTS
            if name in plan.rows
        ]
        return rows + [self._intake(name, runs, common) for name in LOADED_LIKE if name in plan.rows]

    def count(self) -> int:
        """How many runs there will be."""
        tried = 0 if self._plan.producers or not self._peer_modes() else len(runner.POOLS) * runner.MOST_PRODUCERS
        contenders = sum(1 for _ in self._ours()) + len(self._peer_modes()) * len(runner.POOLS)
        return tried + self._plan.pairs * (contenders + sum(name in self._plan.rows for name in LOADED_LIKE))

    def _ours(self) -> Iterable[Contender]:
        plan = self._plan
        for name, variants in _VARIANTS.items():
            measured = bus.drain if name == DRAIN_PG_RABBIT else bus.whole
            wanted = [variant for variant in variants if variant.name in plan.variants] or variants
            for variant in wanted if plan.wants(name) else ():
                run = partial(measured, self._servers, self._limits, variant, plan.messages)
                yield Contender(name, variant.name, run)

    def _theirs(self, producers: dict[str, int]) -> Iterable[Contender]:
        plan, servers, limit = self._plan, self._servers, self._limits.seconds
        for mode in self._peer_modes():
            for pool in runner.POOLS:
                if mode == _DRAIN:
                    run = partial(runner.drain, servers, limit, pool, plan.messages)
                else:
                    run = partial(runner.whole, servers, limit, pool, producers[pool.name], plan.messages)
                yield Contender(mode, pool.name, run)

    def _peer_modes(self) -> list[str]:
        return sorted({_PEERS[row] for row in self._plan.rows if row in _PEERS})

    def _producers(self) -> dict[str, int]:
        """For each pool as many producers as it can use: one run each, of half the messages."""
        if self._plan.producers is not None or _WHOLE not in self._peer_modes():
            return {pool.name: self._plan.producers or 1 for pool in runner.POOLS}
        return {pool.name: self._best_producers(pool) for pool in runner.POOLS}

    def _best_producers(self, pool: runner.Pool) -> int:
        found: dict[int, float] = {}
        for producers in range(1, runner.MOST_PRODUCERS + 1):
            self._step(f"Celery {pool.name}, {producers} producers")
            count = max(1, self._plan.messages // 2)
            found[producers] = runner.whole(self._servers, self._limits.seconds, pool, producers, count)
        return max(found, key=lambda producers: found[producers])

    def _in_pairs(self, contenders: list[Contender]) -> dict[str, Runs]:
        runs: dict[str, dict[str, list[float]]] = {}
        for pair in range(self._plan.pairs):
            for index in in_turn(len(contenders), pair):
                contender = contenders[index]
                self._step(f"{contender.of}, {contender.variant}")
                runs.setdefault(contender.of, {}).setdefault(contender.variant, []).append(contender.run())
        return dict(runs)

    def _intake(self, name: str, runs: dict[str, Runs], common: dict[str, Any]) -> Row:
        whole = LOADED_LIKE[name]
        chosen = best(runs[whole])
        rate = LOAD * median(runs[whole][chosen])
        [variant] = [each for each in _VARIANTS[whole] if each.name == chosen]
        values = []
        for _ in range(self._plan.pairs):
            self._step(f"{name}, {variant.name}, {rate:.0f} a second")
            values.append(bus.intake(self._servers, self._limits, variant, rate, self._plan.seconds))
        facts = {"variant": chosen, "rate": round(rate, 1), "load": LOAD, "seconds": self._plan.seconds}
        return latency_row(name, values, LIMIT_MS, {**common, **facts})
