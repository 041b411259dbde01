"""The end of the day: what only the gateways' lists can tell is brought to the bus; then every order is looked at."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import orjson

from bus.processes.payment import PaymentState, order_state
from simulators.gateway.orders import Payment

from .accounts import Accounts, Place, ours, payments
from .cashier import ASKED, NATIONAL, REFUNDING
from .payers import Caller, Event, Portal, Story

_PATIENCE = 90.0
# an attempt of which nobody knows whether the gateway opened it: its link is lost, and the portal asks again
_NOT_OPENED = ("link-lost", "expired")
_OPEN = "SELECT name, kind, body FROM task WHERE process = 'payments' AND state = 'open'"
_UNDONE = (
    "SELECT d.system, d.operation, d.state, d.code, d.reason, m.data FROM delivery d JOIN message m "
    "ON m.id = d.message_id WHERE d.state <> 'delivered'"
)


async def brought(accounts: Accounts, caller: Caller, late: int) -> dict[str, int]:
    """Have the bus ask about what differs, then tell it the gateways' lists; of how many references it heard so.

    Before that it has found out by itself whatever notices and questions can bring; `late` is how often it asks after
    an attempt has ended.
    """
    left = await _until(accounts, lambda: accounts.untold(late), "nobody found out")
    codes = _codes(accounts.states())
    for system, native in left:
        if system in ASKED:
            reference = ours(system, native)
            data = {"order_code": codes[system, reference], "system": system, "reference": reference, "reason": "day"}
            await caller.say("payment.checked", codes[system, reference], data, f"check/{reference}")
    unasked = {place for place in left if place[0] not in ASKED}
    listed = await _until(accounts, lambda: unasked, "", seconds=3) if left else set()
    for system, native in listed:
        await _listed(accounts, caller, system, native, codes[system, ours(system, native)])
    await _until(accounts, set, "lists do not help")
    return {"asked": len(left - listed), "listed": len(listed)}


async def _until(
    accounts: Accounts, allowed: Callable[[], set[Place]], reason: str, seconds: float = _PATIENCE
) -> set[Place]:
    """What differs, once that is allowed; without a reason also when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        differing = accounts.differing()
        wrong = differing - allowed()
        if not wrong or (not reason and began > deadline):
            return differing
        assert began < deadline, f"{reason}: {len(wrong)}, {[accounts.shown(one) for one in sorted(wrong)[:5]]}"
        await asyncio.sleep(0.3 + 2 * (time.monotonic() - began))


def _codes(states: Mapping[str, PaymentState]) -> dict[Place, str]:
    """The orders' codes by gateway and our reference."""
    return {(one.system, one.reference): code for code, state in states.items() for one in state.attempts}


async def _listed(accounts: Accounts, caller: Caller, system: str, native: str, code: str) -> None:
    """Tell what the gateway's list says of a reference."""
    for _, payment in payments(accounts.desk[system], native):
        stand = payment.stand
        named = {"order_code": code, "system": system, "reference": ours(system, native)}
        told = {"origin": "statement", "outcome": stand, "amount": payment.amount, "gateway_reference": payment.number}
        await caller.say("payment.noticed", code, {**named, **told}, f"list/{native}/{payment.number}/{stand}")


def right(accounts: Accounts, portal: Portal, stories: Sequence[Story]) -> None:
    """Every order, every message, every task, every sum."""
    states = accounts.states()
    assert not accounts.differing()
    for system, (said, held) in accounts.sums().items():
        assert said == held, system
    assert set(states) == {story.order for story in stories}
    tasks = defaultdict(set)
    for row in accounts.rows(_OPEN):
        tasks[orjson.loads(row["body"])["order_code"]].add(row["kind"])
    names = accounts.names()
    for story in stories:
        real = _real(accounts, states[story.order], names)
        _story(story, states[story.order], real, portal.heard[story.order])
        assert tasks[story.order] == _tasks(story, real), story
    _deliveries(accounts)
    _said_once(accounts, portal)


