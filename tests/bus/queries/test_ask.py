"""A question and its end: who is told what, what is recorded, and what is shared with deliveries."""

from __future__ import annotations

import asyncio
import time

import pytest

from bus.ledger import Unavailable
from bus.queries import Answer, Failed
from lienthong import Answered, Lost, Reject, Retry, Stop
from tests.bus.dispatch.support import HANG

from .world import ASKED, Office


def failed(answer: Answer | Failed) -> str:
    assert isinstance(answer, Failed), answer
    return answer.trouble


async def test_an_answer_is_handed_over_and_only_its_class_recorded(office: Office) -> None:
    await office.start()
    answer = await office.ask(purpose="9.999999", officer="canbo.vidu", case="H49-261122-0001")
    assert isinstance(answer, Answer)
    assert (answer.result, answer.data, answer.system) == ("found", {"name": "Nguyễn Văn Ví Dụ"}, "register")
    asked, answered = await office.evidence()
    assert asked[:2] == ("portal", "asked") and answered[:2] == ("portal", "answered")
    assert '"officer":"canbo.vidu","purpose":"9.999999","case":"H49-261122-0001"' in asked[2]
    assert '"result":"found","request_out":' in answered[2]
    everything = str(await office.rows("SELECT * FROM evidence"))
    await office.ask(party="SUBSYSTEM:VN/GOV/H49/portal")
    assert '"party":"SUBSYSTEM:VN/GOV/H49/portal"' in (await office.evidence())[2][2]
    assert "Ví Dụ" not in everything and "123" not in asked[2] + answered[2].split("request_out")[0]


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Retry("busy"), "down"),
        (Lost("no answer"), "down"),
        (Reject("unknown-purpose", "not for this procedure"), "refused"),
        (Stop("password refused"), "misconfigured"),
        ("nonsense", "down"),
    ],
)
async def test_what_is_no_answer_says_whose_fault_it_is(office: Office, said: object, trouble: str) -> None:
    await office.start()
    office.desk.will("123", said)
    assert failed(await office.ask()) == trouble
    assert f'"result":"{trouble}"' in (await office.evidence())[-1][2]


async def test_a_defect_of_the_adapter_tells_only_its_type(office: Office) -> None:
    await office.start()
    answer = await office.ask(name="person.broken")
    assert isinstance(answer, Failed)
    assert "LookupError" in answer.reason and "Ví Dụ" not in answer.reason


async def test_a_wrong_question_is_asked_of_nobody(office: Office) -> None:
    await office.start(asked={"require": ["purpose", "officer"]})
    answer = await office.ask("1")
    assert isinstance(answer, Failed)
    assert [(one.code, one.pointer) for one in answer.problems] == [
        ("missing", "/purpose"),
        ("missing", "/officer"),
        ("empty", "/data/number"),
    ]
    assert not office.desk.asked and not await office.evidence()


async def test_the_deadline_reaches_the_partner(office: Office) -> None:
    await office.start()
    await office.ask(deadline=0.7)
    timeout = office.desk.asked[0].timeout
    assert timeout is not None and 0.3 < timeout <= 0.7


async def test_who_does_not_answer_in_time_is_down(office: Office) -> None:
    await office.start()
    office.desk.will("123", HANG)
    begun = time.monotonic()
    assert failed(await office.ask(deadline=0.2)) == "down"
    assert time.monotonic() - begun < ASKED["deadline"]


async def test_the_partner_is_asked_again_within_the_deadline(office: Office) -> None:
    await office.start(asked={"tries": 3})
    office.desk.will("123", Retry("busy"), Lost("gone"))
    answer = await office.ask()
    assert isinstance(answer, Answer) and len(office.desk.asked) == 3
    office.desk.will("123", *[Retry("busy")] * 9)
    assert failed(await office.ask()) == "down"
    assert len(office.desk.asked) == 6


async def test_a_refusal_is_not_asked_again(office: Office) -> None:
    await office.start(asked={"tries": 3})
    office.desk.will("123", Reject("no", "no"))
    assert failed(await office.ask()) == "refused"
    assert len(office.desk.asked) == 1


async def test_a_hedge_asks_twice_and_takes_the_first_answer(office: Office) -> None:
    await office.start(asked={"tries": 2, "hedge": 0.05})
    office.desk.will("123", HANG, Answered("not-found"))
    answer = await office.ask()
    assert isinstance(answer, Answer) and answer.result == "not-found" and len(office.desk.asked) == 2


async def test_nothing_is_asked_that_cannot_be_recorded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.start()

    async def away(deeds: object) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(office.bus.ledger, "record", away)
    assert failed(await office.ask()) == "no-evidence"
    assert not office.desk.asked


async def test_no_answer_is_handed_out_that_cannot_be_recorded(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.start()
    record, calls = office.bus.ledger.record, iter([True, False])

    async def sometimes(deeds: object) -> None:
        if not next(calls):
            raise Unavailable("away")
        await record(deeds)  # type: ignore[arg-type]

    monkeypatch.setattr(office.bus.ledger, "record", sometimes)
    assert failed(await office.ask()) == "no-evidence"
    assert len(office.desk.asked) == 1


async def test_a_paused_system_is_not_asked(office: Office) -> None:
    await office.start()
    await office.bus.pause("register", "operator", "maintenance")
    answer = await office.ask()
    assert isinstance(answer, Failed) and answer.trouble == "closed" and "maintenance" in answer.reason
    assert not office.desk.asked


async def test_failing_questions_open_the_breaker_for_deliveries_too(office: Office) -> None:
    await office.start({"register": {"breaker": {"failures": 2, "pause": 60, "longest": 60}}})
    office.desk.will("123", Retry("down"), Retry("down"))
    assert [failed(await office.ask()) for _ in range(3)] == ["down", "down", "closed"]
    assert not office.bus.gates["register"].flows


async def test_concurrency_is_the_systems_own(office: Office) -> None:
    await office.start({"register": {"concurrency": 2}})
    office.desk.will("123", *[0.02] * 6)
    answers = await asyncio.gather(*(office.ask() for _ in range(6)))
    assert all(isinstance(one, Answer) for one in answers)
    assert office.desk.most_at_once == 2


async def test_answers_are_kept_only_where_the_configuration_wants_it(office: Office) -> None:
    await office.start(asked={"cache": {"keep": 60}})
    first, second = await office.ask(), await office.ask()
    assert isinstance(first, Answer) and isinstance(second, Answer)
    assert (first.cached, second.cached, second.data) == (False, True, first.data)
    assert len(office.desk.asked) == 1
    assert '"result":"found (cached)"' in (await office.evidence())[-1][2]
    await office.ask("456")
    assert len(office.desk.asked) == 2


async def test_no_answer_is_kept_unasked_for(office: Office) -> None:
    await office.start()
    await office.ask()
    await office.ask()
    assert len(office.desk.asked) == 2
