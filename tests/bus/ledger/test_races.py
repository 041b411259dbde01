"""Races: several workers on one PostgreSQL do whatever they like, and lanes stay in order and moving.

The model knows only what was accepted, in which order, and what each worker was given. It is asked after every step:
never two in flight in a lane, never out of order; and in the end, when everything is let run: never stalled.

There are two systems. One left the configuration of some processes: what it has moves to the other, while others still
send to it. `rank` is a delivery's place in the order of acceptance, which it keeps when it moves.
"""

from __future__ import annotations

import asyncio
import bisect
import itertools
import secrets
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bus.ledger import Claimed, Ledger, State, Wanted
from bus.ledger.move import Step
from bus.ledger.moving import Move, Place
from bus.ledger.workers import Aftermath
from tests.support.servers import PostgresServer

from .support import SYSTEM, Desk, new, settlement

OLD = "old-portal"
LANES = tuple((system, lane) for system in (SYSTEM, OLD) for lane in "ABC")
WORKERS = 3
MOVE = Move(OLD, SYSTEM, lambda type: Place("submit", ordered=True, policy="p", settle_after=0))

Lane = tuple[str, str]
_ids = itertools.count(10_000)
_keys = itertools.count()

workers = st.integers(0, WORKERS - 1)
lanes = st.sampled_from(LANES)
picks = st.integers(0, 10**6)


