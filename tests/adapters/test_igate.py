"""A ministry's connector of 2026: its own codec, its own codes, three forms of times."""

from __future__ import annotations

import json
from datetime import datetime
from email import message_from_bytes
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.fields import Untranslatable
from adapters.igate import Igate, IgateSettings
from adapters.igate.translate import Time
from adapters.national_portal import codes as national
from lienthong import Answered, Delivered, Lost, Polled, Reject, Request, Retry, Stop, Unknown
from schemas.base import ZONE
from schemas.files import StoredFile
from schemas.registry import validate
from simulators.igate import IgateSettings as Simulated
from simulators.igate import create
from tests.schemas.strategies import instants

from .conversation import FRESH, Talk, reply, step, talk
from .portal import message, question
from .wired import wired

PATHS = {"create": "connector/connector/v1/hoso/taomoi", "next_code": "connector/connector/v1/getnextvalue"}
LOGIN = {"username": "h49", "password": "mat-khau-vi-du"}
FORWARDED: dict[str, Any] = {
    "code": "G09.20-20260609-0092637",
    "procedure_code": "9.990007",
    "service_code": "9.990007.01",
    "owner_name": "Nguyễn Văn Ví Dụ",
    "owner_kind": "household_business",
    "receiving_unit": "G09.20",
    "filed_at": "2026-06-08T14:07:53+07:00",
    "received_at": "2026-06-08T15:00:00+07:00",
    "form": {"SoGiayPhep": "01/GP-VD"},
    "components": [
        {
            "code": "TP01",
            "name": "Đơn đề nghị",
            "quantity": 1,
            "form": "electronic",
            "files": [{"id": "tep-1", "hash": "abc", "name": "don.pdf"}],
        }
    ],
    "submitter": {
        "kind": "citizen",
        "name": "Nguyễn Văn Ví Dụ",
        "number": "022000000000",
        "province_code": "22",
        "commune_code": "06652",
        "other": {"SoDienThoai": "0900000000"},
    },
}
CREATED = (
    '{"MaHoSo":"G09.20-20260609-0092637","MaTTHC":"9.990007","MaDichVuCong":"9.990007.01","ChuHoSo":"Nguyễn Văn Ví Dụ",'
    '"LoaiDoiTuong":"2","MaDonViTiepNhan":"G09.20","NgayNop":"2026-06-08 14:07:53","NgayTiepNhan":"20260608150000",'
    '"EformThongTinChiTiet":{"SoGiayPhep":"01/GP-VD"},"ThanhPhanHoSo":[{"MaThanhPhanHoSo":"TP01",'
    '"TenThanhPhanHoSo":"Đơn đề nghị","SoLuong":"1","LoaiBan":"2","GiayToDinhKem":[{"IdGiayTo":"tep-1",'
    '"HashTepTin":"abc","TenGiayTo":"don.pdf","MaKetQua":""}]}],"ThongTinNguoiNop":{"LoaiDoiTuong":"0","IdDoiTuong":"",'
    '"ThongTinChiTiet":{"TenNguoiNop":"Nguyễn Văn Ví Dụ","SoDinhDanh":"022000000000","MaTinhChuHs":"22",'
    '"MaXaChuHs":"06652","SoDienThoai":"0900000000"}}}'
)
PROGRESS: dict[str, Any] = {
    "dossier_code": "G09.20-20260609-0000001",
    "reference": "moi-1",
    "state": "completed",
    "at": "2026-06-09T10:00:00+07:00",
    "content": "Đã xong",
    "fees": [{"name": "Lệ phí", "code": "LP1", "amount": 45000, "collected": "on_return", "kind": "appraisal"}],
    "results": [{"name": "Giấy phép", "id": "tep-9", "code": "KQ.VD.000001", "url": "https://tep.example.vn/9"}],
}
NEW = {"IdHoSo": "moi-1", "MaHoSo": "G09.20-20260609-0000001", "MaTTHC": "9.990007", "ChuHoSo": "Nguyễn Văn Ví Dụ"}


def adapter(**settings: Any) -> Igate:
    return Igate(IgateSettings.model_validate({"paths": PATHS, **settings}))


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def forwarded(**changes: Any) -> Any:
    return message("dossier.forwarded", FORWARDED["code"], {**FORWARDED, **changes})


def progressed(**changes: Any) -> Any:
    return message("filing.progressed", PROGRESS["dossier_code"], {**PROGRESS, **changes})


