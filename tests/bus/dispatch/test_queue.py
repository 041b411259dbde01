"""Hints that wait here: each delivery once, a hint acknowledged when all of it was dealt with."""

from __future__ import annotations

from bus.broker import Hint, Token
from bus.dispatch.queue import HintQueue


def hint(tag: int, *ids: int) -> Hint:
    return Hint("target", ids, Token(1, tag))


def test_a_delivery_that_is_hinted_twice_is_taken_once() -> None:
    queue = HintQueue()
    queue.add(hint(1, 7, 8))
    queue.add(hint(2, 8, 9))
    assert queue.take(10) == [7, 8, 9]
    assert queue.take(10) == []


def test_a_hint_is_done_when_all_of_it_was_dealt_with() -> None:
    first, second = hint(1, 7, 8), hint(2, 8, 9)
    queue = HintQueue()
    queue.add(first)
    queue.add(second)
    assert queue.done([7]) == []
    assert queue.done([8]) == [first]
    assert queue.done([9]) == [second]


def test_the_next_of_a_lane_goes_to_the_front_and_outlives_a_clearing() -> None:
    """Also where a hint names it too: that hint is given back, and nobody else would wake the lane."""
    queue = HintQueue()
    only, both = hint(1, 7), hint(2, 8)
    queue.add(only)
    queue.add(both)
    queue.next([8, 9])
    assert queue.clear() == [only, both]
    assert queue.take(10) == [9, 8]
    assert len(queue) == 0