class Races(RuleBasedStateMachine):
    """Workers are incarnations of their own; a crashed one comes back under another id."""

    server: ClassVar[PostgresServer]
    empty: ClassVar[str]  # the name of a database to copy

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.name = f"races_{secrets.token_hex(6)}"
        self.url = self.server.create_database(self.name, self.empty)
        self.ledgers = [self._ledger() for _ in range(WORKERS)]
        self.closed: list[Ledger] = []
        self.mine: list[dict[int, Claimed]] = [{} for _ in range(WORKERS)]
        self.late: list[Claimed] = []
        self.order: dict[Lane, list[int]] = {lane: [] for lane in LANES}
        self.done: set[int] = set()
        self.messages: dict[int, str] = {}
        self.rank: dict[int, int] = {}
        self.clock = itertools.count(1)
        self.arrived: dict[int, int] = {}  # when it moved in, possibly before one that was in flight
        self.begun: dict[int, int] = {}

    def _ledger(self) -> Ledger:
        return Ledger(self.url, id=next(_ids))

    def run_(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    @rule(lane=lanes, worker=workers, count=st.integers(1, 3))
    def accept(self, lane: Lane, worker: int, count: int) -> None:
        self.run_(self._accept(lane, worker, count))

    async def _accept(self, lane: Lane, worker: int, count: int) -> None:
        system, name = lane
        news = [new(f"k{next(_keys)}", lane=name, systems=(system,)) for _ in range(count)]
        answer = await self.ledgers[worker].accept(news)
        assert isinstance(answer, list)
        for one in answer:
            [(_, id)] = one.deliveries
            self.order[lane].append(id)
            self.messages[id] = one.id
            self.rank[id] = next(self.clock)

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
            self.begun[one.id] = next(self.clock)

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
        desk = Desk(self.ledgers[worker])
        rows = self.run_(desk.rows("SELECT id, system, lane FROM delivery WHERE state = 'rejected'"))
        if not rows:
            return
        row = rows[pick % len(rows)]
        system, id = row["system"], row["id"]
        [outcome] = self.run_(self.ledgers[worker].replay(self.messages[id], system, "operator", False))
        self.done.discard(id)
        if outcome.moved:
            self.order[system, row["lane"]].remove(id)
            self.order[system, row["lane"]].append(id)
            self.rank[id] = next(self.clock)

    @rule(worker=workers, lane=lanes, same=st.booleans(), most=st.integers(1, 4))
    def move(self, worker: int, lane: Lane, same: bool, most: int) -> None:
        """One step, as if the mover were killed after it. Somebody sent to the old name shortly before."""
        self.run_(self._accept((OLD, lane[1]), worker, 1))
        self.run_(self._accept(lane, worker, 1))
        self._moved([self.run_(self.ledgers[worker].move(replace(MOVE, same_target=same), "operator", 0, most))], same)

    @rule(lane=lanes, most=st.integers(1, 4), same=st.booleans())
    def move_twice_at_once_beside_intake(self, lane: Lane, most: int, same: bool) -> None:
        wanted = replace(MOVE, same_target=same)
        self.run_(self._accept((OLD, lane[1]), 0, 2))

        async def race() -> list[Step]:
            one, other, _ = self.ledgers
            intake = asyncio.create_task(self._accept((SYSTEM, lane[1]), 2, 2))
            moves = (one.move(wanted, "operator", 0, most), other.move(wanted, "operator", 0, most))
            steps = list(await asyncio.gather(*moves))
            await intake
            return steps

        self._moved(self.run_(race()), same)

    def _moved(self, steps: list[Step], same: bool) -> None:
        rows = self.run_(Desk(self.ledgers[0]).rows("SELECT * FROM delivery"))
        by_id = {row["id"]: row for row in rows}
        for one in itertools.chain.from_iterable(step.moved for step in steps):
            assert one.id not in self.done, "it moved twice"
            assert all(one.id not in mine for mine in self.mine), "it is being sent"
            row = by_id[one.successor]
            assert same or row["in_doubt_since"] is None
            behind = [r for r in rows if r["system"] == OLD and r["is_open"] and r["lane"] == row["lane"]]
            assert all(self.rank[r["id"]] > self.rank[one.id] for r in behind), "it passed another"
            self.done.add(one.id)
            self.messages[one.successor] = one.message
            self.rank[one.successor], self.arrived[one.successor] = self.rank[one.id], next(self.clock)
            bisect.insort(self.order[SYSTEM, row["lane"]], one.successor, key=self.rank.__getitem__)

    @rule(worker=workers)
    def look(self, worker: int) -> None:
        self.run_(self.ledgers[worker].due(SYSTEM, 5))
        self._wake(worker)

    def _wake(self, worker: int) -> None:
        ledger = self.ledgers[worker]
        self.run_(ledger.wake(self.run_(ledger.orphans())))

    def _message(self, id: int) -> str:
        [row] = self.run_(Desk(self.ledgers[0]).rows(f"SELECT message_id FROM delivery WHERE id = {id}"))
        return str(row["message_id"])

    @invariant()
    def never_two_in_flight_and_never_out_of_order(self) -> None:
        if not hasattr(self, "ledgers"):
            return
        statement = "SELECT id, system, lane, state, leads, position, is_open FROM delivery ORDER BY lane, position"
        rows = self.run_(Desk(self.ledgers[0]).rows(statement))
        for lane in LANES:
            mine = [row for row in rows if (row["system"], row["lane"]) == lane]
            assert [row["id"] for row in mine] == self.order[lane]
            leaders = [row for row in mine if row["state"] == "sending" and row["leads"]]
            sending = [row["id"] for row in mine if row["state"] == "sending"]
            assert len(leaders) <= 1
            theirs = [id for one in self.mine for id, c in one.items() if (c.system, c.lane) == lane]
            assert sorted(sending) == sorted(theirs)
            first = min((self.begun[id] for id in sending), default=0)
            open_ = [row["id"] for row in mine if row["is_open"] and self.arrived.get(row["id"], 0) <= first]
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
            self.run_(self.ledgers[0].move(replace(MOVE, same_target=True), "operator"))
            for row in self.run_(desk.rows("SELECT id, system FROM delivery WHERE state = 'rejected' AND is_open")):
                self.run_(self.ledgers[0].replay(self._message(row["id"]), row["system"], "operator", False))
            self._wake(0)
            self.run_(self.ledgers[0].reset())
            ids, _ = self.run_(self.ledgers[0].due(SYSTEM, 100))
            if ids:
                self._claim(0, ids, 3)
            elif not any(self.mine):
                break
        left = self.run_(desk.rows("SELECT id, system, state FROM delivery WHERE is_open"))
        assert left == []


@pytest.mark.timeout(240)
def test_workers_race(postgres: PostgresServer, template: str) -> None:
    class OnServer(Races):
        server = postgres
        empty = template

    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it unannotated
        OnServer,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # shrinking would create a database a step
            suppress_health_check=list(HealthCheck),
        ),
    )