def provided(name: str = "đơn.pdf", content: str = "dGVw") -> Any:
    data = {"dossier_code": "G09.20-20260609-0092637", "name": name, "content": content, "media": "application/pdf"}
    return message("file.provided", "G09.20-20260609-0092637", data)


def created(*heard: Any) -> Talk:
    return talk(adapter().create(forwarded(), FRESH), *heard)


def test_new_dossiers() -> None:
    told = talk(adapter().new_dossiers(None, FRESH), reply({"code": 200, "data": [NEW]}))
    assert told.request.path == "connector/connector/v1/laydanhsachhoso"
    assert (told.request.write, text(told.request.json)) == (
        False,
        '{"TrangThaiHoSo":"1","MaTTHC":"","HinhThucTiepNhan":""}',
    )
    assert isinstance(told.verdict, Polled)
    filing, taken = told.verdict.messages
    assert json.loads(filing.data.model_dump_json(exclude_none=True)) == {
        "system": "national-portal",
        "service": "laydanhsachhoso",
        "dossier_code": "G09.20-20260609-0000001",
        "procedure_code": "9.990007",
        "applicant_name": "Nguyễn Văn Ví Dụ",
        "content": NEW,
    }
    assert (taken.type, taken.data.reference) == ("filing.collected", "moi-1")
    for draft in (filing, taken):
        assert validate(draft.type, None, draft.data.model_dump_json(exclude_none=True).encode()) == []
    again = talk(adapter().new_dossiers(told.verdict.cursor, FRESH), reply([NEW, {"MaTTHC": "x"}])).verdict
    assert isinstance(again, Polled)
    assert (again.messages, [note.pointer for note in again.unreadable]) == ((), ["/dossier_code"])


def test_one_question_a_procedure() -> None:
    both = adapter(new={"procedures": ["9.1", "9.2"], "state": "2", "received_by": "1"})
    first = talk(both.new_dossiers(None, FRESH), reply({"data": []}))
    assert text(first.request.json) == '{"TrangThaiHoSo":"2","MaTTHC":"9.1","HinhThucTiepNhan":"1"}'
    assert isinstance(first.verdict, Polled) and first.verdict.more
    second = talk(both.new_dossiers(first.verdict.cursor, FRESH), reply({"data": []}))
    assert second.request.json["MaTTHC"] == "9.2"
    assert isinstance(second.verdict, Polled) and not second.verdict.more


def test_the_acknowledgement_in_the_published_form() -> None:
    taken = message("filing.collected", "x", {"system": "igate", "dossier_code": "G09.20-20260609-0000001"})
    told = talk(adapter().acknowledge(taken, FRESH), reply({}))
    assert told.request.path == "connector/connector/v1/hoso/xacnhantrangthainhan"
    assert text(told.request.json) == '[{"MaHoSo":"G09.20-20260609-0000001","TrangThaiNhanHoSo":1}]'


def test_a_dossier_in_the_published_form() -> None:
    told = created(reply({"idHoSo": "id-1", "maHoSo": FORWARDED["code"]}))
    assert text(told.request.json) == CREATED
    assert told.verdict == Delivered("id-1")


def test_the_same_codes_mean_other_things_elsewhere() -> None:
    kinds = {
        kind: talk(adapter().create(forwarded(owner_kind=kind), FRESH), reply({"idHoSo": "1"})).request.json[
            "LoaiDoiTuong"
        ]
        for kind in ("citizen", "enterprise", "household_business")
    }
    assert kinds == {"citizen": "0", "enterprise": "1", "household_business": "2"}
    assert {kind.value: code for kind, code in national.APPLICANT_KINDS.items()}["individual"] == "1"


CREATIONS = [
    ({"code": 200, "message": "OK", "data": {"idHoSo": 7, "maHoSo": "G09.20-20260609-0092637"}}, 200, Delivered),
    ({"idHoSo": "1", "maHoSo": "G09.20-20260609-0000002"}, 200, Unknown),
    ({"message": "OK"}, 200, Unknown),
    ({}, 200, Unknown),
    (b"<html>", 200, Unknown),
    ({"code": 400, "message": "Sai"}, 200, Reject),
    ({"code": 502}, 200, Retry),
    ({"message": "Sai"}, 400, Reject),
    (b"", 401, Stop),
    (b"", 403, Stop),
    (b"", 404, Stop),
    (b"", 502, Unknown),
    (b"", 429, Retry),
]


