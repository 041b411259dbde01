"""Types of an installation's own are validated by their schema before anything is stored. What metrics are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bus.config.model import Client, Config, Send
from bus.intake.intake import Incoming, Intake, Refusal
from bus.json_schema import WrongSchema
from bus.ledger import Ledger
from bus.policy import Stamps
from bus.router import Router

from .test_intake import Hinter

CLIENT = Client(key=SecretStr("sha256:0"), send=[Send(source="/h49/portal", types=["*"])])
SCHEMA = {"type": "object", "required": ["word"], "properties": {"word": {"type": "string", "maxLength": 5}}}


class Counts:
    """The metrics, noting what they are told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def accepted(self, type: str, duplicate: bool) -> None:
        self.told.append((type, duplicate))

    def refused(self, type: str, code: str) -> None:
        self.told.append((type, code))


def intake(ledger: Ledger, schema: dict[str, Any], counts: Counts) -> Intake:
    config = Config.model_validate(
        {
            "unit": "H49",
            "types": {"parcel.sent": {"schema": schema}, "parcel.free": {}},
            "routes": [{"name": "away", "drop": True}],
        }
    )
    return Intake(config, Router(config, {}), Stamps(config, {}), ledger, Hinter(), lambda: 0.0, count=counts)


@pytest.fixture
async def ledger(ledger_file: Path) -> AsyncIterator[Ledger]:
    opened = Ledger(f"sqlite:///{ledger_file}", id=1)
    yield opened
    await opened.close()


def event(key: str, data: Any, type: str = "parcel.sent") -> Incoming:
    return Incoming("/h49/portal", key, type, "P-1", data)


async def test_by_its_own_schema(ledger: Ledger) -> None:
    counts = Counts()
    door = intake(ledger, SCHEMA, counts)
    refused = await door.accept(
        "portal", CLIENT, [event("1", {"word": "tiny"}), event("2", {"word": "far too long"}), event("3", {})]
    )
    assert isinstance(refused, Refusal)
    assert [(one.code, one.pointer) for one in refused.problems] == [
        ("too-long", "/data/word"),
        ("missing", "/data/word"),
    ]
    assert (refused.kind, refused.indexes) == ("invalid", (1, 2))
    assert counts.told == [("parcel.sent", "too-long"), ("parcel.sent", "missing")]
    taken = await door.accept("portal", CLIENT, [event("1", {"word": "tiny"}), event("2", [1], "parcel.free")])
    assert not isinstance(taken, Refusal)


async def test_what_the_metrics_are_told(ledger: Ledger) -> None:
    counts = Counts()
    door = intake(ledger, SCHEMA, counts)
    for _ in range(2):
        await door.accept("portal", CLIENT, [event("1", {"word": "tiny"})])
    await door.accept("portal", CLIENT, [event("1", {"word": "other"})])
    await door.accept("portal", CLIENT, [event("2", {}, "somebodys.invention")])
    assert counts.told == [
        ("parcel.sent", False),
        ("parcel.sent", True),
        ("parcel.sent", "key-reused"),
        ("other", "unknown-type"),
    ]


async def test_a_wrong_schema_stops_the_start(ledger: Ledger) -> None:
    with pytest.raises(WrongSchema):
        intake(ledger, {"type": "objekt"}, Counts())
