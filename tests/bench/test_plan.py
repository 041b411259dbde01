"""What is measured, in which order, and whether it counts."""

from __future__ import annotations

import pytest

from bench import bus
from bench.plan import ROWS, VARIANTS, Plan, chosen, in_turn


def test_rows_come_in_their_order_and_unknown_ones_are_named() -> None:
    assert chosen("intake-p99, whole-embedded", ROWS) == ("whole-embedded", "intake-p99")
    with pytest.raises(ValueError, match="no nonsense; there are whole-embedded, "):
        chosen("nonsense,intake-p99", ROWS)


def test_every_way_to_run_the_bus_can_be_named() -> None:
    assert tuple(variant.name for variant in bus.WHOLE) == VARIANTS
    assert {variant.name for variant in bus.DRAIN} < set(VARIANTS)


@pytest.mark.parametrize(
    "trial", [Plan(pairs=4), Plan(messages=500), Plan(rows=("whole-embedded",)), Plan(seconds=1), Plan(rows=ROWS[1:])]
)
def test_a_trial_does_not_count(trial: Plan) -> None:
    assert Plan().real
    assert not trial.real


def test_an_intake_row_needs_the_throughput_that_it_is_loaded_like() -> None:
    plan = Plan(rows=("intake-p99",))
    assert plan.wants("whole-pg-rabbit")
    assert not plan.wants("whole-embedded")
    assert plan.needs_servers
    assert not Plan(rows=("intake-p99-embedded",)).needs_servers


def test_nobody_is_always_first() -> None:
    assert [in_turn(3, pair) for pair in range(4)] == [[0, 1, 2], [0, 2, 1], [2, 0, 1], [2, 1, 0]]