@pytest.mark.parametrize(("body", "status", "kind"), CREATIONS, ids=range(len(CREATIONS)))
def test_what_the_connector_answers(body: Any, status: int, kind: type) -> None:
    assert isinstance(created(reply(body, status)).verdict, kind)


def test_a_creation_that_was_not_answered_is_for_an_operator() -> None:
    assert isinstance(created(Lost("time-out")).verdict, Unknown)
    assert adapter().on_unknown(Igate.operations["create"]) == "hold"
    assert adapter(status_on_unknown="resend").on_unknown(Igate.operations["state"]) == "resend"


def test_without_the_paths_that_are_not_published() -> None:
    bare = Igate(IgateSettings())
    assert isinstance(talk(bare.create(forwarded(), FRESH)).verdict, Stop)
    assert isinstance(talk(bare.next_code(question("dossier.next_code", counter="x"), FRESH)).verdict, Stop)


def test_what_has_a_field_of_its_own_is_not_said_twice() -> None:
    submitter = {**FORWARDED["submitter"], "other": {"SoDinhDanh": "1"}}
    verdict = talk(adapter().create(forwarded(submitter=submitter), FRESH)).verdict
    assert isinstance(verdict, Reject)
    assert (verdict.code, verdict.pointer) == ("said-twice", "/submitter/other")


def test_a_step_in_the_published_form() -> None:
    told = talk(adapter().steps(step("processing"), FRESH), reply({}))
    assert told.request.path == "connector/connector/v1/hoso/capnhatientrinh"
    (native,) = told.request.json
    assert list(native) == [
        "IDHoSo",
        "MaHoSo",
        "NguoiXuLy",
        "ThoiDiemXuLy",
        "PhongBanXuLy",
        "NoiDungXuLy",
        "TrangThai",
        "NgayBatDau",
        "NgayKetThucTheoQuyDinh",
    ]
    assert (native["TrangThai"], native["IDHoSo"]) == ("4", "")
    assert native["ThoiDiemXuLy"].endswith("+07:00")


def test_a_state_in_the_published_form() -> None:
    told = talk(adapter().state(progressed(), FRESH), reply({"code": 200}))
    assert told.request.path == "connector/connector/v1/hoso/capnhattrangthai"
    assert text(told.request.json) == (
        '[{"IdHoSo":"moi-1","MaHoSo":"G09.20-20260609-0000001","TrangThai":"9","NoiDungYKien":"Đã xong",'
        '"DanhSachLePhi":[{"TenPhiLePhi":"Lệ phí","MaPhiLePhi":"LP1","HinhThucThu":"4","Gia":"45000",'
        '"LoaiPhiLePhi":"2"}],'
        '"DanhSachGiayToKetQua":[{"TenGiayTo":"Giấy phép","MaThanhPhanHoSo":"","GiayToId":"tep-9",'
        '"DuongDanTepTinKetQua":"https://tep.example.vn/9","MaGiayToKetQua":"KQ.VD.000001"}]}]'
    )


@pytest.mark.parametrize(("state", "taken"), [("supplement_requested", True), ("payment_requested", True)])
def test_results_with_certain_states_only(state: str, taken: bool) -> None:
    assert isinstance(talk(adapter().state(progressed(state=state), FRESH), reply({"code": 200})).verdict, Delivered)
    refused = talk(adapter().state(progressed(state="returned"), FRESH)).verdict
    assert isinstance(refused, Reject)
    assert (refused.code, refused.pointer) == ("no-place", "/results")


def parts(request: Request) -> Any:
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    found = list(message_from_bytes(head + (request.content or b"")).walk())
    assert len(found) == 2
    return found[1]


def test_an_upload_is_read_by_a_parser_that_is_not_ours() -> None:
    told = talk(adapter().upload(provided(), FRESH), reply({"IdTepTin": "tep-1", "HashTepTin": "abc"}))
    assert told.request.path == "fi/v1/file/upload"
    part = parts(told.request)
    assert part.get_payload(decode=True) == b"tep"
    assert part.get_content_type() == "application/pdf"
    assert part.get_param("name", header="content-disposition") == "file"
    assert isinstance(told.verdict, Delivered)
    assert told.verdict.reference == "tep-1"
    (stored,) = told.verdict.follow_ups
    assert stored.type == "file.stored"
    assert stored.data == StoredFile(
        dossier_code="G09.20-20260609-0092637", system="national-portal", name="đơn.pdf", id="tep-1", hash="abc"
    )


