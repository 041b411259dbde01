"""The pull of changes: pages, periods that overlap, and what is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from lienthong import Context, Polled, Retry, Stop
from lienthong.requests import Reply
from tests.adapters.conversation import NOW, reply

from .support import golden, polled, soap

PAGES = {"changes": {"page_size": 2, "first": "1h", "overlap": 60}}


def page(*people: dict[str, Any]) -> Reply:
    return reply({"CongdanCollection": {"CongDan": list(people)}})


def person(number: int, name: str = "VÍ DỤ", **more: Any) -> dict[str, Any]:
    body = {"HoVaTen": {"Ten": name}, **more}
    return {"SoDinhDanh": f"022199{number:06d}", "Body": json.dumps(body, ensure_ascii=False)}


def at(minutes: float) -> Context:
    return Context(NOW + timedelta(minutes=minutes), system="population")


def pull(cursor: Any, answer: Reply, minutes: float = 0) -> tuple[Polled, dict[str, Any]]:
    """One poll, as the bus would do it: the cursor goes through JSON."""
    talked = polled(json.loads(json.dumps(cursor)), answer, context=at(minutes), form="json", **PAGES)
    assert isinstance(talked.verdict, Polled), talked.verdict
    return talked.verdict, talked.request.json


def names(found: Polled) -> list[str | None]:
    return [draft.data.name for draft in found.messages]


def test_the_golden_page() -> None:
    talked = polled(None, soap(golden("changes.answer.xml")), changes={"page_size": 3})
    assert isinstance(talked.verdict, Polled) and not talked.verdict.more and talked.verdict.unreadable == ()
    first, second = talked.verdict.messages
    assert (first.type, first.data.personal_number, first.data.permanent.detail) == (
        "citizen.changed",
        "022199000123",
        "Tổ 4",
    )
    assert (second.data.name, second.data.marital_status) == ("ĐỖ VĂN VÍ DỤ", "married")
    assert first.key != second.key and first.subject != second.subject
    assert not any("022" in text and "199000123" in text for text in (first.key or "", first.subject))


def test_pages_then_the_next_period_with_an_overlap() -> None:
    found, asked = pull(None, page(person(1), person(2)))
    start = 1795311062000
    assert (asked["tuNgay"], asked["denNgay"], asked["trang"]) == (str(start - 3600_000), str(start), "1")
    assert found.more and len(found.messages) == 2
    found, asked = pull(found.cursor, page(person(3)), 0.1)
    assert (asked["tuNgay"], asked["denNgay"], asked["trang"]) == (str(start - 3600_000), str(start), "2")
    assert not found.more and names(found) == ["VÍ DỤ"]
    found, asked = pull(found.cursor, page(person(3), person(4)), 5)
    assert (asked["tuNgay"], asked["denNgay"], asked["trang"]) == (str(start - 60_000), str(start + 300_000), "1")
    assert [draft.data.personal_number for draft in found.messages] == ["022199000004"]


def test_who_came_back_is_news_again() -> None:
    found, _ = pull(None, page(person(1, "VÍ DỤ A")))
    keys = [found.messages[0].key]
    found, _ = pull(found.cursor, page(person(1, "VÍ DỤ B")), 5)
    keys.append(found.messages[0].key)
    found, _ = pull(found.cursor, page(person(1, "VÍ DỤ A")), 10)
    assert names(found) == ["VÍ DỤ A"]
    keys.append(found.messages[0].key)
    assert len(set(keys)) == 3


def test_the_same_poll_again_gives_the_same_keys() -> None:
    cursor = pull(None, page(person(9)))[0].cursor
    first, _ = pull(cursor, page(person(1)), 5)
    again, _ = pull(cursor, page(person(1)), 6)
    assert [draft.key for draft in first.messages] == [draft.key for draft in again.messages]


def test_a_clock_that_was_set_back_makes_no_period_that_ends_before_it_begins() -> None:
    found, _ = pull(None, page())
    _, asked = pull(found.cursor, page(), -10)
    assert int(asked["tuNgay"]) <= int(asked["denNgay"]) == 1795311062000


def test_a_record_that_cannot_be_read_does_not_hold_up_the_others() -> None:
    broken = [{"SoDinhDanh": "", "Body": "{"}, {"SoDinhDanh": "1", "Body": "{}"}]
    talked = polled(None, page(*broken, person(1)), form="json", changes={"page_size": 9})
    assert isinstance(talked.verdict, Polled)
    assert len(talked.verdict.messages) == 1
    assert [(each.code, each.pointer) for each in talked.verdict.unreadable] == [
        ("not-json", "/Body"),
        ("no-identity", None),
    ]


def test_a_source_that_repeats_its_page_is_stopped() -> None:
    found, _ = pull(None, page(person(1), person(2)))
    talked = polled(found.cursor, page(person(1), person(2)), form="json", **PAGES)
    assert isinstance(talked.verdict, Stop) and "page_size" in talked.verdict.reason


def test_down() -> None:
    talked = polled(None, Reply(503, {}, b""), form="json")
    assert isinstance(talked.verdict, Retry)
