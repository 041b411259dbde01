"""Processes in dispatch: each event steps once, from the state that stands, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest
from pydantic import BaseModel, ConfigDict, SecretStr, StrictInt

from bus import registry
from bus.config.model import Client, Config, Send
from bus.dispatch.call import Item, Outcome
from bus.dispatch.steps import Steps
from bus.ledger import Claimed, Unavailable
from bus.policy import Policy
from connectors.none import NoConnector, NoneSettings
from lienthong import (
    Context,
    Delivered,
    Draft,
    Fired,
    Message,
    NoSettings,
    Process,
    Reject,
    Retry,
    Stepped,
    Task,
    Timer,
)
from lienthong.processes import TIMER

from .world import FAST, World, until


class Told(BaseModel):
    model_config = ConfigDict(extra="forbid")

    add: StrictInt
    break_: str | None = None


class Sum(BaseModel):
    total: int = 0
    heard: list[str] = []


class Work(BaseModel):
    total: int


class Counting(Process):
    """Adds up; at 10 it says so, has a task, and sets a timer, which adds 100."""

    name: ClassVar[str] = "counting"
    hears: ClassVar[tuple[str, ...]] = ("test.counted",)
    says: ClassVar[tuple[str, ...]] = ("test.done",)
    State: ClassVar[type[BaseModel] | None] = Sum
    Work: ClassVar[type[BaseModel] | None] = Work

    def key(self, message: Message) -> str:
        message.read(Told)
        if message.subject == "broken-key":
            raise LookupError("Nguyễn Văn Ví Dụ")
        return message.subject

    def step(self, state: bytes | None, event: Message | Fired, context: Context) -> Stepped:
        now = Sum() if state is None else Sum.model_validate_json(state)
        told = Told(add=100) if isinstance(event, Fired) else event.read(Told)
        if told.break_:
            raise LookupError(told.break_)
        if told.add == 0:
            return Stepped()
        name = event.name if isinstance(event, Fired) else event.key
        after = Sum(total=now.total + told.add, heard=[*now.heard, name])
        if after.total != 10:
            return Stepped(after.model_dump_json().encode())
        return Stepped(
            after.model_dump_json().encode(),
            (Draft("test.done", "sum", {"total": 10}, key=f"{name}:done"),),
            (Timer("more", 1, 0.0),),
            (Task("ten", "reached", True, Work(total=10)),),
            ("sum/ten",),
        )

    def view(self, state: bytes, name: str) -> Any | None:
        return None


NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Away:
    """A ledger that cannot be read now."""

    async def read(self, query: Any) -> Any:
        raise Unavailable("gone")


class Stored:
    """A ledger in which nothing is kept. Reading it is tested with the real one, below."""

    async def read(self, query: Any) -> Any:
        return {}


def item(key: str, data: Any, subject: str = "A", type: str = "test.counted") -> Item:
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    message = Message("id", "/h49/portal", type, subject, key, NOW, NOW, "-", body)
    claimed = Claimed(1, 1, "counting", "hear", None, 1, 0, 0, 0, True, 0.0, None, "p", 0.0, message)
    return Item(claimed, Policy.__new__(Policy))


async def call(*items: Item, ledger: Any = None) -> list[Outcome]:
    steps = Steps("counting", Counting(NoSettings()), lambda: NOW, ledger or Stored())
    return await steps.call(items)


async def test_of_two_events_of_one_key_in_one_call_only_the_first_steps() -> None:
    first, second, other = await call(item("a", {"add": 1}), item("b", {"add": 2}), item("c", {"add": 3}, "B"))
    assert first.change is not None and second.change is not None and other.change is not None
    assert (first.change.version, orjson.loads(first.change.state)["heard"]) == (0, ["a"])
    assert second.change.version < 0, "a version that never stands: the settlement gives it back"
    assert (other.change.key, other.change.version) == ("B", 0)


async def test_what_changes_nothing_is_delivered_without_a_change() -> None:
    [done] = await call(item("a", {"add": 0}))
    assert (done.verdict, done.change) == (Delivered(), None)


async def test_data_that_is_not_of_its_type_is_refused_with_its_place() -> None:
    wrong, broken, fine = await call(item("a", {"add": "x"}), item("b", b"{}"), item("c", {"add": 1}))
    assert isinstance(wrong.verdict, Reject) and isinstance(broken.verdict, Reject)
    assert (wrong.verdict.code, wrong.verdict.pointer) == ("wrong-type", "/add")
    assert (broken.verdict.code, broken.verdict.pointer) == ("missing", "/add")
    assert isinstance(fine.verdict, Delivered) and fine.change is not None


@pytest.mark.parametrize(("data", "subject"), [({"add": 1}, "broken-key"), ({"add": 1, "break_": "Ví Dụ"}, "A")])
async def test_a_process_that_raises_refuses_the_one_event_without_its_words(data: Any, subject: str) -> None:
    broken, fine = await call(item("a", data, subject), item("b", {"add": 1}, "B"))
    assert isinstance(broken.verdict, Reject)
    assert (broken.verdict.code, broken.change) == ("process-error", None)
    assert "LookupError" in broken.verdict.reason and "Ví Dụ" not in broken.verdict.reason
    assert isinstance(fine.verdict, Delivered) and fine.change is not None


async def test_one_that_fails_does_not_stand_in_the_way_of_the_next_of_its_key() -> None:
    """It comes in the same call and is given back: what it would step from is known only when the first is settled."""
    broken, fine = await call(item("a", {"add": 1, "break_": "x"}), item("b", {"add": 1}))
    assert isinstance(broken.verdict, Reject)
    assert fine.change is not None


async def test_a_ledger_that_is_away_is_waited_for() -> None:
    outcomes = await call(item("a", {"add": 1}), item("b", {"add": "x"}), ledger=Away())
    assert [type(one.verdict) for one in outcomes] == [Retry, Retry]
    assert [one.change for one in outcomes] == [None, None]


async def test_a_timer_is_an_event_of_its_key() -> None:
    [done] = await call(item("t", {"name": "more", "generation": 1}, type=TIMER))
    assert done.change is not None
    assert orjson.loads(done.change.state) == {"total": 100, "heard": ["more"]}


class Office(World):
    """With the process `counting`, which nobody routes to, and timers."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        super().__init__(url, patch)
        patch.setattr(registry, "make_adapter", lambda system: Counting(NoSettings()))
        patch.setattr(registry, "make_connector", lambda name, system: NoConnector(NoneSettings(), name))
        patch.setattr("bus.timers._LOOK", 0.02)

    def config(self, systems: Mapping[str, Any] | None = None, **changes: Any) -> Config:
        return Config.model_validate(
            {
                "unit": "H49",
                "ledger": {"url": self.url},
                "dispatch": {"hint_timeout": 30, "drain": 1},
                "systems": {"counting": {**FAST, "adapter": "counting", "connector": "none"}},
                "routes": [{"name": "free", "types": ["test.done"], "drop": True}],
                "types": {"test.counted": {}, "test.done": {}},
            }
        )

    async def start(self, systems: Mapping[str, Any] | None = None, **changes: Any) -> Any:
        from bus.runtime import Bus

        self.bus = Bus(self.config(systems, **changes), frozenset({"dispatch", "relay", "scheduler"}))
        self._started.append(self.bus)
        await self.bus.start()
        return self.bus

    async def told(self, *adds: int, key: str = "A", first: int = 0) -> None:
        from bus.intake.intake import Incoming, Refusal

        events = [
            Incoming("/h49/portal", f"{key}{first + number}", "test.counted", key, {"add": add})
            for number, add in enumerate(adds)
        ]
        taken = await self.bus.intake.accept("portal", CLIENT, events)
        assert not isinstance(taken, Refusal), taken

    async def sum(self, key: str = "A") -> dict[str, Any]:
        rows = await self.rows(f"SELECT state, version FROM process WHERE key = '{key}'")
        return {**orjson.loads(rows[0]["state"]), "version": rows[0]["version"]} if rows else {}

    async def adds_up(self, total: int, key: str = "A") -> None:
        async def it_does() -> bool:
            return (await self.sum(key)).get("total") == total

        await until(it_does, 10)