def test_a_file_name_breaks_nothing() -> None:
    name = 'a"; name="other\r\nX: y.pdf'
    part = parts(talk(adapter().upload(provided(name), FRESH), reply({"IdTepTin": "1"})).request)
    assert part.get_param("name", header="content-disposition") == "file"
    assert part["X"] is None


def test_a_repeated_upload_is_the_same_bytes() -> None:
    first, second = (talk(adapter().upload(provided(), FRESH), reply({"IdTepTin": "1"})).request for _ in range(2))
    assert (first.content, first.headers) == (second.content, second.headers)


def test_an_upload_without_an_id() -> None:
    assert isinstance(talk(adapter().upload(provided(), FRESH), reply({"message": "OK"})).verdict, Unknown)
    assert isinstance(talk(adapter().upload(provided(content="%"), FRESH)).verdict, Reject)


def test_the_next_code() -> None:
    asked = question("dossier.next_code", counter="HOSO")
    told = talk(adapter().next_code(asked, FRESH), reply({"value": "G09.20-20260609-0092637"}))
    assert told.request.json == {"code": "HOSO"}
    assert isinstance(told.verdict, Answered)
    assert told.verdict.data.code == "G09.20-20260609-0092637"
    assert isinstance(talk(adapter().next_code(asked, FRESH), reply({"code": 200})).verdict, Retry)
    assert isinstance(talk(adapter().next_code(asked, FRESH), reply(b"", 502)).verdict, Retry)


TIMES = {"spaced": "%Y-%m-%d %H:%M:%S", "packed": "%Y%m%d%H%M%S", "iso": "%Y-%m-%dT%H:%M:%S%z"}


@given(instants(), st.sampled_from(sorted(TIMES)))
@settings(max_examples=100, deadline=None)
def test_times_in_three_forms(moment: datetime, form: str) -> None:
    found = datetime.strptime(Time(form).write(moment, ""), TIMES[form])
    assert (found if found.tzinfo else found.replace(tzinfo=ZONE)) == moment
    assert Time(form).read(Time(form).write(moment, ""), "") == moment


@pytest.mark.parametrize(
    ("form", "value"), [("spaced", "2026-06-08"), ("packed", "2026060814075"), ("iso", "8/6/2026")]
)
def test_what_is_no_time(form: str, value: str) -> None:
    with pytest.raises(Untranslatable, match="is not a time"):
        Time(form).read(value, "/x")


@pytest.mark.parametrize("wrapped", [False, True])
async def test_over_http(wrapped: bool) -> None:
    login = {**LOGIN, **({"login": {"token": "/data/access_token"}} if wrapped else {})}
    async with wired(create(Simulated(wrapped=wrapped)), Igate, **login) as connector:
        ours, held = adapter(), connector.app.state.connector
        polled = await connector.told(ours.new_dossiers(None, FRESH))
        assert len(polled.messages) == 4
        taken = message("filing.collected", "x", json.loads(polled.messages[1].data.model_dump_json()))
        assert await connector.told(ours.acknowledge(taken, FRESH)) == Delivered()
        assert held.taken == {"G09.20-20260609-0000001"}
        left = await connector.told(ours.new_dossiers(polled.cursor, FRESH))
        assert (left.messages, left.cursor["known"][""]) == ((), ["G09.20-20260609-0000002"])
        code = (await connector.told(ours.next_code(question("dossier.next_code", counter="x"), FRESH))).data.code
        stored = (await connector.told(ours.upload(provided(), FRESH))).follow_ups[0].data
        assert held.files[stored.id]["name"] == "đơn.pdf"
        component = FORWARDED["components"][0]
        files = [{"id": stored.id, "hash": stored.hash, "name": stored.name}]
        dossier = forwarded(code=code, components=[{**component, "files": files}])
        assert await connector.told(ours.create(dossier, FRESH)) == Delivered("id-1")
        assert isinstance(await connector.told(ours.create(dossier, FRESH)), Reject)
        assert await connector.told(ours.steps(step("processing"), FRESH)) == Delivered()
        assert await connector.told(ours.state(progressed(), FRESH)) == Delivered()
        effects = [effect["service"] for effect in held.state.log]
        assert effects == ["acknowledge", "upload", "create", "progress", "status"]
