"""A lease belongs to a worker incarnation: by its own monotonic clock it sends, by the sweeper's it is gone."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bus.leases import Leases, Watch, aftermath, new_incarnation
from bus.ledger import Ledger, State
from bus.ledger.workers import TakenOver, Worker
from tests.bus.ledger.support import Desk

from .test_policy import PLAIN

LEASE = 10.0
_ids = itertools.count(1)


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


Open = Callable[[], Ledger]


@pytest.fixture
async def open_ledger(ledger_database: str) -> AsyncIterator[Open]:
    """Opens ledgers over one PostgreSQL, each another worker's."""
    opened: list[Ledger] = []

    def another() -> Ledger:
        opened.append(Ledger(ledger_database, id=next(_ids)))
        return opened[-1]

    yield another
    for ledger in opened:
        await ledger.close()


def leases(ledger: Ledger, clock: Clock, told: list[tuple[str, int]] | None = None) -> Leases:
    return Leases(
        ledger, LEASE, lambda system, count: (told if told is not None else []).append((system, count)), clock
    )


async def sending(ledger: Ledger, policy: str = PLAIN.body) -> tuple[Desk, int]:
    """A delivery that this worker is sending, stamped with `policy`."""
    await ledger.remember({"p": policy})
    desk = Desk(ledger)
    id = await desk.put("k1")
    await desk.claim(id)
    return desk, id


async def test_a_lease_lasts_from_before_it_was_renewed(open_ledger: Open) -> None:
    clock = Clock()
    mine = leases(open_ledger(), clock)
    assert await mine.beat()
    assert mine.left() == LEASE
    clock.now += 4
    assert mine.left() == 6
    await mine.beat()
    assert mine.left() == LEASE


async def test_a_worker_that_was_declared_gone_has_no_lease_left(open_ledger: Open) -> None:
    clock = Clock()
    ledger, other = open_ledger(), open_ledger()
    mine = leases(ledger, clock)
    await mine.beat()
    [seen] = await other.others()
    assert await other.declare_gone(seen)
    assert not await mine.beat()
    assert mine.left() <= 0


async def test_a_sweeper_takes_over_only_after_a_whole_silent_lease_on_its_own_clock(open_ledger: Open) -> None:
    clock, told = Clock(), list[tuple[str, int]]()
    ledger, other = open_ledger(), open_ledger()
    desk, id = await sending(ledger)
    sweeper = leases(other, clock, told)
    assert await sweeper.sweep() == 0
    for _ in range(4):
        clock.now += LEASE / 4
        assert await sweeper.sweep() == 0
    assert await desk.state(id) == "sending"
    clock.now += 0.1
    assert await sweeper.sweep() == 1
    row = await desk.row(id)
    assert (row["state"], row["takeovers"]) == ("ready", 1)
    assert row["in_doubt_since"] is not None
    assert row["due_at"] - row["in_doubt_since"] == pytest.approx(PLAIN.settle_after, abs=1)
    assert told == [("national-portal", 1)]


async def test_a_beat_in_between_begins_the_watch_anew(open_ledger: Open) -> None:
    clock = Clock()
    ledger, other = open_ledger(), open_ledger()
    await sending(ledger)
    mine, sweeper = leases(ledger, clock), leases(other, clock)
    for _ in range(5):
        assert await sweeper.sweep() == 0
        await mine.beat()
        clock.now += LEASE + 1
    assert await sweeper.sweep() == 0


async def test_a_jump_of_the_sweepers_clock_between_two_beats_expires_nothing(open_ledger: Open) -> None:
    """It slept (a suspended machine): it saw the counter once before, and now sees that it moved."""
    clock = Clock()
    ledger, other = open_ledger(), open_ledger()
    await sending(ledger)
    mine, sweeper = leases(ledger, clock), leases(other, clock)
    await sweeper.sweep()
    await mine.beat()
    clock.now += 1000 * LEASE
    assert await sweeper.sweep() == 0


async def test_the_databases_time_plays_no_part(open_ledger: Open) -> None:
    ledger, other = open_ledger(), open_ledger()
    await sending(ledger)
    await ledger.call(lambda s, _: s.run("UPDATE worker SET started_at = 0"))
    assert await leases(other, Clock()).sweep() == 0


