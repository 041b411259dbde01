"""The category service: what was added, changed and withdrawn since the round before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.categories import Categories, CategoriesSettings
from connectors.rest import Rest, RestSettings
from lienthong import Context, Polled, Reply, Request, Retry, Stop
from simulators.lgsp import LgspSettings, create
from simulators.server import serve
from tests.adapters.conversation import NOW, reply, talk

PLAIN = {"code": "Ma", "label": "Ten"}
SETTINGS: dict[str, Any] = {"categories": {"madantoc": PLAIN, "qlvanbandieuhanhcap1": {}}}
CONTEXT = Context(NOW, system="ngsp")
UNIT = {"MaDinhDanhCap1": "H49", "TenDonVi": "UBND tỉnh Ví Dụ", "Fax": "", "NgayBanHanhQd": "22/07/2020"}


def ethnic(*codes: str, **names: str) -> list[dict[str, Any]]:
    return [{"Ma": code, "Ten": names.get(f"n{code}", f"Dân tộc {code}")} for code in codes]


def one(settings: dict[str, Any] | None = None) -> Categories:
    return Categories(CategoriesSettings.model_validate(settings or SETTINGS))


def polled(cursor: Any, answer: Any, adapter: Categories | None = None) -> Polled:
    """One poll; the cursor goes through JSON as it does in the ledger."""
    answered = answer if isinstance(answer, Reply) else reply(answer)
    verdict: Any = talk((adapter or one()).categories(json.loads(json.dumps(cursor)), CONTEXT), answered).verdict
    assert isinstance(verdict, Polled), verdict
    return verdict


def changes(found: Polled) -> list[tuple[str, str]]:
    return [(draft.data.change, draft.data.code) for draft in found.messages]


def test_the_first_round_tells_everything() -> None:
    first = polled(None, ethnic("01", "02"))
    assert changes(first) == [("added", "01"), ("added", "02")] and first.more
    second = polled(first.cursor, [UNIT])
    assert changes(second) == [("added", "H49")] and not second.more
    (draft,) = second.messages
    assert (draft.type, draft.subject) == ("catalogue.changed", "qlvanbandieuhanhcap1/H49")
    assert draft.data.model_dump(exclude_none=True, mode="json") == {
        "system": "ngsp",
        "catalogue": "codes",
        "change": "added",
        "code": "H49",
        "list": "qlvanbandieuhanhcap1",
        "local_codes": [],
        "entry": {
            "list": "qlvanbandieuhanhcap1",
            "code": "H49",
            "name": "UBND tỉnh Ví Dụ",
            "other": {"NgayBanHanhQd": "22/07/2020"},
        },
    }


def rounds(*answers: list[dict[str, Any]]) -> list[Polled]:
    adapter = one({"categories": {"madantoc": PLAIN}, "least_share": 0.3})
    found: list[Polled] = []
    for answer in answers:
        found.append(polled(found[-1].cursor if found else None, answer, adapter))
    return found


def test_changed_withdrawn_and_back_again() -> None:
    a, b = ethnic("01", "02"), ethnic("01", "03", n01="Kinh")
    found = rounds(a, b, a, b, b)
    assert changes(found[1]) == [("changed", "01"), ("added", "03"), ("withdrawn", "02")]
    assert changes(found[2]) == [("changed", "01"), ("added", "02"), ("withdrawn", "03")]
    assert changes(found[3]) == changes(found[1]) and changes(found[4]) == []
    keys = [draft.key for each in found for draft in each.messages]
    assert len(keys) == len(set(keys)) == 11


def test_the_same_poll_again_gives_the_same_keys() -> None:
    first, again = polled(None, ethnic("01")), polled(None, ethnic("01"))
    assert [draft.key for draft in first.messages] == [draft.key for draft in again.messages]


def test_a_list_that_shrinks_is_not_believed() -> None:
    adapter = one({"categories": {"madantoc": PLAIN}})
    first = polled(None, ethnic("01", "02", "03", "04", "05"), adapter)
    for answer in (ethnic("01"), []):
        shrunk = polled(first.cursor, answer, adapter)
        assert shrunk.messages == () and [each.code for each in shrunk.unreadable] == ["implausible"]
        assert changes(polled(shrunk.cursor, ethnic("01", "02", "03", "04", "05"), adapter)) == []


def test_a_record_that_cannot_be_read_is_told_and_not_withdrawn() -> None:
    first = polled(None, ethnic("01", "02"))
    spoilt = polled({**first.cursor, "step": 0}, [*ethnic("01"), {"Ma": "02", "Ten": None}])
    assert changes(spoilt) == [] and len(spoilt.unreadable) == 1
    nameless = polled({**first.cursor, "step": 0}, [*ethnic("01"), "02"])
    assert changes(nameless) == [] and len(nameless.unreadable) == 1
    assert changes(polled({**nameless.cursor, "step": 0}, ethnic("01", "02"))) == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Reply(404, {}, b""), Stop),
        (Reply(401, {}, b""), Stop),
        (Reply(500, {}, b""), Retry),
        (Reply(200, {}, b"<html>"), Retry),
        (Reply(200, {}, b'{"MSG": "error"}'), Retry),
        (Reply(200, {}, b"[" * 100_000), Retry),
    ],
)
def test_refused_and_down(answer: Reply, kind: type) -> None:
    assert type(talk(one().categories(None, CONTEXT), answer).verdict) is kind


@pytest.mark.parametrize(
    "wrong", [{}, {"categories": {}}, {"categories": {"madantoc": {}}}, {"categories": {"a/b": PLAIN}}]
)
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CategoriesSettings.model_validate(wrong)


async def test_with_a_gateway() -> None:
    async with await serve(create(LgspSettings())) as server:
        auth = {"type": "oauth2", "client_id": "khoa-ung-dung-vi-du", "client_secret": "mat-khau-ung-dung-vi-du"}
        rest = Rest(RestSettings.model_validate({"base_url": server.url, "auth": auth}), "ngsp")
        await rest.open()
        told: list[str] = []
        cursor: Any = None
        for _ in range(2):
            conversation: Any = one().categories(cursor, CONTEXT)
            request: Request = next(conversation)
            with pytest.raises(StopIteration) as end:
                conversation.send(await rest.exchange(request))
            cursor = end.value.value.cursor
            told += [f"{draft.data.list}/{draft.data.code}" for draft in end.value.value.messages]
        await rest.close()
    assert {"madantoc/01", "qlvanbandieuhanhcap1/H49"} <= set(told)
