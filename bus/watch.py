"""What happens in one process of the bus, told to its metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bus.broker import Failed
from bus.ledger import Settlement, State
from bus.ledger.read import Backlog, BlockedLanes
from bus.ledger.task_search import Waiting
from monitoring.metrics import Metrics

_CLOSED, _TRIAL, _OPEN = 0, 1, 2


class Watch:
    """Speaks the bus's language on one side and that of `monitoring.metrics` on the other. Never raises."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.metrics = Metrics()
        self.render = self.metrics.render
        self._now = now

    def accepted(self, type: str, duplicate: bool) -> None:
        """A message was answered with 2xx."""
        (self.metrics.duplicates if duplicate else self.metrics.accepted).inc(type)

    def refused(self, type: str, code: str) -> None:
        """A message was not taken."""
        self.metrics.refused.inc(type, code)

    def claimed(self, system: str, count: int) -> None:
        """So many deliveries were claimed."""
        self.metrics.claims.inc(system, by=count)

    def settled(self, settlement: Settlement, late: bool) -> None:
        """A delivery was settled; `late` ones only count as a lost lease."""
        claimed, marks, rule = settlement.claimed, settlement.marks, settlement.rule
        if late:
            self.metrics.leases_lost.inc()
            return
        self.metrics.settled.inc(claimed.system, claimed.operation, rule.verdict)
        if rule.verdict in ("retry", "unknown") and rule.state is State.READY:
            self.metrics.retries.inc(claimed.system, claimed.operation)
        if marks.request_out is not None and marks.response_in is not None:
            partner = marks.response_in - marks.request_out
            ours = marks.response_out - marks.request_in - partner
            self.metrics.attempt_duration.observe(partner, claimed.system, claimed.operation, "partner")
            self.metrics.attempt_duration.observe(max(0.0, ours), claimed.system, claimed.operation, "ours")

    def asked(self, query: str, system: str, result: str, partner: float, ours: float) -> None:
        """A question ended."""
        self.metrics.queries.inc(query, system, result)
        self.metrics.query_duration.observe(partner, query, "partner")
        self.metrics.query_duration.observe(max(0.0, ours), query, "ours")

    def calls(self, system: str, count: int) -> None:
        """So many calls to `system` are in flight."""
        self.metrics.in_flight.set(count, system)

    def breaker(self, system: str, is_open: bool) -> None:
        """The breaker opened or closed."""
        self.metrics.breaker.set(_OPEN if is_open else _CLOSED, system)

    def paused(self, system: str, is_paused: bool) -> None:
        """A system was paused or resumed."""
        self.metrics.paused.set(int(is_paused), system)

    def group(self, kind: str, size: int, seconds: float) -> None:
        """A transaction of the ledger was committed. Called in the writer's thread."""
        self.metrics.group_size.observe(size, kind)
        self.metrics.group_duration.observe(seconds, kind)

    def taken_over(self, system: str, count: int) -> None:
        """Deliveries of workers that are gone."""
        self.metrics.take_overs.inc(system, by=count)

    def hinted(self, system: str, count: int) -> None:
        """Delivery ids were handed to the broker."""
        self.metrics.hints_published.inc(system, by=count)

    def received(self, system: str, count: int) -> None:
        """Delivery ids came from the broker."""
        self.metrics.hints_received.inc(system, by=count)

    def not_hinted(self, failed: Failed) -> None:
        """The broker did not take them."""
        self.metrics.hints_failed.inc(failed.system, failed.reason, by=len(failed.deliveries))

    def broker(self, connected: bool) -> None:
        """Whether every connection to the broker stands."""
        self.metrics.broker_connected.set(int(connected))

    def http(self, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self.metrics.http_requests.inc(route, method, f"{status // 100}xx")
        self.metrics.http_duration.observe(seconds, route)

    def archived(self, messages: int) -> None:
        """A run of retention came to its end."""
        self.metrics.archived.inc(by=messages)
        self.metrics.archive_run.set(self._now())

    def archive_failed(self) -> None:
        """A run of retention did not."""
        self.metrics.archive_failures.inc()

    def archivable(self, oldest: float | None) -> None:
        """When the oldest message was received that may leave the ledger and is still there (seconds since 1970)."""
        self.metrics.archivable_age.set(0 if oldest is None else self._now() - oldest)

    def waiting(self, commits: int) -> None:
        """Callers of intake that wait for their commit."""
        self.metrics.waiting_commits.set(commits)

    def tasks(self, waiting: Sequence[Waiting]) -> None:
        """What people have to decide; one process of a bus tells it."""
        now = self._now()
        self.metrics.tasks.replace({(one.process, one.kind, one.state): one.count for one in waiting})
        self.metrics.tasks_age.replace({(one.process, one.kind, one.state): now - one.oldest for one in waiting})

    def ledger(self, backlog: Sequence[Backlog], blocked: Sequence[BlockedLanes], known: frozenset[str]) -> None:
        """The gauges of the ledger; one process of a bus tells them. `known`: the configured systems."""
        now, metrics = self._now(), self.metrics
        metrics.backlog.replace({(one.system, one.state): one.count for one in backlog if one.system in known})
        metrics.backlog_age.replace(
            {(one.system, one.state): now - one.oldest for one in backlog if one.system in known}
        )
        metrics.held.replace({(one.system,): one.count for one in backlog if one.state == "held"})
        metrics.blocked_lanes.replace({(one.system,): one.count for one in blocked})
        metrics.blocked_age.replace({(one.system,): now - one.oldest for one in blocked})
        orphaned: dict[tuple[str, ...], float] = {}
        for one in backlog:
            if one.system not in known:
                orphaned[one.system,] = orphaned.get((one.system,), 0) + one.count
        metrics.orphans.replace(orphaned)
