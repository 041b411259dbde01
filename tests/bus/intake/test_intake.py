"""The one gate: validated, allowed, routed, stored whole or not at all; and only then answered."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bus.config.model import Client, Config, Send
from bus.intake.intake import Incoming, Intake, Refusal, Taken
from bus.ledger import Ledger, read
from bus.policy import Stamps
from bus.router import Router
from tests.bus.dispatch.support import Anything

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
CLIENT = Client(
    key=SecretStr("sha256:0"),
    send=[Send(source="/h49/portal", types=["test.*", "dossier.*"]), Send(source="/h49/tax", types=["test.free"])],
)
EVENT = Incoming("/h49/portal", "k1", "test.single", "H49-1", {"n": 1})


class Hinter:
    """The relay, noting what it is told."""

    def __init__(self) -> None:
        self.full: set[str] = set()
        self.hinted: list[str] = []

    def room(self, system: str) -> bool:
        return system not in self.full

    def hint(self, deliveries: Sequence[tuple[str, int]]) -> None:
        self.hinted += [system for system, _ in deliveries]


class Door:
    """An intake over a real ledger."""

    def __init__(self, ledger: Ledger) -> None:
        config = Config.model_validate(
            {
                "unit": "H49",
                "http": {"max_depth": 8},
                "systems": {"a": {"adapter": "anything"}, "b": {"adapter": "anything"}},
                "routes": [
                    {"name": "to-a", "types": ["test.*"], "to": ["a"]},
                    {"name": "to-b", "types": ["test.single"], "to": ["b"]},
                    {"name": "rich", "types": ["test.single"], "when": ".data.fee + 1 > 100", "to": ["b"]},
                    {"name": "away", "types": ["test.dropped"], "drop": True},
                ],
                "types": {f"test.{name}": {} for name in ("single", "free", "dropped", "nowhere")},
            }
        )
        adapters = {name: Anything(Anything.Settings()) for name in config.systems}
        self.ledger, self.hinter, self.stamps = ledger, Hinter(), Stamps(config, adapters)
        ids = (f"00000000-0000-7000-8000-{n:012}" for n in itertools.count(1))
        self.intake = Intake(
            config, Router(config, adapters), self.stamps, ledger, self.hinter, lambda: NOW, lambda: next(ids)
        )

    async def accept(self, *events: Incoming, client: Client = CLIENT) -> list[Taken] | Refusal:
        return await self.intake.accept("portal", client, events)

    async def refused(self, *events: Incoming, client: Client = CLIENT) -> Refusal:
        """The refusal, after which the ledger is unchanged."""
        before = await self.ledger.read(lambda c: read.totals(c))
        answer = await self.accept(*events, client=client)
        assert isinstance(answer, Refusal)
        assert await self.ledger.read(lambda c: read.totals(c)) == before
        return answer

    async def message(self, id: str) -> dict[str, Any]:
        found = await self.ledger.read(lambda c: read.one(c, id))
        assert found is not None
        return found


@pytest.fixture
async def door(ledger_file: Path) -> AsyncIterator[Door]:
    ledger = Ledger(f"sqlite:///{ledger_file}", id=1)
    yield Door(ledger)
    await ledger.close()


async def test_message_and_deliveries_are_there_when_it_answers(door: Door) -> None:
    taken = await door.accept(EVENT)
    assert taken == [Taken("00000000-0000-7000-8000-000000000001", False)]
    found = await door.message(taken[0].id)
    assert (found["client"], found["source"], found["key"], found["subject"]) == (
        "portal",
        "/h49/portal",
        "k1",
        "H49-1",
    )
    assert (found["schema"], found["data"], found["time"]) == ("urn:lienthong:test.single:1", '{"n":1}', NOW)
    assert [(one["system"], one["operation"], one["lane"], one["state"]) for one in found["deliveries"]] == [
        ("a", "single", "H49-1", "ready"),
        ("b", "single", "H49-1", "ready"),
    ]


async def test_each_delivery_is_stamped_with_the_policy_of_now(door: Door) -> None:
    await door.accept(EVENT)
    found = await door.message("00000000-0000-7000-8000-000000000001")
    assert [one["policy"] for one in found["deliveries"]] == [
        door.stamps.id("a", "single"),
        door.stamps.id("b", "single"),
    ]


async def test_what_keeps_no_order_is_in_no_lane(door: Door) -> None:
    await door.accept(replace(EVENT, type="test.free"))
    found = await door.message("00000000-0000-7000-8000-000000000001")
    assert [one["lane"] for one in found["deliveries"]] == [None]


async def test_hints_follow_the_commit_where_there_is_room(door: Door) -> None:
    door.hinter.full = {"b"}
    await door.accept(EVENT)
    assert door.hinter.hinted == ["a"]
    assert (await door.ledger.due("b", 10))[0] != []
    assert await door.ledger.due("a", 10) == ([], 1)


async def test_the_same_key_again_is_the_first_id_and_no_second_delivery(door: Door) -> None:
    await door.accept(EVENT)
    assert await door.accept(replace(EVENT, data={"n": 1})) == [Taken("00000000-0000-7000-8000-000000000001", True)]
    assert await door.ledger.read(lambda c: read.totals(c)) == {"a": {"ready": 1}, "b": {"ready": 1}}
    assert door.hinter.hinted == ["a", "b"]


@pytest.mark.parametrize(
    "other",
    [{"data": {"n": 2}}, {"subject": "H49-2"}, {"type": "test.free"}, {"schema": "urn:lienthong:test.single:2"}],
)
async def test_with_another_body_it_is_a_conflict_that_names_the_first(door: Door, other: dict[str, Any]) -> None:
    await door.accept(EVENT)
    refusal = await door.refused(replace(EVENT, key="k0"), replace(EVENT, **other))
    assert (refusal.kind, refusal.indexes, refusal.problems[0].code) == ("conflict", (1,), "key-reused")
    assert "00000000-0000-7000-8000-000000000001" in refusal.problems[0].reason


async def test_another_client_or_source_may_use_the_same_key(door: Door) -> None:
    await door.accept(EVENT)
    await door.accept(replace(EVENT, source="/h49/tax", type="test.free", data={}))
    answer = await door.intake.accept("second", CLIENT, [replace(EVENT, data={"n": 9})])
    assert isinstance(answer, list)
    assert not answer[0].duplicate


async def test_a_message_for_which_no_route_exists_is_refused(door: Door) -> None:
    refusal = await door.refused(replace(EVENT, type="test.nowhere"))
    assert (refusal.kind, refusal.problems[0].code, refusal.problems[0].pointer) == ("invalid", "no-route", "/type")


async def test_unless_a_route_says_drop(door: Door) -> None:
    taken = await door.accept(replace(EVENT, type="test.dropped"))
    assert isinstance(taken, list)
    assert (await door.message(taken[0].id))["deliveries"] == []


async def test_a_batch_is_taken_whole_or_not_at_all_and_every_bad_event_is_named(door: Door) -> None:
    refusal = await door.refused(
        EVENT, replace(EVENT, key="k2", data={"name": "a\0"}), replace(EVENT, key="k3", type="test.nowhere")
    )
    assert refusal.indexes == (1, 2)
    assert [problem.code for problem in refusal.problems] == ["nul", "no-route"]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"data": {"a": ["\0"]}}, "nul", "/data/a/0"),
        ({"data": {"a": "\ud800"}}, "surrogate", "/data/a"),
        ({"data": {"a": 2**53}}, "number-too-large", "/data/a"),
        ({"subject": "H\0"}, "nul", "/subject"),
        ({"key": "\udfff"}, "surrogate", "/id"),
        ({"trace": "\0"}, "nul", "/traceparent"),
        ({"subject": None}, "not-text", "/subject"),
        ({"type": "dossier.invented"}, "unknown-type", "/type"),
        ({"type": "dossier.progressed", "schema": "urn:x"}, "unknown-schema", "/dataschema"),
        ({"type": "dossier.progressed", "data": {}}, None, "/data/dossier_code"),
        ({"data": {"fee": {}}}, "route-condition-failed", "/data"),
    ],
)
async def test_what_is_wrong_is_said_with_its_place(
    door: Door, change: dict[str, Any], code: str | None, pointer: str
) -> None:
    refusal = await door.refused(replace(EVENT, **change))
    assert refusal.kind == "invalid"
    assert pointer in [problem.pointer for problem in refusal.problems]
    assert code is None or refusal.problems[0].code == code


async def test_nested_too_deep(door: Door) -> None:
    data: Any = 1
    for _ in range(9):
        data = [data]
    assert (await door.refused(replace(EVENT, data=data))).problems[0].code == "too-deep"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "/h50/portal"}, "source-not-allowed"),
        ({"type": "payment.paid"}, "type-not-allowed"),
        ({"source": "/h49/tax"}, "type-not-allowed"),
    ],
)
async def test_what_a_client_may_not_send_is_forbidden(door: Door, change: dict[str, Any], code: str) -> None:
    refusal = await door.refused(replace(EVENT, **change))
    assert (refusal.kind, refusal.problems[0].code) == ("forbidden", code)


async def test_a_client_that_may_send_nothing_sends_nothing(door: Door) -> None:
    refusal = await door.refused(EVENT, client=Client(key=SecretStr("sha256:0")))
    assert refusal.kind == "forbidden"
