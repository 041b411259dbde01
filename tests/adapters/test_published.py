"""Published services: what a caller's request becomes, and what he is truthfully told."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.published import Published, PublishedSettings
from lienthong import Accept, Answer, Answered, Ask, Call, Inbound, Outcome, Problem, Reject, Retry, Stop
from lienthong.calls import Attachment

from .conversation import FRESH

PARTY = "SUBSYSTEM:VN/GOV/000.00.00.G99/dancu"
SERVICES: dict[str, Any] = {
    "tra-cuu": {
        "query": "citizen.lookup",
        "question": "{personal_number: (.body.so // .query.so)}",
        "purpose": ".body.tthc",
        "answer": "{ketQua: .result, ten: .data.name}",
        "statuses": {"not-found": 404},
    },
    "traCuu": {"query": "citizen.lookup", "question": ".body", "answer": "{ten: .data.name, tuoi: 3, song: true}"},
    "nop-ho-so": {"accepts": "parcel.sent", "subject": ".body.ma", "data": "{parcel: .body.ma}"},
    "nopHoSo": {
        "accepts": "parcel.sent",
        "subject": ".body.ma",
        "key": ".body.ma",
        "answer": "{ketQua: .state, ma: .ids[0]}",
        "source": "/h49/dan-cu",
    },
}


def adapter(**services: Any) -> Published:
    return Published(PublishedSettings.model_validate({"services": services or SERVICES}))


def request(name: str, body: Any = None, **changes: Any) -> Inbound:
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    given: dict[str, Any] = {"headers": {"x-road-id": "ma-1", "x-road-userid": "VN1"}, "party": PARTY} | changes
    path = given.pop("path", f"/in/xroad/{name}")
    return Inbound("POST", path, given.pop("query", {}), content=content, client="may-chu", **given)


def call(operation: str, arguments: dict[str, Any]) -> Inbound:
    return request("door", call=Call(operation, arguments))


def led(inbound: Inbound, heard: Any = None, published: Published | None = None) -> tuple[Any, Answer]:
    """What the bus is told, and the answer after it has said `heard`."""
    made: Generator[Any, Any, Answer] = (published or adapter()).serve(inbound, FRESH)
    try:
        told = next(made)
    except StopIteration as end:
        return None, end.value
    with pytest.raises(StopIteration) as ended:
        made.send(heard)
    return told, ended.value.value


def body(answer: Answer) -> Any:
    return json.loads(answer.content)


def test_a_question_and_its_answer() -> None:
    found = Answered("found", {"name": "Nguyễn Văn Ví Dụ"})
    told, answer = led(request("tra-cuu", {"so": "022199000000", "tthc": "1.000894"}), found)
    assert told == Ask("citizen.lookup", {"personal_number": "022199000000"}, "1.000894", "VN1", None)
    told, _ = led(request("tra-cuu", {"so": "1"}, headers={"x-road-issue": "H49-1"}), found)
    assert (told.officer, told.case) == (PARTY, "H49-1")
    assert (answer.status, body(answer)) == (200, {"ketQua": "found", "ten": "Nguyễn Văn Ví Dụ"})
    assert answer.content_type == "application/json; charset=utf-8"
    _, answer = led(request("tra-cuu", {"so": "1"}), Answered("not-found"))
    assert (answer.status, body(answer)) == (404, {"ketQua": "not-found", "ten": None})


def test_a_question_in_the_address() -> None:
    told, _ = led(request("tra-cuu", query={"so": "1"}, headers={}, party=None), Answered("found", {}))
    assert told == Ask("citizen.lookup", {"personal_number": "1"}, None, None, None)
    told, _ = led(request("-", path="/in/xroad/tra-cuu/sau/nua", query={"so": "1"}), Answered("found", {}))
    assert told.data == {"personal_number": "1"}


def test_a_call_and_its_answer_in_texts() -> None:
    picture = Attachment("anh@x", b"\x89PNG", "image/png")
    told, answer = led(
        call("traCuu", {"so": "1", "anh": picture, "con": [{"so": None}]}), Answered("found", {"name": "A"})
    )
    assert told.data == {
        "so": "1",
        "anh": {"id": "anh@x", "media": "image/png", "name": None, "base64": "iVBORw=="},
        "con": [{"so": None}],
    }
    assert (answer.status, answer.value, answer.fault) == (200, {"ten": "A", "tuoi": "3", "song": "true"}, None)


@pytest.mark.parametrize(
    ("verdict", "status", "code", "fault"),
    [
        (Retry("the breaker of population is open"), 503, "unavailable", "Server"),
        (Stop("password refused"), 500, "misconfigured", "Server"),
        (Reject("not-allowed", "the caller may not ask this query"), 403, "not-allowed", "Client"),
        (Reject("unknown-query", "no queries"), 403, "not-allowed", "Client"),
        (Reject("question-invalid", "is missing", "/data/personal_number"), 422, "invalid", "Client"),
        (Reject("question-refused", "no-such-purpose: not for this procedure"), 422, "invalid", "Client"),
    ],
)
def test_no_answer(verdict: Any, status: int, code: str, fault: str) -> None:
    _, answer = led(request("tra-cuu", {"so": "1"}), verdict)
    assert (answer.status, body(answer)["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    _, answer = led(call("traCuu", {"so": "1"}), verdict)
    assert answer.fault is not None and (answer.fault.code, answer.fault.text.partition(":")[0]) == (fault, code)
    if isinstance(verdict, Retry | Stop):
        assert verdict.reason not in str(answer), "that is for our own operators"
    if code == "invalid":
        assert verdict.code in (answer.fault.detail or "")


def test_a_message_and_what_became_of_it() -> None:
    told, answer = led(request("nop-ho-so", {"ma": "H49-1"}), Outcome("accepted", ("id-1",)))
    assert isinstance(told, Accept)
    [draft] = told.messages
    assert (draft.type, draft.subject, draft.data, draft.source) == ("parcel.sent", "H49-1", {"parcel": "H49-1"}, None)
    assert draft.key == f"{PARTY} ma-1", "keys of different members have nothing to do with each other"
    assert (answer.status, body(answer)) == (202, {"state": "accepted", "id": "id-1"})
    _, answer = led(request("nop-ho-so", {"ma": "H49-1"}), Outcome("duplicate", ("id-1",)))
    assert (answer.status, body(answer)) == (200, {"state": "duplicate", "id": "id-1"})


def test_a_message_in_a_call() -> None:
    told, answer = led(call("nopHoSo", {"ma": "H49-1"}), Outcome("accepted", ("id-1",)))
    assert (told.messages[0].key, told.messages[0].source) == (f"{PARTY} H49-1", "/h49/dan-cu")
    assert answer.value == {"ketQua": "accepted", "ma": "id-1"}


@pytest.mark.parametrize(
    ("outcome", "status", "code", "fault"),
    [
        (Outcome("failed"), 503, "unavailable", "Server"),
        (Outcome("refused", problems=(Problem("missing", "/data/code", "is required"),)), 422, "invalid", "Client"),
        (Outcome("refused", problems=(Problem("key-reused", "/id", "other data"),)), 409, "key-reused", "Client"),
    ],
)
def test_a_message_that_was_not_taken(outcome: Outcome, status: int, code: str, fault: str) -> None:
    _, answer = led(request("nop-ho-so", {"ma": "1"}), outcome)
    assert (answer.status, body(answer)["code"]) == (status, code)
    assert [one["pointer"] for one in body(answer).get("errors", [])] == [one.pointer for one in outcome.problems]
    _, answer = led(call("nopHoSo", {"ma": "1"}), outcome)
    assert answer.fault is not None and answer.fault.code == fault


@pytest.mark.parametrize(
    ("inbound", "status", "code"),
    [
        (request("khong-co"), 404, "unknown-service"),
        (request("tra-cuu", b"{"), 400, "not-json"),
        (request("tra-cuu", b'{"a": "\xff"}'), 400, "not-json"),
        (request("tra-cuu", ["022199000000"]), 422, "unreadable"),
        (request("nop-ho-so", {"ma": ["1"]}), 422, "unreadable"),
        (request("nop-ho-so", {}), 422, "unreadable"),
        (request("nop-ho-so", {"ma": "1"}, headers={}), 422, "unreadable"),
    ],
)
def test_requests_that_are_none(inbound: Inbound, status: int, code: str) -> None:
    told, answer = led(inbound)
    assert told is None
    assert (answer.status, body(answer)["code"]) == (status, code)
    assert b"022199000000" not in answer.content


def test_a_call_of_something_else() -> None:
    told, answer = led(call("xoa", {}))
    assert told is None and answer.fault is not None and answer.fault.code == "Client"


def test_an_answer_that_the_program_cannot_make() -> None:
    broken = adapter(
        q={"query": "a.b", "answer": ".data.name + 1"},
        m={"accepts": "parcel.sent", "subject": '"x"', "answer": "error"},
    )
    _, answer = led(request("q"), Answered("found", {"name": "Nguyễn Văn Ví Dụ"}), broken)
    assert (answer.status, body(answer)["code"]) == (500, "answer-failed")
    assert "Ví Dụ" not in answer.content.decode()
    _, answer = led(request("m"), Outcome("accepted", ("id-1",)), broken)
    assert (answer.status, body(answer)) == (202, {"state": "accepted", "ids": ["id-1"]}), "it was accepted"
    _, answer = led(call("m", {}), Outcome("accepted", ("id-1",)), broken)
    assert answer.fault is not None and "was accepted" in answer.fault.text
    _, answer = led(call("q", {}), Answered("found"), adapter(q={"query": "a.b", "answer": ".result"}))
    assert answer.fault is not None and answer.fault.text.startswith("answer-failed")


def test_each_service_is_a_receiver() -> None:
    assert set(adapter().receivers) == set(SERVICES)


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ({"query": "citizen.lookup", "question": ".body |"}, "not a jq program"),
        ({"question": ".body"}, "query\n  Field required"),
        ({"query": "a.b", "accepts": "parcel.sent", "subject": "."}, "Extra inputs"),
        ({"query": "a.b", "statuses": {"found": 500}}, "less than or equal to 499"),
        ({"accepts": "parcel", "subject": "."}, "should match pattern"),
    ],
)
def test_mistakes_in_the_settings(service: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        adapter(x=service)
    assert said in str(caught.value)
