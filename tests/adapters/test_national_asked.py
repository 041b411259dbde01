"""Queries of the national portal: TechID, the state of a dossier, a procedure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.national_portal import NationalPortal
from lienthong import Answered, Lost, Reject, Retry, Stop
from schemas.catalogue import ProcedureDetails
from schemas.filings import DossierStanding, TechnicalIdAnswer
from schemas.queries import QUERIES
from schemas.vocabulary import DossierState
from simulators.national_portal.settings import Answers

from .conversation import FRESH, Talk, dossier, reply, sample, talk
from .portal import Portal, adapter, question

TECH = "00000000-0000-4000-8000-00000000vidu"
CODE = "000.00.15.H49-261122-0001"


def technical_id(*heard: Any, **settings: Any) -> Talk:
    asked = question("person.technical_id", number="022000000000")
    return talk(adapter(**settings).technical_id(asked, FRESH), *heard)


def state(*heard: Any, **settings: Any) -> Talk:
    return talk(adapter(**settings).dossier_state(question("dossier.state", dossier_code=CODE), FRESH), *heard)


def details(code: str, *heard: Any, **settings: Any) -> Talk:
    return talk(adapter(**settings).procedure_details(question("procedure.details", code=code), FRESH), *heard)


def test_the_question_for_a_techid() -> None:
    request = technical_id(reply({"error_code": 0, "result": []})).request
    assert json.loads(json.dumps(request.json)) == json.loads(
        '{"madonvi":"000.00.00.H49","service":"TraCuuTechID","provider":"wso2is","mstorcmnd":"022000000000"}'
    )
    assert not request.write


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ('{"error_code":"0","result":[{"TECHNICALID":"00000000-0000-4000-8000-00000000vidu"}]}', "found"),
        ('{"error_code":0,"data":{"TechnicalId":"00000000-0000-4000-8000-00000000vidu"}}', "found"),
        ('{"error_code":"0","result":[]}', "not-found"),
        ('{"error_code":"0","result":[{"TECHNICALID":""}]}', "not-found"),
        ('{"error_code":"0","message":"{\\"error_code\\":\\"0\\",\\"result\\":[]}"}', "not-found"),
    ],
    ids=range(5),
)
def test_the_answer(body: str, result: str) -> None:
    told = technical_id(reply(body.encode())).verdict
    assert told == Answered(result, TechnicalIdAnswer(technical_id=TECH) if result == "found" else None)


def test_an_identity_number_is_no_techid() -> None:
    body = {"error_code": 0, "result": [{"TECHNICALID": "022000000000"}]}
    told = technical_id(reply(body)).verdict
    assert isinstance(told, Reject)
    assert (told.code, "022000000000" in told.reason) == ("technical-id", False)


def test_two_techids_are_not_guessed_at() -> None:
    body = {"error_code": 0, "result": [{"TECHNICALID": "a-1"}, {"TECHNICALID": "a-2"}]}
    assert technical_id(reply(body)).verdict == Reject("ambiguous-answer", "the portal answered with several TechIDs")


ROW = {"MAHOSO": CODE}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ROW | {"TRANGTHAIHOSO": "9"}, DossierState.COMPLETED),
        (ROW | {"TrangThai": 4}, DossierState.PROCESSING),
        (ROW | {"TRANGTHAI": "99"}, None),
        (ROW, None),
        ({"TRANGTHAI": "2"}, DossierState.RECEIVED),
    ],
    ids=range(5),
)
def test_the_state_of_a_dossier(row: dict[str, Any], expected: DossierState | None) -> None:
    told = state(reply({"error_code": 0, "result": [row]})).verdict
    assert told == Answered("found", DossierStanding(dossier_code=CODE, state=expected))


def test_a_dossier_that_is_not_there() -> None:
    assert state(reply({"error_code": 0, "result": []})).verdict == Answered("not-found")
    assert state(reply({"error_code": -1, "message": "Không tìm thấy hồ sơ"})).verdict == Answered("not-found")
    other = {"MAHOSO": "000.00.15.H49-261122-0002", "TRANGTHAI": "2"}
    assert state(reply({"error_code": 0, "result": [other]})).verdict == Answered("not-found")


def test_a_procedure_by_the_national_code_and_by_ours() -> None:
    heard = reply(sample("shared", "procedure", "national"))
    expected = ProcedureDetails.model_validate(sample("shared", "procedure", "canonical"))
    found = details("9.999999", heard)
    assert found.request.json["maTTHC"] == "9.999999"
    assert found.verdict == Answered("found", expected)
    ours = details("9.999999.H49", heard, procedures={"9.999999.H49": "9.999999"})
    assert ours.request.json["maTTHC"] == "9.999999"
    assert details("9.1", reply({"error_code": 0, "result": []})).verdict == Answered("not-found")


HEARD = [
    (reply({}), Retry),
    (reply({"error_code": -1, "message": "Hệ thống đang bận"}), Retry),
    (reply({"error_code": -1, "message": "Phiên làm việc hết hạn"}), Retry),
    (reply({"error_code": -1, "message": "Mã đơn vị không được phép"}), Reject),
    (reply({"error_code": 7}), Retry),
    (reply({"error_code": 0, "message": "thành công"}), Retry),
    (reply(b"", 500), Retry),
    (reply(b"", 404), Stop),
    (reply(b"", 401), Stop),
    (Lost("time-out"), Retry),
]


@pytest.mark.parametrize(("heard", "kind"), HEARD, ids=range(len(HEARD)))
def test_down_refused_and_misconfigured_are_told_apart(heard: Any, kind: type) -> None:
    for asked in (technical_id(heard), state(heard), details("9.1", heard)):
        assert isinstance(asked.verdict, kind)


@pytest.mark.parametrize("style", [Answers(), Answers(message="facade", error_code="number")], ids=["plain", "facade"])
def test_with_the_simulator(style: Answers) -> None:
    portal, ours = Portal(style), adapter()
    found = portal.told(ours.technical_id(question("person.technical_id", number="022000000000"), FRESH))
    assert found.data.technical_id == TECH
    missing = portal.told(ours.technical_id(question("person.technical_id", number="022000000001"), FRESH))
    assert missing == Answered("not-found")
    portal.told(ours.submit([dossier()], FRESH))
    standing = portal.told(ours.dossier_state(question("dossier.state", dossier_code=CODE), FRESH))
    assert standing.data.state is DossierState.RECEIVED


def test_the_queries_are_those_of_the_schemas() -> None:
    for name, declared in NationalPortal.queries.items():
        known = QUERIES[name]
        assert (declared.asks, declared.answers, declared.results) == (known.asks, known.answers, known.results)


def test_a_dossier_with_our_own_code_is_sent_with_the_national_one() -> None:
    ours = dossier(procedure={"code": "9.999999.H49", "name": "x", "field_code": "y", "field_name": "z"})
    told = talk(adapter(procedures={"9.999999.H49": "9.999999"}).submit([ours], FRESH), reply({"error_code": 0}))
    assert told.request.json["data"][0]["MaTTHC"] == "9.999999"
    plain = talk(adapter().submit([ours], FRESH), reply({"error_code": 0}))
    assert plain.request.json["data"][0]["MaTTHC"] == "9.999999.H49"
