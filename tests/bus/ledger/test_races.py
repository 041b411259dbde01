"""Races: several workers on one PostgreSQL do whatever they like, and lanes stay in order and moving.

The model knows only what was accepted, in which order, and what each worker was given. It is asked after every step:
never two in flight in a lane, never out of order; and in the end, when everything is let run: never stalled.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bus.ledger import Claimed, Ledger, State, Wanted
from bus.ledger.workers import Aftermath
from tests.support.servers import PostgresServer

from .support import SYSTEM, Desk, new, settlement

LANES = ("A", "B", "C")
WORKERS = 3
_ids = itertools.count(10_000)
_keys = itertools.count()

workers = st.integers(0, WORKERS - 1)
lanes = st.sampled_from(LANES)
picks = st.integers(0, 10**6)


class Races(RuleBasedStateMachine):
    """Workers are incarnations of their own; a crashed one comes back under another id."""

    server: ClassVar[PostgresServer]

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.name = f"races_{secrets.token_hex(6)}"
        self.url = self.server.create_database(self.name)
        self.ledgers = [self._ledger() for _ in range(WORKERS)]
        self.closed: list[Ledger] = []
        self.mine: list[dict[int, Claimed]] = [{} for _ in range(WORKERS)]
        self.late: list[Claimed] = []
        self.order: dict[str, list[int]] = {lane: [] for lane in LANES}
        self.done: set[int] = set()
        self.sent: dict[str, list[int]] = {lane: [] for lane in LANES}
        self.messages: dict[int, str] = {}

    def _ledger(self) -> Ledger:
        return Ledger(self.url, id=next(_ids))

    def run_(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @rule(lane=lanes, worker=workers, count=st.integers(1, 3))
    def accept(self, lane: str, worker: int, count: int) -> None:
        answer = self.run_(self.ledgers[worker].accept([new(f"k{next(_keys)}", lane=lane) for _ in range(count)]))
        for one in answer:
            [(_, id)] = one.deliveries
            self.order[lane].append(id)
            self.messages[id] = one.id

    @rule(worker=workers, pick=picks, run=st.integers(1, 3), several=st.booleans())
    def claim(self, worker: int, pick: int, run: int, several: bool) -> None:
        """Any worker may be told of any delivery at any time, also of one that is long done."""
        ids = [id for lane in LANES for id in self.order[lane]]
        if not ids:
            return
        chosen = [ids[(pick + step) % len(ids)] for step in range(4 if several else 1)]
        self._claim(worker, chosen, run)

    @rule(pick=picks, run=st.integers(1, 3))
    def claim_all_at_once(self, pick: int, run: int) -> None:
        """Every worker tries for the same deliveries in the same moment."""
        ids = [id for lane in LANES for id in self.order[lane]]
        if not ids:
            return
        chosen = [ids[(pick + step) % len(ids)] for step in range(3)]
        wanted = [Wanted(id, runs={"submit": run}) for id in dict.fromkeys(chosen)]

        async def race() -> list[list[Claimed]]:
            return list(await asyncio.gather(*(ledger.claim(wanted) for ledger in self.ledgers)))

        for worker, claimed in enumerate(self.run_(race())):
            self._note(worker, claimed)

    def _claim(self, worker: int, ids: list[int], run: int) -> None:
        wanted = [Wanted(id, runs={"submit": run}) for id in dict.fromkeys(ids)]
        self._note(worker, self.run_(self.ledgers[worker].claim(wanted)))

    def _note(self, worker: int, claimed: list[Claimed]) -> None:
        for one in claimed:
            assert all(one.id not in mine for mine in self.mine), "two workers own it"
            assert one.id not in self.done, "it was done"
            self.mine[worker][one.id] = one
            assert one.lane is not None
            self.sent[one.lane].append(one.id)

    @rule(worker=workers, pick=picks, outcome=st.sampled_from(["delivered", "retry", "unknown", "skip", "block"]))
    def settle(self, worker: int, pick: int, outcome: str) -> None:
        mine = self.mine[worker]
        if not mine:
            return
        claimed = mine.pop(sorted(mine)[pick % len(mine)])
        self._settle(worker, claimed, outcome)

    def _settle(self, worker: int, claimed: Claimed, outcome: str) -> None:
        state, changes = {
            "delivered": (State.DELIVERED, {}),
            "retry": (State.READY, {"verdict": "retry"}),
            "unknown": (State.READY, {"verdict": "unknown", "doubt": "set"}),
            "skip": (State.REJECTED, {"is_open": False}),
            "block": (State.REJECTED, {"is_open": True}),
        }[outcome]
        [done] = self.run_(self.ledgers[worker].settle([settlement(claimed, state, **changes)]))
        assert not done.late
        if outcome in ("delivered", "skip"):
            self.done.add(claimed.id)
        if done.next is not None:
            self._claim(worker, [done.next], 1)

    @rule(worker=workers)
    def crash(self, worker: int) -> None:
        """The worker is gone with all it was sending; another incarnation starts, and somebody takes over."""
        old, fresh = self.ledgers[worker], self._ledger()
        self.late += self.mine[worker].values()
        self.closed.append(old)
        self.ledgers[worker], self.mine[worker] = fresh, {}
        self.run_(fresh.call(lambda s, _: s.run("UPDATE worker SET state = 'gone' WHERE id = :id", id=old.id)))
        self.run_(fresh.take_over(lambda one: Aftermath(hold=False, delay=0, quarantine=10**6)))

    @rule(worker=workers, pick=picks)
    def late_verdict(self, worker: int, pick: int) -> None:
        """A worker that was declared gone comes back with a definite answer after all."""
        if not self.late:
            return
        claimed = self.late.pop(pick % len(self.late))
        [done] = self.run_(self.ledgers[worker].settle([settlement(claimed)]))
        assert done.late
        row = self.run_(Desk(self.ledgers[worker]).row(claimed.id))
        if row["state"] == "delivered":
            self.done.add(claimed.id)

    @rule(worker=workers, pick=picks)
    def replay(self, worker: int, pick: int) -> None:
        """An operator replays whatever was rejected; in a lane that went on it goes to the end."""
        rows = self.run_(Desk(self.ledgers[worker]).rows("SELECT id, lane FROM delivery WHERE state = 'rejected'"))
        if not rows:
            return
        row = rows[pick % len(rows)]
        [outcome] = self.run_(self.ledgers[worker].replay(self.messages[row["id"]], None, "operator", False))
        self.done.discard(row["id"])
        if outcome.moved:
            self.order[row["lane"]].remove(row["id"])
            self.order[row["lane"]].append(row["id"])

    @rule(worker=workers)
    def look(self, worker: int) -> None:
        self.run_(self.ledgers[worker].due(SYSTEM, 5))
        self._wake(worker)

    def _wake(self, worker: int) -> None:
        ledger = self.ledgers[worker]
        self.run_(ledger.wake(self.run_(ledger.orphans())))

    @invariant()
    def never_two_in_flight_and_never_out_of_order(self) -> None:
        if not hasattr(self, "ledgers"):
            return
        statement = "SELECT id, lane, state, leads, position, is_open FROM delivery ORDER BY lane, position"
        rows = self.run_(Desk(self.ledgers[0]).rows(statement))
        for lane in LANES:
            mine = [row for row in rows if row["lane"] == lane]
            assert [row["id"] for row in mine] == self.order[lane]
            leaders = [row for row in mine if row["state"] == "sending" and row["leads"]]
            sending = [row["id"] for row in mine if row["state"] == "sending"]
            assert len(leaders) <= 1
            assert sorted(sending) == sorted(id for one in self.mine for id, c in one.items() if c.lane == lane)
            open_ = [row["id"] for row in mine if row["is_open"]]
            assert set(sending) <= set(open_[: len(sending)] + self._passed_over(mine)), (lane, sending, open_)

    @staticmethod
    def _passed_over(rows: list[dict[str, Any]]) -> list[int]:
        """Followers of a run whose head was settled as a retry before them are still being sent behind it."""
        return [row["id"] for row in rows if row["state"] == "sending" and not row["leads"]]

    def teardown(self) -> None:
        if not hasattr(self, "ledgers"):
            return
        try:
            self._let_run()
        finally:
            for ledger in [*self.ledgers, *self.closed]:
                self.run_(ledger.close())
            self.loop.close()
            self.server.drop_database(self.name)

    def _let_run(self) -> None:
        """Everything is settled and replayed until nothing moves: nothing may be left behind."""
        desk = Desk(self.ledgers[0])
        for _ in range(200):
            for worker, mine in enumerate(self.mine):
                while mine:
                    self._settle(worker, mine.pop(min(mine)), "delivered")
            for row in self.run_(desk.rows("SELECT id FROM delivery WHERE state = 'rejected' AND is_open")):
                self.run_(self.ledgers[0].replay(self.messages[row["id"]], None, "operator", False))
            self._wake(0)
            self.run_(self.ledgers[0].reset())
            ids, _ = self.run_(self.ledgers[0].due(SYSTEM, 100))
            if ids:
                self._claim(0, ids, 3)
            elif not any(self.mine):
                break
        left = self.run_(desk.rows("SELECT id, state FROM delivery WHERE is_open"))
        assert left == []


@pytest.mark.timeout(240)
def test_workers_race(postgres: PostgresServer) -> None:
    class OnServer(Races):
        server = postgres

    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it unannotated
        OnServer,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # shrinking would create a database a step
            suppress_health_check=list(HealthCheck),
        ),
    )