def _real(accounts: Accounts, state: PaymentState, names: Mapping[str, str]) -> list[Payment]:
    """What the gateways hold of an order."""
    found = [(one.system, names.get(one.reference, one.reference)) for one in state.attempts]
    return [one for system, native in found for _, one in payments(accounts.desk[system], native)]


def _story(story: Story, state: PaymentState, real: Sequence[Payment], heard: Iterable[Event]) -> None:
    """The order stands where the gateway's books say, and the portal was told so, each thing once."""
    wanted = {"once": ["paid"], "late": ["paid"], "twice": ["paid", "paid"], "abandoned": []}
    if story.kind in wanted:
        assert [one.stand for one in real] == wanted[story.kind], story
    assert order_state(state) in _expected(real), (story, order_state(state))
    said = Counter(event["type"] for event in heard)
    rounds = [event["data"]["round"] for event in heard if event["type"] == "payment.paid"]
    assert said["receipt.issued"] == (len(rounds) if story.system == NATIONAL else 0), story
    taken_back = sum(one.stand == "reversed" for one in real)
    assert said["payment.reversed"] == taken_back, story
    assert sorted(rounds) == list(range(1, len(rounds) + 1)), story
    if taken_back:
        assert len(rounds) <= len(real), story
    else:
        assert len(rounds) == (story.kind != "abandoned"), story
        assert said["payment.surplus"] == (story.kind == "twice"), story
    returned = [refund for one in real for refund in one.refunds if refund.state == "done"]
    assert all(len(one.refunds) <= 1 for one in real), f"{story}: sent back twice"
    assert said["payment.refunded"] == len(returned), story
    declined = story.kind == "twice" and story.system not in REFUNDING
    assert said["payment.refund_failed"] == declined, f"{story}: asked twice, told once"


def _expected(real: Sequence[Payment]) -> tuple[str, ...]:
    if any(one.stand == "paid" and not one.refunds for one in real):
        return ("paid",)
    if any(one.refunds for one in real):
        return ("refunded",)
    return ("reversed",) if real else ("expired", "failed")


def _tasks(story: Story, real: Sequence[Payment]) -> set[str]:
    """What people must have on their desks."""
    if _expected(real) != ("paid",):
        return {"reversed"} if any(one.stand == "reversed" for one in real) else set()
    if story.kind == "twice":
        return set() if story.system in REFUNDING else {"twice"}
    return {"late"} if story.kind == "late" else set()


def _deliveries(accounts: Accounts) -> None:
    """Nothing waits, is in doubt, given up or refused but the opening of attempts whose links nobody ever had."""
    paid = {entry.reference for one in accounts.desk.gateways.values() for entry in one.books.movements}
    for row in accounts.rows(_UNDONE):
        assert (row["operation"], row["state"]) == ("create", "rejected") and row["code"] in _NOT_OPENED, row
        assert orjson.loads(row["data"])["reference"] not in paid, row
    assert not accounts.rows("SELECT id FROM delivery WHERE state = 'delivered' AND in_doubt_since IS NOT NULL LIMIT 1")


def _said_once(accounts: Accounts, portal: Portal) -> None:
    """The ledger holds each of these once, and the portal heard all of them."""
    for type, names in {
        "payment.paid": ("order_code", "round"),
        "payment.surplus": ("reference", "gateway_reference"),
        "payment.reversed": ("reference", "gateway_reference"),
        "payment.refund_attempted": ("reference", "gateway_reference"),
        "payment.refunded": ("reference", "gateway_reference"),
    }.items():
        rows = accounts.rows(f"SELECT id, data FROM message WHERE type = '{type}'")
        facts = Counter(tuple(orjson.loads(row["data"])[name] for name in names) for row in rows)
        assert not facts or max(facts.values()) == 1, (type, facts.most_common(1))
        assert type == "payment.refund_attempted" or {str(row["id"]) for row in rows} <= portal.ids, type