CLIENT = Client(key=SecretStr("sha256:0"), send=[Send(source="/h49/portal", types=["*"])])


@pytest.fixture(params=["sqlite", "postgresql"])
async def office(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    sqlite = f"sqlite:///{tmp_path}/ledger.db"
    made = Office(sqlite if request.param == "sqlite" else request.getfixturevalue("database"), monkeypatch)
    yield made
    await made.end()


async def test_many_events_of_one_key_at_once_each_count_once(office: Office) -> None:
    """They come to one call together: all but the first of each are given back, and come again."""
    await office.start()
    await office.told(*[1] * 9)
    await office.adds_up(9)
    assert sorted((await office.sum())["heard"]) == [f"A{number}" for number in range(9)]
    assert (await office.sum())["version"] == 9
    await office.delivered(10)


async def test_what_a_step_says_its_timer_and_its_task_follow(office: Office) -> None:
    await office.start()
    await office.told(10)
    await office.adds_up(110)
    assert (await office.sum())["heard"] == ["A0", "more"]
    said = await office.rows("SELECT source, key, data FROM message WHERE type = 'test.done'")
    assert [(row["source"], row["key"]) for row in said] == [("/systems/counting", "A0:done")]
    assert [row["state"] for row in await office.rows("SELECT state FROM task")] == ["open"]
    assert await office.rows("SELECT 1 FROM timer") == []
    assert len(await office.rows(f"SELECT 1 FROM message WHERE type = '{TIMER}'")) == 1


async def test_a_bad_event_becomes_a_dead_letter_and_the_rest_goes_on(office: Office) -> None:
    await office.start()
    await office.told(1, "x", 2)  # type: ignore[arg-type]  # as somebody may send it
    await office.adds_up(3)
    row = await office.becomes("A1", "rejected", system="counting")
    assert (row["code"], row["pointer"]) == ("wrong-type", "/add")
