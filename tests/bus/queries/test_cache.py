"""Answers kept for a moment: they end, the oldest go first, and nothing of them stands readable in memory."""

from __future__ import annotations

import pickle

from bus.config import model
from bus.queries.cache import Cache


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_good_for_its_time() -> None:
    clock = Clock()
    cache = Cache(model.Cache(keep=10), clock)
    cache.keep(b"who", "found", {"name": "Nguyễn Văn Ví Dụ"})
    clock.now = 109.9
    assert cache.find(b"who") == ("found", {"name": "Nguyễn Văn Ví Dụ"})
    assert cache.find(b"another") is None
    clock.now = 110
    assert cache.find(b"who") is None


def test_the_oldest_go_first() -> None:
    cache = Cache(model.Cache(keep=10, most=2), Clock())
    for who in (b"1", b"2", b"3"):
        cache.keep(who, "found", None)
    assert [cache.find(who) for who in (b"1", b"2", b"3")] == [None, ("found", None), ("found", None)]


def test_neither_question_nor_answer_is_readable() -> None:
    cache = Cache(model.Cache(keep=10), Clock())
    cache.keep(b"022199000123", "found", {"name": "VI DU"})
    kept = pickle.dumps(cache._kept)
    assert b"022199000123" not in kept and b"VI DU" not in kept
