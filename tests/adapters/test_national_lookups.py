"""The national portal is asked whether something is there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.national_portal import NationalPortal, NationalPortalSettings
from lienthong import Absent, Delivered, Lost, Reject, Retry, Stop

from .conversation import DOUBT, FRESH, Talk, dossier, reply, sample, step, talk

LOOKUP = {"on_unknown": "lookup", "lookup_service": "TraCuuTienDoHoSo"}
CODE = "000.00.15.H49-261122-0001"


def portal(**settings: Any) -> NationalPortal:
    return NationalPortal(NationalPortalSettings.model_validate({"madonvi": "000.00.00.H49", **settings}))


def find_dossier(*heard: Any, **settings: Any) -> Talk:
    return talk(portal(**settings).find_dossier(dossier(), DOUBT), *heard)


def find_step(*heard: Any) -> Talk:
    return talk(portal(steps=LOOKUP).find_step(step("processing"), DOUBT), *heard)


def upper(record: dict[str, Any]) -> dict[str, Any]:
    return {name.upper(): value for name, value in record.items()}


def test_the_question_about_a_dossier() -> None:
    request = find_dossier(reply({"error_code": 0, "result": []}), paths={"find_dossier": "tra-cuu"}).request
    assert (request.path, request.write) == ("tra-cuu", False)
    assert request.json == {"madonvi": "000.00.00.H49", "service": "TraCuuHoSo", "mahoso": CODE}


ROW = {"MAHOSO": CODE}


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "0", "result": [ROW]},
        {"error_code": 0, "data": [ROW]},
        {"error_code": 0, "result": [{"TRANGTHAI": "2"}]},
        {"error_code": "0", "message": json.dumps({"error_code": "0", "result": [ROW]})},
        {"error_code": "0", "message": [ROW]},
        {"error_code": "0", "result": json.dumps([ROW])},
    ],
    ids=range(6),
)
def test_a_record_means_delivered(body: Any) -> None:
    verdict = find_dossier(reply(body)).verdict
    first = talk(portal().submit([dossier()], FRESH), reply({"error_code": 0})).single
    assert isinstance(verdict, Delivered)
    assert verdict == first, "the same follow-ups as the first answer would have had"


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "0", "result": []},
        {"error_code": "0", "result": None},
        {"error_code": "0", "message": json.dumps({"error_code": 0, "data": []})},
        {"error_code": "0", "result": [{"MAHOSO": "H49.08-261123-00002"}]},
        {"error_code": "-1", "message": "Không tìm thấy hồ sơ"},
    ],
    ids=range(5),
)
def test_no_record_means_absent(body: Any) -> None:
    assert isinstance(find_dossier(reply(body)).verdict, Absent)


NOT_TOLD = [
    reply({}),
    reply({"error_code": 0, "message": "Thành công"}),
    reply({"error_code": -1, "message": "Lỗi"}),
    reply({"error_code": -1, "message": "Không tìm thấy dịch vụ"}),
    reply({"error_code": -1, "message": "Phiên làm việc hết hạn"}),
    reply(b"<html>"),
    reply(b"", 500),
    reply(b"", 429),
    Lost("time-out"),
]


@pytest.mark.parametrize("heard", NOT_TOLD, ids=range(len(NOT_TOLD)))
def test_what_does_not_tell_is_asked_again(heard: Any) -> None:
    assert isinstance(find_dossier(heard).verdict, Retry)
    assert isinstance(find_step(heard).verdict, Retry)


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_question_put_wrongly_stops(status: int) -> None:
    assert isinstance(find_dossier(reply(b"", status)).verdict, Stop)


def test_a_dossier_that_could_never_be_sent() -> None:
    assert isinstance(talk(portal().find_dossier(dossier("bare"), DOUBT)).verdict, Reject)


def test_the_question_about_a_step() -> None:
    request = find_step(reply({"error_code": 0, "result": []})).request
    assert request.json == {"madonvi": "000.00.00.H49", "service": "TraCuuTienDoHoSo", "mahoso": CODE}
    assert not request.write


def test_a_step_is_there_when_all_that_was_sent_is() -> None:
    rows = [upper(sample("steps", name, "national")) for name in ("received", "processing")]
    assert isinstance(find_step(reply({"error_code": "0", "result": rows})).verdict, Delivered)
    without = [{name: value for name, value in row.items() if value} for row in rows]
    assert isinstance(find_step(reply({"error_code": "0", "data": without})).verdict, Delivered)


@pytest.mark.parametrize("field", sorted(sample("steps", "processing", "national")))
def test_a_step_that_differs_in_one_field_is_another(field: str) -> None:
    row = upper(sample("steps", "processing", "national")) | {field.upper(): "khác"}
    assert isinstance(find_step(reply({"error_code": "0", "result": [row]})).verdict, Absent)


def test_steps_without_a_service_to_ask() -> None:
    assert isinstance(talk(portal().find_step(step(), DOUBT)).verdict, Stop)
    with pytest.raises(ValidationError, match="lookup_service"):
        portal(steps={"on_unknown": "lookup"})


def test_the_lookups_are_declared() -> None:
    assert NationalPortal.lookups == {
        "submit": "find_dossier",
        "steps": "find_step",
        "filing_state": "find_filing_state",
        "answer_question": "find_answer",
        "publish_question": "find_question",
    }
