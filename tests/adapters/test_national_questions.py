"""Questions come in by a poll; answers and own questions go out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lienthong import Absent, Answered, Delivered, Draft, Lost, Polled, Reject, Retry, Stop, Unknown
from schemas.questions import GivenAnswer, GivenAnswers, Question
from schemas.registry import validate

from .conversation import DOUBT, FRESH, Talk, reply, talk
from .portal import Portal, adapter, message, question

ROW = json.loads(
    '{"HOIDAPID":"HD-0001","MALINHVUC":"G99-XX01","MADONVI":"000.00.00.H49","TENDONVI":"Tỉnh Ví Dụ",'
    '"NOIDUNG":"Cần giấy tờ gì?","TRALOIID":"TL-1","NOIDUNGTRALOI":"Cần đơn đề nghị.","HOVATEN":"Nguyễn Văn Ví Dụ",'
    '"THUDIENTU":"vidu@example.vn","DIACHI":"Phường Ví Dụ","SODIENTHOAI":"0900000000",'
    '"MATTHCDP":"9.999999.000.00.00.H49","TRANGTHAI":"1"}'
)
ANSWER = {
    "question_id": "HD-0001",
    "unit_code": "000.00.00.H49",
    "answered_by": "Cán bộ Ví Dụ",
    "position": "Chuyên viên",
    "answered_at": "2026-11-22T09:15:00+07:00",
    "content": "Cần đơn đề nghị.",
}
OWN = {
    "id": "HD-H49-1",
    "field_code": "G99-XX01",
    "content": "Nộp ở đâu?",
    "unit_code": "000.00.00.H49",
    "unit_name": "Tỉnh Ví Dụ",
}


def answered(**changes: Any) -> Any:
    return message("question.answered", "HD-0001", {**ANSWER, **changes})


def published(**changes: Any) -> Any:
    return message("question.published", "HD-H49-1", {**OWN, **changes})


def drafts(polled: Any) -> list[Draft]:
    assert isinstance(polled, Polled), polled
    return list(polled.messages)


def test_a_question_with_everything() -> None:
    asked = talk(adapter().questions(None, FRESH), reply({"error_code": "0", "result": [ROW]}))
    assert json.loads(json.dumps(asked.request.json)) == json.loads(
        '{"madonvi":"000.00.00.H49","service":"LayDanhSachHoiDapGuiTuDVCQG"}'
    )
    (draft,) = drafts(asked.verdict)
    assert (draft.type, draft.subject) == ("question.received", "HD-0001")
    assert draft.data == Question(
        id="HD-0001",
        origin="national_portal",
        content="Cần giấy tờ gì?",
        field_code="G99-XX01",
        unit_code="000.00.00.H49",
        unit_name="Tỉnh Ví Dụ",
        procedure_code="9.999999.000.00.00.H49",
        state="1",
        asker_name="Nguyễn Văn Ví Dụ",
        asker_email="vidu@example.vn",
        asker_phone="0900000000",
        asker_address="Phường Ví Dụ",
        answer_id="TL-1",
        answer="Cần đơn đề nghị.",
    )
    assert validate(draft.type, None, draft.data.model_dump_json(exclude_none=True).encode()) == []


def test_new_changed_and_unchanged() -> None:
    keys = []
    cursor = None
    for content, type in (
        ("A", "question.received"),
        ("A", None),
        ("B", "question.updated"),
        ("A", "question.updated"),
    ):
        body = {"error_code": 0, "result": [ROW | {"NOIDUNG": content}]}
        polled = talk(adapter().questions(cursor, FRESH), reply(body)).verdict
        assert [draft.type for draft in drafts(polled)] == ([] if type is None else [type])
        keys += [draft.key for draft in drafts(polled)]
        cursor = json.loads(json.dumps(polled.cursor))  # type: ignore[union-attr]  # drafts() has looked
    assert len(set(keys)) == 3


def test_a_question_without_words_holds_up_no_other() -> None:
    rows = [ROW | {"HOIDAPID": "HD-0000", "NOIDUNG": None}, ROW]
    polled = talk(adapter().questions(None, FRESH), reply({"error_code": 0, "result": rows})).verdict
    assert len(drafts(polled)) == 1
    assert [note.pointer for note in polled.unreadable] == ["/content"]  # type: ignore[union-attr]  # as above


def test_the_own_list_too() -> None:
    both = adapter(questions={"own_body": True})
    first = talk(both.questions(None, FRESH), reply({"error_code": 0, "result": []})).verdict
    assert isinstance(first, Polled) and first.more
    second = talk(both.questions(first.cursor, FRESH), reply({"error_code": 0, "result": [ROW]}))
    assert second.request.json["service"] == "LayDanhSachHoiDapBoCoQuan"
    (draft,) = drafts(second.verdict)
    assert draft.data.origin == "own_body"


@pytest.mark.parametrize(("body", "status", "kind"), [({}, 200, Retry), (b"", 500, Retry), (b"", 404, Stop)])
def test_no_list(body: Any, status: int, kind: type) -> None:
    assert isinstance(talk(adapter().questions(None, FRESH), reply(body, status)).verdict, kind)


def test_an_answer_in_the_published_form() -> None:
    request = talk(adapter().answer_question(answered(), FRESH), reply({"error_code": 0})).request
    assert json.dumps(request.json, ensure_ascii=False, separators=(",", ":")) == (
        '{"madonvi":"000.00.00.H49","service":"DongBoKetQuaHoiDapGuiTuDVCQG","data":[{"HOIDAPID":"HD-0001",'
        '"MADONVI":"000.00.00.H49","NGUOITRALOI":"Cán bộ Ví Dụ","CHUCVUNGUOITRALOI":"Chuyên viên",'
        '"NGAYTRALOI":"20261122091500","NOIDUNGTRALOI":"Cần đơn đề nghị."}]}'
    )
    other = adapter(questions={"time_form": "%d/%m/%Y %H:%M:%S"})
    request = talk(other.answer_question(answered(position=None), FRESH), reply({"error_code": 0})).request
    assert request.json["data"][0]["NGAYTRALOI"] == "22/11/2026 09:15:00"
    assert request.json["data"][0]["CHUCVUNGUOITRALOI"] == ""


def test_an_own_question_in_the_published_form() -> None:
    request = talk(adapter().publish_question(published(), FRESH), reply({"error_code": 0})).request
    assert json.dumps(request.json, ensure_ascii=False, separators=(",", ":")) == (
        '{"madonvi":"000.00.00.H49","service":"DongBoHoiDap","data":[{"HOIDAPID":"HD-H49-1","MaLinhVuc":"G99-XX01",'
        '"NOIDUNG":"Nộp ở đâu?","MADONVI":"000.00.00.H49","TENDONVI":"Tỉnh Ví Dụ","TRALOIID":"","NOIDUNGTRALOI":""}]}'
    )


TOLD = [
    ({"error_code": "00", "message": "Đồng bộ thành công"}, 200, Delivered),
    ({"error_code": "0", "message": '{"error_code":"0","message":"thành công"}'}, 200, Delivered),
    ({"error_code": -1, "message": "Không có câu hỏi"}, 200, Reject),
    ({"error_code": -3, "message": "Câu hỏi đã tồn tại"}, 200, Reject),
    ({"error_code": -1, "message": "Hệ thống đang bận"}, 200, Retry),
    ({}, 200, Unknown),
    (b"", 500, Unknown),
    (b"", 401, Stop),
    (b"", 404, Stop),
]


@pytest.mark.parametrize(("body", "status", "kind"), TOLD, ids=range(len(TOLD)))
def test_what_the_portal_answers(body: Any, status: int, kind: type) -> None:
    for told in (adapter().answer_question(answered(), FRESH), adapter().publish_question(published(), FRESH)):
        assert isinstance(talk(told, reply(body, status)).verdict, kind)
    assert isinstance(talk(adapter().answer_question(answered(), FRESH), Lost("time-out")).verdict, Unknown)


def test_what_cannot_be_sent_is_refused_before() -> None:
    told = talk(adapter().answer_question(answered(answered_by=None), FRESH))
    assert isinstance(told.verdict, Reject)
    assert (told.verdict.pointer, told.requests) == ("/answered_by", [])


def find_answer(rows: list[dict[str, Any]]) -> Talk:
    return talk(adapter().find_answer(answered(), DOUBT), reply({"error_code": 0, "result": rows}))


def test_did_the_answer_arrive() -> None:
    found = find_answer([{"TRALOIID": "TL-1", "NOIDUNGTRALOI": "Cần đơn đề nghị."}])
    assert found.request.json == {
        "madonvi": "000.00.00.H49",
        "service": "LayNoiDungTraLoiTheoCauHoi",
        "cauhoiid": "HD-0001",
    }
    assert found.verdict == Delivered()
    assert find_answer([]).verdict == Absent()
    assert find_answer([{"TRALOIID": "TL-1", "NOIDUNGTRALOI": "Khác"}]).verdict == Absent()


def test_did_the_question_arrive() -> None:
    row = {"HOIDAPID": "HD-H49-1", "NOIDUNG": "Nộp ở đâu?", "NOIDUNGTRALOI": None}
    for rows, verdict in (([row], Delivered()), ([row | {"NOIDUNG": "khác"}], Absent())):
        heard = reply({"error_code": 0, "result": rows})
        assert talk(adapter().find_question(published(), DOUBT), heard).verdict == verdict


def test_there_and_back_with_the_simulator() -> None:
    portal, ours = Portal(), adapter(questions={"own_body": True})
    polled = portal.told(ours.questions(None, FRESH))
    assert [draft.subject for draft in drafts(polled)] == ["HD-0001"]
    assert portal.told(ours.find_answer(answered(), DOUBT)) == Absent()
    assert portal.told(ours.answer_question(answered(), FRESH)) == Delivered()
    assert portal.told(ours.find_answer(answered(), DOUBT)) == Delivered()
    assert portal.told(ours.answers(question("question.answers", question_id="HD-0001"), FRESH)) == Answered(
        "found",
        GivenAnswers(question_id="HD-0001", answers=(GivenAnswer(id="TL-0001", content="Cần đơn đề nghị."),)),
    )
    assert portal.told(ours.answers(question("question.answers", question_id="x"), FRESH)) == Answered("not-found")
    assert portal.told(ours.publish_question(published(), FRESH)) == Delivered()
    assert portal.told(ours.find_question(published(), DOUBT)) == Delivered()
    assert isinstance(portal.told(ours.answer_question(answered(question_id="x"), FRESH)), Reject)
