"""The national portal is told: requests as they go out, and what each form of answer means."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest

from adapters.national_portal import NationalPortal, NationalPortalSettings
from lienthong import Delivered, Lost, Misconfigured, NotSent, Reject, Reply, Retry, Split, Stop, Unknown
from lienthong.requests import Unsendable
from lienthong.verdicts import Each
from schemas.progress import Acknowledgement, Refusal

from .conversation import DOUBT, FRESH, Talk, dossier, reply, sample, step, talk

OK = {"error_code": "0", "message": "Đồng bộ thành công"}
EXISTS = {"error_code": "-3", "message": "Hồ sơ đã tồn tại trên hệ thống"}
REFUSED = {"error_code": "-1", "message": "Có bản ghi không hợp lệ"}


def portal(**settings: Any) -> NationalPortal:
    return NationalPortal(NationalPortalSettings.model_validate({"madonvi": "000.00.00.H49", **settings}))


def submit(*heard: Reply | Exception, context: Any = FRESH, **settings: Any) -> Talk:
    return talk(portal(**settings).submit([dossier()], context), *heard)  # type: ignore[arg-type]  # errors are thrown


def each(talked: Talk) -> list[Any]:
    assert isinstance(talked.verdict, Each)
    return list(talked.verdict.verdicts)


def test_an_insert_as_it_goes_out() -> None:
    request = submit(reply(OK)).request
    assert (request.method, request.path, request.write) == ("POST", "mapi/g", True)
    assert json.dumps(request.json, ensure_ascii=False) == json.dumps(
        {
            "madonvi": "000.00.00.H49",
            "service": "DongBoHoSoMC",
            "isUpdating": "False",
            "data": [sample("dossiers", "individual", "national")],
        },
        ensure_ascii=False,
    )


def test_an_update_as_it_goes_out() -> None:
    messages = [dossier(type="dossier.updated"), dossier("results", 2, "dossier.updated")]
    talked = talk(portal(paths={"update": "cap-nhat"}).update(messages, FRESH), reply(OK))
    assert talked.request.path == "cap-nhat"
    assert talked.request.json["isUpdating"] == "True"
    assert [item["MaHoSo"] for item in talked.request.json["data"]] == [m.subject for m in messages]
    assert all(isinstance(verdict, Delivered) for verdict in each(talked))


def test_steps_as_they_go_out() -> None:
    talked = talk(portal().steps([step(), step("processing", 2)], FRESH), reply(OK))
    assert talked.request.json == {
        "madonvi": "000.00.00.H49",
        "service": "CapNhatTienDoHoSoMC",
        "data": [sample("steps", "received", "national"), sample("steps", "processing", "national")],
    }


def test_the_operations_are_declared_as_the_portal_needs_them() -> None:
    declared = NationalPortal.operations
    assert (declared["submit"].batch, declared["submit"].on_unknown) == (50, "lookup")
    assert (declared["update"].batch, declared["update"].on_unknown) == (50, "resend")
    steps = declared["steps"]
    assert (steps.batch, steps.run, steps.ordered) == (10, True, True)
    assert steps.batch_key is not None
    assert steps.batch_key(step()) == "000.00.15.H49-261122-0001"


@pytest.mark.parametrize("chosen", ["hold", "resend"])
def test_what_follows_unknown_steps_is_configured(chosen: str) -> None:
    adapter = portal(steps={"on_unknown": chosen})
    assert adapter.on_unknown(adapter.operations["steps"]) == chosen
    assert adapter.on_unknown(adapter.operations["submit"]) == "lookup"


def test_a_delivery_is_acknowledged() -> None:
    verdict = submit(reply(OK)).single
    assert isinstance(verdict, Delivered)
    (draft,) = verdict.follow_ups
    assert (draft.type, draft.subject, draft.time) == ("dossier.acknowledged", dossier().subject, FRESH.now)
    assert draft.data == Acknowledgement.model_validate(
        {
            "dossier_code": "000.00.15.H49-261122-0001",
            "system": "national-portal",
            "answered": "dossier.submitted",
            "message_id": "0197f0c0-0000-7000-8000-000000000001",
        }
    )


def test_every_step_is_acknowledged_by_itself() -> None:
    talked = talk(portal().steps([step(), step("processing", 2)], FRESH), reply(OK))
    told = [verdict.follow_ups[0].data.step for verdict in each(talked)]
    assert [(s.at.hour, s.state) for s in told] == [(8, "received"), (15, "processing")]


def test_a_refusal_is_told_with_the_portals_own_words() -> None:
    verdict = submit(reply(json.dumps({"error_code": -1, "message": "Mã TTHC\0 không hợp lệ \ud800"}).encode())).single
    assert isinstance(verdict, Reject)
    assert verdict.code == "refused-by-portal"
    (draft,) = verdict.follow_ups
    assert draft.type == "dossier.refused"
    assert isinstance(draft.data, Refusal)
    assert (draft.data.code, draft.data.reason) == ("-1", "Mã TTHC không hợp lệ ?")


FACADE = {"error_code": "0", "message": json.dumps(OK, ensure_ascii=False)}
FORMS_OF_SUCCESS = [
    OK,
    {"error_code": 0, "message": ""},
    {"error_code": "00"},
    {"ERROR_CODE": 0, "MESSAGE": None},
    {"MaLoi": "00", "MoTaLoi": "Thành công"},
    {"error_code": 0, "message": {"text": "Thành công"}},
    {"error_code": 0, "message": ["Thành công"]},
    {"error_code": 0, "result": []},
    {"error_code": 0, "data": {"MaHoSo": "000.00.15.H49-261122-0001"}},
    {"error_code": 0, "message": [{"MaHoSo": "000.00.15.H49-261122-0001", "error_code": "0"}]},
    FACADE,
    {"error_code": 0, "message": json.dumps(FACADE)},
    {"error_code": 0, "message": {"error_code": "0", "message": "Thành công"}},
]


@pytest.mark.parametrize("body", FORMS_OF_SUCCESS, ids=range(len(FORMS_OF_SUCCESS)))
def test_all_forms_of_success(body: Any) -> None:
    assert isinstance(submit(reply(body)).single, Delivered)


def test_an_answer_written_twice_into_a_string() -> None:
    assert isinstance(submit(reply(json.dumps(json.dumps(OK)).encode())).single, Delivered)


FORMS_OF_REFUSAL = [
    REFUSED,
    {"error_code": -1, "message": ""},
    {"error_code": "3", "message": "Sai dữ liệu"},
    {"error_code": -3, "message": {"Truong": "MaTTHC"}},
    {"error_code": "0", "message": json.dumps(REFUSED)},
    {"error_code": "0", "message": json.dumps({**REFUSED, "error_code": -1})},
    {"error_code": "0", "result": [{"MaHoSo": "000.00.15.H49-261122-0001", "error_code": "-1"}]},
    {"error_code": "0", "data": [{"MAHOSO": "000.00.15.H49-261122-0001", "ERROR_CODE": -1}]},
]


@pytest.mark.parametrize("body", FORMS_OF_REFUSAL, ids=range(len(FORMS_OF_REFUSAL)))
def test_all_forms_of_refusal(body: Any) -> None:
    assert isinstance(submit(reply(body)).single, Reject)


UNREADABLE = [
    b"",
    b"<html>502</html>",
    b"{}",
    b"[]",
    b"null",
    b'"text"',
    b"[" * 100_000,
    '{"error_code": "0", "message": "Thành công"}'.encode("utf-16-le")[1:],
    b'{"error_code": "0", "message": "Th\xe0nh c\xf4ng"}',
    b'{"error_code": null}',
    b'{"error_code": true}',
    b'{"error_code": ""}',
    b'{"message": "Th\\u00e0nh c\\u00f4ng"}',
    b'{"error_code": "E-77", "message": "?"}',
]


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
def test_an_answer_that_does_not_tell_leaves_a_write_in_doubt(body: bytes) -> None:
    assert isinstance(submit(reply(body)).single, Unknown)


@pytest.mark.parametrize(("meaning", "verdict"), [("retry", Retry), ("reject", Reject), ("unknown", Unknown)])
def test_the_meaning_of_a_code_is_configured(meaning: str, verdict: type) -> None:
    body = {"error_code": "-77", "message": "lạ"}
    assert isinstance(submit(reply(body), answers={"codes": {"-77": meaning}}).single, verdict)
    assert isinstance(submit(reply(body), answers={"other_codes": meaning}).single, verdict)


@pytest.mark.parametrize(
    "text", ["Hệ thống ĐANG BẬN", "Vui lòng thử  lại sau", "Phiên làm việc (session) không hợp lệ hoặc đã hết hạn"]
)
def test_what_will_pass_is_tried_again(text: str) -> None:
    assert isinstance(submit(reply({"error_code": -1, "message": text})).single, Retry)
    decomposed = {"error_code": -1, "message": unicodedata.normalize("NFD", text)}
    assert isinstance(submit(reply(decomposed)).single, Retry)


@pytest.mark.parametrize(
    ("text", "verdict"), [("THÀNH CÔNG", Delivered), ("", Unknown), ("Đồng bộ không thành công", Unknown)]
)
def test_the_success_phrase_can_be_demanded(text: str, verdict: type) -> None:
    body = {"error_code": "0", "message": text}
    assert isinstance(submit(reply(body), answers={"require_success_phrase": True}).single, verdict)
    assert isinstance(submit(reply(body)).single, Delivered)


@pytest.mark.parametrize(
    ("status", "headers", "verdict"),
    [
        (500, {}, Unknown),
        (502, {}, Unknown),
        (503, {}, Unknown),
        (503, {"retry-after": "3"}, Retry),
        (429, {}, Retry),
        (408, {}, Unknown),
        (401, {}, Stop),
        (403, {}, Stop),
        (302, {}, Stop),
        (404, {}, Stop),
        (405, {}, Stop),
        (400, {}, Reject),
        (413, {}, Reject),
    ],
)
def test_http_statuses(status: int, headers: dict[str, str], verdict: type) -> None:
    assert isinstance(submit(reply(b"", status, headers)).single, verdict)


def test_a_refusal_by_status_is_told_too() -> None:
    verdict = submit(reply({"error_code": "-1", "message": "Sai"}, 400)).single
    assert isinstance(verdict, Reject)
    assert verdict.follow_ups[0].data.code == "-1"
    verdict = submit(reply(b"Bad Request", 400)).single
    assert isinstance(verdict, Reject)
    assert verdict.follow_ups[0].data.code == "http-400"


def test_errors_of_the_way_are_left_to_the_driver() -> None:
    assert isinstance(submit(Lost("time-out")).verdict, Unknown)
    assert isinstance(submit(NotSent("no connection")).verdict, Retry)
    assert isinstance(submit(Misconfigured("log-in refused")).verdict, Stop)


class TestExisting:
    """ "đã tồn tại" as the answer to an insert."""

    def test_it_is_sent_again_as_an_update(self) -> None:
        talked = submit(reply(EXISTS), reply(OK))
        assert isinstance(talked.single, Delivered)
        first, second = (request.json for request in talked.requests)
        assert (first["isUpdating"], second["isUpdating"]) == ("False", "True")
        assert first["data"] == second["data"]

    @pytest.mark.parametrize("code", [3, "3", -3, "-3", "-1", "E9"])
    def test_the_phrase_decides_not_the_code(self, code: Any) -> None:
        assert len(submit(reply({"error_code": code, "message": "HỒ SƠ ĐÃ TỒN TẠI"}), reply(OK)).requests) == 2

    def test_in_doubt_it_is_our_own_insert(self) -> None:
        talked = submit(reply(EXISTS), context=DOUBT)
        assert len(talked.requests) == 1
        assert isinstance(talked.single, Delivered)
        assert talked.single.follow_ups[0].type == "dossier.acknowledged"

    def test_it_can_be_accepted(self) -> None:
        talked = submit(reply(EXISTS), submit={"on_exists": "accept"})
        assert isinstance(talked.single, Delivered)

    def test_it_can_be_refused(self) -> None:
        verdict = submit(reply(EXISTS), submit={"on_exists": "reject"}).single
        assert isinstance(verdict, Reject)
        assert verdict.follow_ups[0].data.code == "-3"

    @pytest.mark.parametrize("heard", [Lost("x"), NotSent("x"), reply(b"", 500), reply(b"{}"), reply(b"", 429)])
    def test_an_unanswered_update_is_done_again(self, heard: Any) -> None:
        assert isinstance(submit(reply(EXISTS), heard).single, Retry)

    def test_a_refused_update_is_a_refusal(self) -> None:
        assert isinstance(submit(reply(EXISTS), reply(REFUSED)).single, Reject)

    def test_a_wrong_log_in_stops(self) -> None:
        assert isinstance(submit(reply(EXISTS), Misconfigured("x")).single, Stop)

    def test_an_update_that_cannot_be_sent_is_refused(self) -> None:
        assert isinstance(submit(reply(EXISTS), Unsendable("x")).single, Reject)

    def test_an_existing_step_is_what_was_wanted(self) -> None:
        assert isinstance(talk(portal().steps([step()], FRESH), reply(EXISTS)).single, Delivered)

    def test_an_update_cannot_be_refused_for_existing(self) -> None:
        talked = talk(portal().update([dossier(type="dossier.updated")], FRESH), reply(EXISTS))
        assert isinstance(talked.single, Reject)


class TestBatches:
    """Several items in one call."""

    TWO = (dossier(), dossier("results", 2))

    def two(self, *heard: Any, context: Any = FRESH, **settings: Any) -> Talk:
        return talk(portal(**settings).submit(list(self.TWO), context), *heard)

    def test_one_success_is_everybodys(self) -> None:
        assert [type(verdict) for verdict in each(self.two(reply(OK)))] == [Delivered, Delivered]

    @pytest.mark.parametrize("body", [REFUSED, EXISTS])
    def test_one_refusal_does_not_tell_items_apart(self, body: Any) -> None:
        assert isinstance(self.two(reply(body)).verdict, Split)

    def test_a_refusal_by_status_does_not_either(self) -> None:
        assert isinstance(self.two(reply(b"", 413)).verdict, Split)

    @pytest.mark.parametrize(
        ("heard", "verdict"),
        [
            (reply(b"", 500), Unknown),
            (reply(b"{}"), Unknown),
            (reply(b"", 429), Retry),
            (reply({"error_code": -1, "message": "Hệ thống đang bận"}), Retry),
            (reply(b"", 401), Stop),
        ],
    )
    def test_what_holds_for_all(self, heard: Reply, verdict: type) -> None:
        assert [type(v) for v in each(self.two(heard))] == [verdict, verdict]

    def test_answers_for_each_item_by_their_code(self) -> None:
        rows = [
            {"MaHoSo": self.TWO[1].subject, "error_code": -1, "message": "Sai"},
            {"MaHoSo": self.TWO[0].subject, "error_code": "0", "message": "Đồng bộ thành công"},
        ]
        for body in ({"error_code": 0, "result": rows}, {"error_code": -1, "message": json.dumps({"data": rows})}):
            verdicts = each(self.two(reply(body)))
            assert [type(v) for v in verdicts] == [Delivered, Reject]
            assert verdicts[1].follow_ups[0].data.reason == "Sai"

    def test_an_item_that_is_not_answered_is_in_doubt(self) -> None:
        rows = [{"MaHoSo": self.TWO[0].subject, "error_code": "0"}]
        assert [type(v) for v in each(self.two(reply({"error_code": 0, "result": rows})))] == [Delivered, Unknown]

    def test_names_of_fields_are_configured(self) -> None:
        rows = [{"so": self.TWO[0].subject, "ma": "0"}, {"so": self.TWO[1].subject, "ma": "9"}]
        answers = {"code_fields": ["ma"], "record_fields": ["ds"], "key_fields": ["so"], "codes": {"9": "reject"}}
        verdicts = each(self.two(reply({"ma": "0", "ds": rows}), answers=answers))
        assert [type(v) for v in verdicts] == [Delivered, Reject]

    def test_an_existing_one_among_others_is_updated_alone(self) -> None:
        rows = [
            {"MaHoSo": m.subject, "error_code": c, "message": t}
            for m, c, t in zip(self.TWO, "03", ("", "đã tồn tại"), strict=True)
        ]
        talked = self.two(reply({"error_code": 0, "result": rows}), reply(OK))
        assert [type(v) for v in each(talked)] == [Delivered, Delivered]
        assert [item["MaHoSo"] for item in talked.requests[1].json["data"]] == [self.TWO[1].subject]

    def test_a_lost_update_of_one_does_not_take_the_others_along(self) -> None:
        rows = [
            {"MaHoSo": m.subject, "error_code": c, "message": t}
            for m, c, t in zip(self.TWO, "03", ("", "đã tồn tại"), strict=True)
        ]
        talked = self.two(reply({"error_code": 0, "result": rows}), Lost("x"))
        assert [type(v) for v in each(talked)] == [Delivered, Retry]

    def test_an_existing_one_of_a_batch_in_doubt_is_not_refused(self) -> None:
        rows = [{"MaHoSo": m.subject, "error_code": "3", "message": "đã tồn tại"} for m in self.TWO]
        talked = self.two(reply({"error_code": 0, "result": rows}), context=DOUBT, submit={"on_exists": "reject"})
        assert [type(v) for v in each(talked)] == [Unknown, Unknown]

    def test_at_most_ten_updates_follow(self) -> None:
        messages = [dossier(number=n, code=f"H49.08-261122-{n:04d}") for n in range(1, 13)]
        rows = [{"MaHoSo": m.subject, "error_code": "3", "message": "đã tồn tại"} for m in messages]
        talked = talk(portal().submit(messages, FRESH), reply({"error_code": 0, "result": rows}), *[reply(OK)] * 10)
        assert [type(v) for v in each(talked)] == [Delivered] * 10 + [Retry] * 2

    def test_steps_are_told_apart_by_their_place(self) -> None:
        messages = [step(), step("processing", 2)]
        rows = [{"MaHoSo": messages[0].subject, "error_code": code} for code in ("0", "-1")]
        talked = talk(portal().steps(messages, FRESH), reply({"error_code": 0, "result": rows}))
        assert [type(v) for v in each(talked)] == [Delivered, Reject]

    def test_steps_that_cannot_be_told_apart_are_in_doubt(self) -> None:
        messages = [step(), step("processing", 2), step("processing", 3)]
        rows = [{"MaHoSo": messages[0].subject, "error_code": code} for code in ("0", "-1")]
        talked = talk(portal().steps(messages, FRESH), reply({"error_code": 0, "result": rows}))
        assert [type(v) for v in each(talked)] == [Unknown] * 3


class TestBeforeSending:
    """What cannot be said is refused before anything is sent, and nothing is made up."""

    @pytest.mark.parametrize("field", ["received_at", "result_delivery", "processing_unit"])
    def test_a_missing_field(self, field: str) -> None:
        changes: dict[str, Any] = {field: None}
        talked = talk(portal().submit([dossier(**changes)], FRESH))
        assert talked.requests == []
        assert isinstance(talked.single, Reject)
        assert (talked.single.code, talked.single.pointer) == ("missing-field", f"/{field}")
        assert talked.single.follow_ups == ()

    def test_what_is_required_is_configured(self) -> None:
        assert len(talk(portal(required=[]).submit([dossier("bare")], FRESH), reply(OK)).requests) == 1
        talked = talk(portal(required=["/applicant/email"]).submit([dossier("postal")], FRESH))
        assert isinstance(talked.single, Reject)
        assert talked.single.pointer == "/applicant/email"

    def test_the_others_of_the_batch_are_sent(self) -> None:
        talked = talk(portal().submit([dossier("bare"), dossier("results", 2)], FRESH), reply(OK))
        assert [type(v) for v in each(talked)] == [Reject, Delivered]
        assert len(talked.request.json["data"]) == 1

    def test_alone_after_that_a_refusal_is_its_own(self) -> None:
        talked = talk(portal().submit([dossier("bare"), dossier("results", 2)], FRESH), reply(REFUSED))
        assert [type(v) for v in each(talked)] == [Reject, Reject]

    def test_a_long_abstract_is_cut_by_default(self) -> None:
        limits = {"abstract": {"at": 5, "over": "cut"}}
        talked = talk(portal(limits=limits).submit([dossier()], FRESH), reply(OK))
        assert talked.request.json["data"][0]["TrichYeuHoSo"] == "Hồ sơ"
        assert NationalPortalSettings(madonvi="H49").limits.abstract.over == "cut"

    @pytest.mark.parametrize(
        ("limit", "pointer", "name"),
        [
            ("abstract", "/abstract", "individual"),
            ("file_name", "/attachments/0/name", "individual"),
            ("file_name", "/supplements/0/papers/0/name", "supplements"),
            ("paper_name", "/results/0/name", "results"),
            ("paper_name", "/other_papers/0/name", "state_body"),
        ],
    )
    def test_other_long_texts_are_refused_with_the_limit(self, limit: str, pointer: str, name: str) -> None:
        limits = {limit: {"at": 3, "over": "reject"}}
        verdict = talk(portal(limits=limits).submit([dossier(name)], FRESH)).single
        assert isinstance(verdict, Reject)
        assert (verdict.code, verdict.pointer) == ("too-long", pointer)
        assert "the target takes 3" in verdict.reason

    def test_no_step_overtakes_a_refused_one(self) -> None:
        adapter = portal(limits={"officer": {"at": 12}})
        messages = [step(), step("processing", 2, officer="Nguyễn Cán Bộ Ví Dụ"), step("processing", 3)]
        talked = talk(adapter.steps(messages, FRESH), reply(OK))
        assert [type(v) for v in each(talked)] == [Delivered, Reject, Retry]
        assert len(talked.request.json["data"]) == 1
        assert each(talked)[1].pointer == "/officer"

    def test_data_that_is_no_dossier(self) -> None:
        verdict = talk(portal().submit([dossier(state="unheard_of")], FRESH)).single
        assert isinstance(verdict, Reject)
        assert verdict.pointer == "/state"

    def test_no_technical_id_is_made_of_an_identity_number(self) -> None:
        talked = talk(portal().submit([dossier("enterprise")], FRESH), reply(OK))
        assert talked.request.json["data"][0]["MaDoiTuong"] == ""