async def test_two_sweepers_take_over_once(open_ledger: Open) -> None:
    clock = Clock()
    desk, id = await sending(open_ledger())
    sweepers = [leases(open_ledger(), clock), leases(open_ledger(), clock)]
    taken = 0
    for _ in range(6):
        # each also watches the other; what counts is that the delivery is taken over once
        await asyncio.gather(*(sweeper.beat() for sweeper in sweepers))
        taken += sum(await asyncio.gather(*(sweeper.sweep() for sweeper in sweepers)))
        clock.now += LEASE / 4
    assert taken == 1
    assert (await desk.row(id))["takeovers"] == 1


async def test_a_worker_that_signed_off_is_swept_at_once(open_ledger: Open, ledger_database: str) -> None:
    ledger, other = Ledger(ledger_database, id=10_000), open_ledger()
    _, id = await sending(ledger)
    await ledger.close()
    assert await leases(other, Clock()).sweep() == 1
    assert await Desk(other).state(id) == "ready"


async def test_a_late_definite_verdict_of_the_worker_that_was_declared_gone_clears_the_doubt(open_ledger: Open) -> None:
    clock = Clock()
    ledger, other = open_ledger(), open_ledger()
    desk = Desk(ledger)
    await ledger.remember({"p": PLAIN.body})
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    sweeper = leases(other, clock)
    for _ in range(6):
        await sweeper.sweep()
        clock.now += LEASE / 4
    done = await desk.settle(claimed, State.DELIVERED)
    assert done.late
    row = await desk.row(id)
    assert (row["state"], row["in_doubt_since"]) == ("delivered", None)


async def test_an_embedded_ledgers_other_incarnations_are_gone_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    first = Ledger(url, id=next(_ids))
    _, id = await sending(first)
    await first.close()
    second = Ledger(url, id=next(_ids))
    await second.call(lambda s, _: s.run("UPDATE worker SET state = 'alive'"))  # as if it had been killed
    assert await leases(second, Clock()).sweep() == 1
    assert await Desk(second).state(id) == "ready"
    await second.close()


def test_silent_is_who_did_not_move_for_a_whole_lease() -> None:
    watch = Watch(LEASE)
    assert watch.silent([Worker(1, 5), Worker(2, 5)], 0) == []
    assert watch.silent([Worker(1, 5), Worker(2, 6)], 5) == []
    assert watch.silent([Worker(1, 5), Worker(2, 6)], 10) == []
    assert watch.silent([Worker(1, 5), Worker(2, 6)], 11) == [Worker(1, 5)]
    assert watch.silent([Worker(2, 6)], 15) == []
    assert watch.silent([Worker(1, 5), Worker(2, 6)], 16) == [Worker(2, 6)]  # 1 came back and is watched anew


def test_time_in_which_nobody_could_look_declares_nobody_gone() -> None:
    """The database was away for longer than a lease; who beats next must not find the others silent."""
    watch = Watch(LEASE)
    assert watch.silent([Worker(1, 5)], 0) == []
    assert watch.silent([Worker(1, 5)], 1000) == []
    assert watch.silent([Worker(1, 6)], 1002) == []
    assert watch.silent([Worker(1, 6)], 1007) == []


@pytest.mark.parametrize(("on_unknown", "hold"), [("hold", True), ("lookup", False), ("resend", False)])
def test_what_is_taken_over_goes_by_the_policy_that_was_stamped(on_unknown: str, hold: bool) -> None:
    policy = replace(PLAIN, on_unknown=on_unknown)  # type: ignore[arg-type]
    found = aftermath(TakenOver(1, "target", "single", 0, policy.body))
    assert (found.hold, found.delay, found.quarantine) == (hold, 90, 3)


def test_what_has_a_policy_that_nobody_knows_is_held() -> None:
    assert aftermath(TakenOver(1, "target", "single", 0, None)).hold


def test_incarnations_differ_and_fit_a_bigint() -> None:
    ids = {new_incarnation() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(0 <= id < 2**63 for id in ids)
