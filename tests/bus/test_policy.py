"""The rules of verdicts, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.config.model import Config
from bus.ledger import Claimed, Rule, State
from bus.policy import Policy, Stamps, backoff, judge, parse, policy_of
from lienthong import Absent, Delivered, Message, Reject, Retry, Single, Stop, Unknown
from tests.bus.dispatch.support import Anything

PLAIN = Policy(
    first=2,
    factor=2,
    longest=600,
    jitter=0,
    attempts=0,
    age=1000,
    settle_after=90,
    on_unknown="lookup",
    block=True,
    takeovers=3,
)
AT = datetime(2026, 1, 5, tzinfo=UTC)
MESSAGE = Message("m", "/h49/portal", "test.single", "H49-1", "k1", AT, AT, "urn:x", b"{}")
CLAIMED = Claimed(1, 1, "target", "single", "H49-1", 1, 0, 0, 0, True, 5000.0, None, "p", 5000.0, MESSAGE)


def rule(verdict: Single, policy: Policy = PLAIN, *, answered: bool = True, now: float = 5000, **claimed: Any) -> Rule:
    return judge(verdict, replace(CLAIMED, **claimed), policy, answered=answered, now=now, chance=0.5)


def test_delivered_is_done_and_clears_the_doubt() -> None:
    assert rule(Delivered("R")) == Rule(State.DELIVERED, "delivered", False, "clear", reference="R")


def test_retry_backs_off_and_keeps_the_doubt_as_it_was() -> None:
    assert rule(Retry("busy")) == Rule(State.READY, "retry", True, "keep", 2, code="retry", reason="busy")


def test_what_the_target_asks_for_is_waited_if_it_is_longer() -> None:
    assert rule(Retry("busy", after=30)).delay == 30
    assert rule(Retry("busy", after=1)).delay == 2


@pytest.mark.parametrize("after", [1e20, float("inf")])
def test_but_never_longer_than_the_age_limit(after: float) -> None:
    assert rule(Retry("busy", after=after)).delay == 1000


def test_reject_by_the_target_is_definite_and_keeps_its_place_where_lanes_block() -> None:
    assert rule(Reject("no", "why", "/fee")) == Rule(
        State.REJECTED, "reject", True, "clear", code="no", reason="why", pointer="/fee"
    )


def test_reject_before_the_target_answered_leaves_the_doubt() -> None:
    assert rule(Reject("adapter-error", "why"), answered=False).doubt == "keep"


def test_continue_lets_the_next_go() -> None:
    assert not rule(Reject("no", "why"), replace(PLAIN, block=False)).is_open
    assert not rule(Retry("busy"), replace(PLAIN, block=False, attempts=1)).is_open


def test_stop_is_no_attempt_and_keeps_everything() -> None:
    found = rule(Stop("password"))
    assert (found.state, found.is_open, found.doubt, found.counts, found.code) == (
        State.READY,
        True,
        "keep",
        False,
        "stopped",
    )


@pytest.mark.parametrize("on_unknown", ["lookup", "resend"])
def test_unknown_waits_settle_after_before_the_lookup_or_resend(on_unknown: Any) -> None:
    found = rule(Unknown("time-out"), replace(PLAIN, on_unknown=on_unknown))
    assert (found.state, found.doubt, found.delay) == (State.READY, "set", 90)


def test_unknown_backs_off_where_that_is_longer() -> None:
    assert rule(Unknown("time-out"), attempt=8).delay == 256


def test_unknown_is_held_where_an_operator_decides_whatever_the_limits_say() -> None:
    found = rule(Unknown("time-out"), replace(PLAIN, on_unknown="hold", attempts=1))
    assert (found.state, found.is_open, found.doubt, found.code) == (State.HELD, True, "set", "in-doubt")


def test_absent_to_a_delivery_is_unknown() -> None:
    assert rule(Absent()).verdict == "unknown"


@pytest.mark.parametrize(("attempt", "state"), [(1, State.READY), (2, State.READY), (3, State.DEAD), (4, State.DEAD)])
def test_attempt_limit(attempt: int, state: State) -> None:
    assert rule(Retry("busy"), replace(PLAIN, attempts=3), attempt=attempt).state is state


def test_age_limit() -> None:
    assert rule(Retry("busy"), now=5999).state is State.READY
    found = rule(Retry("busy"), now=6000)
    assert (found.state, found.code, found.reason) == (State.DEAD, "too-old", "busy")


def test_dead_after_unknown_stays_in_doubt() -> None:
    assert rule(Unknown("time-out"), replace(PLAIN, attempts=1)).doubt == "set"
    assert rule(Retry("busy"), replace(PLAIN, attempts=1)).doubt == "keep"


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 2), (2, 4), (3, 8), (9, 512), (10, 600), (1000, 600), (10**9, 600)]
)
def test_backoff_is_exponential_to_longest(attempt: int, seconds: float) -> None:
    assert backoff(PLAIN, attempt, 0.5) == seconds


@pytest.mark.parametrize(("chance", "seconds"), [(0, 8), (0.5, 10), (0.75, 11)])
def test_jitter_spreads_both_ways(chance: float, seconds: float) -> None:
    assert backoff(replace(PLAIN, first=10, jitter=0.2), 1, chance) == pytest.approx(seconds)


@given(st.integers(1, 10**6), st.floats(0, 1, exclude_max=True), st.floats(0, 1))
def test_backoff_is_never_negative_and_never_beyond_longest_and_its_jitter(
    attempt: int, chance: float, jitter: float
) -> None:
    assert 0 <= backoff(replace(PLAIN, jitter=jitter), attempt, chance) <= 600 * (1 + jitter)


def test_what_is_stamped_is_read_back_the_same() -> None:
    assert parse(PLAIN.body) == PLAIN


def test_the_same_rules_have_the_same_id_and_others_another() -> None:
    assert PLAIN.id == replace(PLAIN).id
    assert PLAIN.id != replace(PLAIN, settle_after=91).id


def config(**system: Any) -> Config:
    return Config.model_validate({"unit": "H49", "systems": {"target": {"adapter": "anything", **system}}})


@pytest.mark.parametrize(
    ("operation", "settings", "on_unknown", "block"),
    [
        ("single", {}, "lookup", True),
        ("hold", {}, "hold", True),
        ("free", {}, "resend", False),
        ("single", {"on_unknown": {"single": "hold"}}, "hold", True),
        ("single", {"on_unknown": {"hold": "resend"}}, "lookup", True),
        ("single", {"on_reject": "continue"}, "lookup", False),
        ("free", {"on_reject": "block"}, "resend", True),
    ],
)
def test_configuration_wins_over_the_adapter_and_order_blocks_by_default(
    operation: str, settings: dict[str, Any], on_unknown: str, block: bool
) -> None:
    adapter = Anything(Anything.Settings())
    policy = policy_of(config(**settings).systems["target"], adapter, adapter.operations[operation])
    assert (policy.on_unknown, policy.block) == (on_unknown, block)


def test_every_stamp_is_among_what_the_ledger_remembers() -> None:
    adapter = Anything(Anything.Settings())
    stamps = Stamps(config(), {"target": adapter})
    assert {stamps.id("target", name) for name in adapter.operations} == set(stamps.all)
    assert all(policy.id == id for id, policy in stamps.all.items())
