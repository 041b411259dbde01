"""What an adapter hands over becomes an event, and who may send it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from bus.config.model import Send
from bus.intake.intake import Incoming, drafted, may_send
from lienthong import Draft


@pytest.mark.parametrize(
    ("pattern", "type", "may"),
    [
        ("*", "a.b", True),
        ("a.*", "a.b", True),
        ("a.*", "ab.c", False),
        ("a.b", "a.b", True),
        ("a.b", "a.bc", False),
        ("a*", "a.b", False),
    ],
)
def test_type_patterns(pattern: str, type: str, may: bool) -> None:
    assert may_send(Send(source="/s", types=[pattern]), type) is may


class Model(BaseModel):
    """Like a canonical message: an empty field is left out."""

    at: datetime
    note: str | None = None


def test_a_draft_becomes_an_event_of_the_given_source_and_key_unless_it_names_its_own() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    plain = drafted(Draft("test.free", "S", Model(at=at)), "/systems/a", "1.0.0", "00-trace")
    assert plain == Incoming(
        "/systems/a", "1.0.0", "test.free", "S", {"at": "2026-01-05T00:00:00Z"}, None, None, "00-trace"
    )
    named = drafted(Draft("test.free", "S", {}, key="k", time=at, source="/h49/x"), "/systems/a", "1.0.0")
    assert (named.source, named.key, named.time) == ("/h49/x", "k", at)
