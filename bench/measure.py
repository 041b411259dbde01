"""Measures: the bus and the peer in turns, so that a machine whose speed wanders treats both alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from statistics import median
from typing import Any

from . import bus, query, questions, reconcile, soap
from .figures import Row, Runs, best, latency_row, throughput_row
from .peers import runner
from .plan import (
    DRAIN_PG_RABBIT,
    LIMIT_MS,
    LOAD,
    LOADED_LIKE,
    QUERY,
    QUERY_LIMIT_MS,
    QUERY_PG,
    QUERY_RATE,
    RECONCILE,
    SOAP,
    SOAP_ASYNC,
    WHOLE_EMBEDDED,
    WHOLE_PG_RABBIT,
    Plan,
    in_turn,
)
from .query_load import Side
from .servers import Servers

_WHOLE, _DRAIN = "celery-whole", "celery-drain"
_VARIANTS = {WHOLE_EMBEDDED: bus.EMBEDDED, WHOLE_PG_RABBIT: bus.WHOLE, DRAIN_PG_RABBIT: bus.DRAIN}
# Each look-up row: zeep's client that it is compared with.
_SOAP = {SOAP: soap.IN_THREADS, SOAP_ASYNC: soap.IN_TASKS}
_QUERIES = {QUERY: bus.EMBEDDED[0], QUERY_PG: bus.WHOLE[0]}
_TRIAL_LINES = 20_000
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
        runs = self._in_pairs([*self._ours(), *self._theirs(producers), *self._look_ups()])
        plan = self._plan
        common = {**conditions, "messages": plan.messages, "bytes": 1024, "connections": plan.connections}
        rows = [
            throughput_row(
                name, runs[name], runs[_PEERS[name]], f"Celery {version('celery')}", {**common, "producers": producers}
            )
            for name in _VARIANTS
            if name in plan.rows
        ]
        rows += [self._soap(name, runs, conditions) for name in _SOAP if name in plan.rows]
        rows += [self._intake(name, runs, common) for name in LOADED_LIKE if name in plan.rows]
        rows += [self._questions(name, conditions) for name in _QUERIES if name in plan.rows]
        if RECONCILE in plan.rows:
            lines = reconcile.LINES[RECONCILE] if plan.real else _TRIAL_LINES
            rows.append(reconcile.row(RECONCILE, lines, plan.pairs, conditions, self._step))
        return rows

    def count(self) -> int:
        """How many runs there will be."""
        tried = 0 if self._plan.producers or not self._peer_modes() else len(runner.POOLS) * runner.MOST_PRODUCERS
        contenders = sum(1 for _ in [*self._ours(), *self._look_ups()]) + len(self._peer_modes()) * len(runner.POOLS)
        return tried + self._plan.pairs * (
            contenders + sum(name in self._plan.rows for name in [*LOADED_LIKE, *_QUERIES, *2 * [RECONCILE]])
        )

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

    def _look_ups(self) -> Iterable[Contender]:
        peers = [peer for row, peer in _SOAP.items() if row in self._plan.rows]
        for of in [soap.OURS, *peers] if peers else []:
            run = partial(soap.lookups, self._servers, self._limits.seconds, of, self._calls)
            yield Contender(of, f"{soap.IN_FLIGHT} in flight", run)

    @property
    def _calls(self) -> int:
        """zeep's AsyncClient makes a few hundred a second, so fewer suffice than of messages."""
        return max(1, self._plan.messages // 4)

    def _soap(self, name: str, runs: dict[str, Runs], conditions: dict[str, Any]) -> Row:
        peer = f"zeep {version('zeep')} {soap.CONTENDERS[_SOAP[name]].removeprefix('zeep ')}"
        common = {**conditions, "messages": self._calls, "connections": soap.IN_FLIGHT}
        return throughput_row(name, runs[soap.OURS], runs[_SOAP[name]], peer, common)

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

    def _questions(self, name: str, conditions: dict[str, Any]) -> Row:
        variant, seconds = _QUERIES[name], self._plan.seconds
        found = []
        for _ in range(self._plan.pairs):
            self._step(f"{name}, {variant.name}, {QUERY_RATE} a second")
            found.append(query.look_ups(self._servers, self._limits, variant, QUERY_RATE, seconds))
        facts = {
            "connections": self._plan.connections,
            "variant": variant.name,
            "rate": QUERY_RATE,
            "seconds": seconds,
            "query": questions.QUERY,
            "bus": _medians([each.bus for each in found]),
            "direct": _medians([each.direct for each in found]),
        }
        return latency_row(name, [each.added for each in found], QUERY_LIMIT_MS, {**conditions, **facts})


def _medians(sides: Sequence[Side]) -> dict[str, float]:
    """Of what was measured in each pair, in milliseconds."""
    return {
        "p50": round(median(side.p50 for side in sides), 2),
        "p99": round(median(side.p99 for side in sides), 2),
        "longest": round(median(side.longest for side in sides), 2),
    }
