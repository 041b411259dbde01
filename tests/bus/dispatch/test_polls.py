"""A poll is a standing delivery: what it finds and how far it read are committed together, once, and it comes again."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bus import registry
from bus.config.model import Config
from bus.ledger import read
from lienthong import Context, Draft, Lost, Polled, Post, Reject, Retry, Stop, Unreadable, poll
from lienthong.ports import Polling

from .support import Anything
from .world import World, until


class Source(Anything):
    """Tells what the test scripted: `target.answers("START", Polled(...))`, by the cursor it is asked with."""

    name = "source"

    @poll("test.free", every=60)
    def news(self, cursor: Any, context: Context) -> Polling:
        key = str(cursor or "START")
        body = {"keys": [key], "lanes": [], "in_doubt": context.in_doubt, "attempt": context.attempt}
        reply = yield Post("poll", json=body, write=False)
        return pickle.loads(reply.content)  # type: ignore[no-any-return]


class Paper(World):
    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        super().__init__(url, patch)
        patch.setattr(registry, "make_adapter", lambda system: Source(Source.Settings()))
        self.target.always = Polled()

    def config(self, systems: Mapping[str, Any] | None = None, **changes: Any) -> Config:
        return super().config(systems, **{"polls": {"news": {}}, **changes})

    def will(self, cursor: str, *answers: Any) -> None:
        self.target.answers(cursor, *answers, path="poll")

    async def standing(self) -> Any:
        return (await self.rows("SELECT * FROM delivery WHERE operation = 'poll:news'"))[0]

    async def found(self) -> list[str]:
        rows = await self.rows("SELECT key FROM message WHERE type <> 'lienthong.poll' ORDER BY key")
        return [row["key"] for row in rows]


@pytest.fixture(params=["sqlite", "postgresql"])
async def paper(request: pytest.FixtureRequest, ledger_file: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    sqlite = f"sqlite:///{ledger_file}"
    made = Paper(sqlite if request.param == "sqlite" else request.getfixturevalue("ledger_database"), monkeypatch)
    yield made
    await made.end()


def news(*keys: str) -> tuple[Draft, ...]:
    return tuple(Draft("test.free", f"S-{key}", {"n": key}, key=key) for key in keys)


async def test_what_is_found_is_kept_and_the_cursor_with_it(paper: Paper) -> None:
    paper.will("START", Polled(news("a", "b"), cursor="C1", more=True))
    paper.will("C1", Polled(news("c"), cursor="C2", more=True))
    paper.will("C2", Polled((), cursor="C2"))
    await paper.start()
    await until(lambda: len(paper.target.keys("poll")) == 3)
    assert paper.target.keys("poll") == ["START", "C1", "C2"]
    assert await paper.found() == ["a", "b", "c"]

    async def resting() -> bool:
        row = await paper.standing()
        return bool(row["state"] == "ready" and row["verdict"] == "polled" and row["due_at"] - row["created_at"] < 1)

    await until(resting)
    assert [row["cursor"] for row in await paper.rows("SELECT cursor FROM standing")] == ['"C2"']


async def test_a_restart_goes_on_from_the_cursor(paper: Paper) -> None:
    paper.will("START", Polled(news("a"), cursor="C1"))
    await paper.start()
    await until(lambda: paper.target.keys("poll") == ["START"])
    await until(lambda: _has_cursor(paper))
    await paper.stop()
    await paper.start(polls={"news": {"every": 1}})
    await until(lambda: paper.target.keys("poll")[1:2] == ["C1"])
    assert len(await paper.rows("SELECT 1 FROM delivery WHERE operation = 'poll:news'")) == 1


async def _has_cursor(paper: Paper) -> bool:
    return bool(await paper.rows("SELECT 1 FROM standing WHERE cursor IS NOT NULL"))


async def test_the_same_news_twice_is_kept_once(paper: Paper) -> None:
    paper.will("START", Polled(news("a"), cursor="C1", more=True))
    paper.will("C1", Polled(news("a", "b"), cursor="C2"))
    await paper.start()
    await until(lambda: len(paper.target.keys("poll")) == 2)
    await until(lambda: _holds(paper, ["a", "b"]))


async def _holds(paper: Paper, keys: list[str]) -> bool:
    return await paper.found() == keys


async def test_what_cannot_be_read_is_a_dead_letter_and_the_cursor_moves_on(paper: Paper) -> None:
    odd = Unreadable("x", {"MaHoSo": None}, "unreadable", "it has no code", "/MaHoSo")
    paper.will("START", Polled(news("a"), cursor="C1", unreadable=(odd,)))
    await paper.start()
    await until(lambda: _holds(paper, ["a", "x"]))
    row = await paper.row("x")
    assert row["state"] == "rejected"
    assert (row["code"], row["reason"], row["data"]) == ("unreadable", "it has no code", '{"MaHoSo": null}')
    assert await _has_cursor(paper)


@pytest.mark.parametrize("said", [Retry("busy"), Lost("gone"), Reject("no", "no"), "nonsense"])
async def test_it_is_never_given_up(paper: Paper, said: Any) -> None:
    paper.will("START", said, Polled(news("a"), cursor="C1"))
    await paper.start(polls={"news": {"every": 1}}, retry={"first": 0.01, "longest": 0.05, "age": 0.01, "attempts": 1})
    await until(lambda: _holds(paper, ["a"]))
    assert (await paper.standing())["in_doubt_since"] is None


async def test_stop_pauses_the_system(paper: Paper) -> None:
    paper.will("START", Stop("password refused"))
    await paper.start()
    await until(lambda: bool(paper.bus.gates["target"].paused))


async def test_a_poll_without_keys_is_a_defect_and_nothing_is_lost(paper: Paper) -> None:
    paper.will("START", Polled((Draft("test.free", "S", {}),), cursor="C1"), Polled(news("a"), cursor="C1"))
    await paper.start()
    await until(lambda: _holds(paper, ["a"]))


async def test_a_poll_that_left_the_configuration_ends_and_comes_back(paper: Paper) -> None:
    paper.will("START", Polled(news("a"), cursor="C1"))
    await paper.start()
    await until(lambda: _has_cursor(paper))
    await paper.stop()
    await paper.start(polls={})
    assert (await paper.standing())["state"] == "cancelled"
    await paper.stop()
    await paper.start(polls={"news": {"every": 1}})
    await until(lambda: len(paper.target.keys("poll")) == 2)


async def test_standing_deliveries_are_no_backlog(paper: Paper) -> None:
    await paper.start()
    await until(lambda: len(paper.target.keys("poll")) == 1)
    assert await paper.bus.ledger.read(read.backlog) == []
