"""Whatever is planted is found, and nothing else; whatever the order, the duplicates and the missing references."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciliation.lines import Line, Status
from tests.reconciliation.books import Desk, payment, refund, said

KINDS = {
    "same": [],
    "missing_at_us": ["missing_at_us"],
    "missing_at_gateway": ["missing_at_gateway"],
    "amount": ["amount"],
    "status": ["status"],
    "duplicate": ["duplicate"],
    "refund": ["refund"],
    "refund_same": [],
    "nobody_paid": [],
    "surplus_known": [],
}
plants = st.lists(st.sampled_from(sorted(KINDS)), max_size=40)


def planted(kind: str, number: int, blind: bool) -> tuple[list[Line], list[Line]]:
    """Both sides of one plant. `blind`: we never heard the gateway's reference."""
    line = payment(number, 10_000 + number)
    mine = replace(line, gateway_reference=None) if blind else line
    match kind:
        case "missing_at_us":
            return [], [line]
        case "missing_at_gateway":
            return [mine], []
        case "amount":
            return [mine], [replace(line, amount=line.amount + 500)]
        case "status":
            return [replace(mine, status=Status.FAILED)], [line]
        case "duplicate":
            return [mine], [line, replace(line, gateway_reference=f"D{number}")]
        case "refund":
            return [mine], [line, refund(number)]
        case "refund_same":
            return [mine, refund(number, 7)], [line, refund(number, 7)]
        case "nobody_paid":
            return [replace(mine, status=Status.PENDING)], []
        case "surplus_known":
            again = replace(line, gateway_reference=f"D{number}")
            return [line, again], [again, line]
    return [mine], [line]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kinds=plants, blind=st.sets(st.integers(0, 39)), seed=st.integers(0, 2**16))
def test_planted_differences_are_found_exactly(kinds: list[str], blind: set[int], seed: int) -> None:
    ours, theirs, expected = list[Line](), list[Line](), list[tuple[str, str]]()
    for number, kind in enumerate(kinds):
        mine, gateway = planted(kind, number, number in blind)
        ours += mine
        theirs += gateway
        expected += [(outcome, f"LT{number:06d}") for outcome in KINDS[kind]]
    chance = random.Random(seed)
    chance.shuffle(ours)
    chance.shuffle(theirs)
    with tempfile.TemporaryDirectory() as folder:
        done = Desk(Path(folder)).run(ours, theirs)
        found = [(outcome, reference) for outcome, _, reference in said(done)]
    assert sorted(found) == sorted(expected)
    money = sum(line.amount for line in theirs if line.status == "paid" and line.kind == "payment")
    assert done.books.theirs.paid == money
