"""Dossiers and notices that come from the national portal, and what is said there about them."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong import Absent, Accept, Answer, Delivered, Draft, Inbound, Outcome, Problem, Reject, Retry, Unknown
from schemas.notices import PromotionNotice, TaxDemand
from schemas.registry import validate
from simulators.national_portal import samples

from .conversation import DOUBT, FRESH, reply, sample, talk
from .portal import Portal, adapter, message

PROGRESS = {
    "dossier_code": "000.00.00.G22-261122-0001",
    "own_code": "000.00.15.H49-261122-0009",
    "technical_id": "00000000-0000-4000-8000-00000000vidu",
    "state": "not_received",
    "at": "2026-11-22T09:15:00+07:00",
    "content": "Thiếu đơn",
    "files": [{"id": "1", "name": "tb.pdf", "component_code": "TP01", "url": "https://tep.example.vn/1"}],
}


def progressed(**changes: Any) -> Any:
    return message("filing.progressed", PROGRESS["dossier_code"], {**PROGRESS, **changes})  # type: ignore[arg-type]


def receive(
    service: str, body: Any, outcome: Outcome | None = None, **settings: Any
) -> tuple[tuple[Draft, ...] | None, Answer]:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    ours = adapter(**settings)
    inbound = Inbound("POST", f"/in/national-portal/{service}", {}, {}, content, "national-portal")
    reception = getattr(ours, ours.receivers[service])(inbound, FRESH)
    drafts = None
    try:
        asked = next(reception)
        assert isinstance(asked, Accept)
        drafts = asked.messages
        reception.send(outcome or Outcome("accepted", ("id",)))
    except StopIteration as end:
        assert isinstance(end.value, Answer)
        return drafts, end.value
    raise AssertionError("the reception asked twice")


def told(answer: Answer) -> tuple[int, int]:
    return answer.status, json.loads(answer.content)["error_code"]


def test_a_state_in_the_published_form() -> None:
    request = talk(adapter().filing_state(progressed(), FRESH), reply({"error_code": 0})).request
    assert json.dumps(request.json, ensure_ascii=False, separators=(",", ":")) == (
        '{"madonvi":"000.00.00.H49","service":"DongBoTrangThaiHoSo","type":"2","data":{"MaHoSo":"000.00.00.G22-261122-0001",'
        '"TrangThai":"11","MaHoSoDonVi":"000.00.15.H49-261122-0009","MaDoiTuong":"00000000-0000-4000-8000-00000000vidu",'
        '"NoiDung":"Thiếu đơn","NgayXuLy":"20261122091500","TaiLieuXuLy":[{"TepDinhKemId":"1","TenTepDinhKem":"tb.pdf",'
        '"IsDeleted":"False","MaThanhPhanHoSo":"TP01","DuongDanTaiTepTin":"https://tep.example.vn/1"}]}}'
    )


@pytest.mark.parametrize(("state", "code"), [("received", "2"), ("not_received", "11"), ("returned", "10")])
def test_its_own_table_of_states(state: str, code: str) -> None:
    request = talk(adapter().filing_state(progressed(state=state), FRESH), reply({"error_code": 0})).request
    assert request.json["data"]["TrangThai"] == code


def test_what_the_service_has_no_place_for_is_refused() -> None:
    verdict = talk(adapter().filing_state(progressed(fees=[{"name": "Phí", "amount": 1}]), FRESH)).verdict
    assert isinstance(verdict, Reject)
    assert (verdict.code, verdict.pointer) == ("no-place", "/fees")


def test_did_the_state_arrive() -> None:
    code = PROGRESS["dossier_code"]
    for row, verdict in (
        ({"MAHOSO": code, "TRANGTHAI": "11"}, Delivered()),
        ({"MAHOSO": code, "TRANGTHAI": "2"}, Absent()),
    ):
        heard = reply({"error_code": 0, "result": [row]})
        assert talk(adapter().find_filing_state(progressed(), DOUBT), heard).verdict == verdict
    for rows in ([], [{"MAHOSO": code}]):
        heard = reply({"error_code": 0, "result": rows})
        assert isinstance(talk(adapter().find_filing_state(progressed(), DOUBT), heard).verdict, Retry)


@pytest.mark.parametrize("policy", ["hold", "resend", "lookup"])
def test_after_an_unknown_outcome_the_configuration_decides(policy: str) -> None:
    ours = adapter(filings={"on_unknown": policy})
    assert ours.on_unknown(ours.operations["filing_state"]) == policy
    assert ours.on_unknown(ours.operations["submit"]) == "lookup"
    assert ours.on_unknown(ours.operations["steps"]) == "hold"


def test_states_with_the_simulator() -> None:
    portal, ours = Portal(), adapter()
    assert portal.told(ours.filing_state(progressed(), FRESH)) == Delivered()
    assert portal.told(ours.find_filing_state(progressed(), DOUBT)) == Delivered()
    assert portal.told(ours.find_filing_state(progressed(state="received"), DOUBT)) == Absent()
    assert isinstance(portal.told(ours.filing_state(progressed(dossier_code="x"), FRESH)), Reject)
    assert isinstance(talk(ours.filing_state(progressed(), FRESH), reply(b"", 502)).verdict, Unknown)


def test_a_promotion_notice() -> None:
    drafts, answer = receive("addtthcKhuyenMai", sample("shared", "promotion", "national"))
    assert drafts is not None
    (draft,) = drafts
    assert draft.data == PromotionNotice.model_validate(sample("shared", "promotion", "canonical"))
    assert draft.data.form.octets().decode() == "đơn"
    assert (draft.type, draft.key) == ("promotion.notified", "addtthcKhuyenMai/000.00.00.G22-261122-0007")
    assert json.loads(answer.content) == {"error_code": 0, "message": "Tiếp nhận thành công"}
    assert answer.status == 200


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome("accepted", ("id",)), (200, 0)),
        (Outcome("duplicate", ("id",)), (200, 1)),
        (Outcome("refused", (), (Problem("key-reused", "/id", "is known"),)), (200, 1)),
        (Outcome("refused", (), (Problem("no-route", "", "no route"),)), (200, -1)),
        (Outcome("failed"), (503, -1)),
    ],
    ids=["accepted", "duplicate", "other words", "refused", "failed"],
)
def test_the_native_answers(outcome: Outcome, expected: tuple[int, int]) -> None:
    for service, body in (
        ("addtthcKhuyenMai", sample("shared", "promotion", "national")),
        ("ThongBaoThue", samples.tax_notice(1)),
        ("ChungTuThue", samples.tax_receipt(1)),
    ):
        assert told(receive(service, body, outcome)[1]) == expected


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"MaSoThue": ""}, "MaSoThue"),
        ({"TenThuongNhan": None}, "TenThuongNhan"),
        ({"NgayNopHoSo": "2026"}, "NgayNopHoSo"),
        ({"TepDonDangKy": "%"}, "TepDonDangKy"),
        ({"TaiLieuNop": [{"TenTepDinhKem": "a", "Base64": "x"}]}, "TaiLieuNop[0].Base64"),
        ({"MaHoSo": ["x"]}, "MaHoSo"),
    ],
    ids=range(6),
)
def test_a_notice_that_is_wrong(changes: dict[str, Any], place: str) -> None:
    drafts, answer = receive("addtthcKhuyenMai", sample("shared", "promotion", "national") | changes)
    assert (drafts, told(answer)) == (None, (200, -1))
    assert place in json.loads(answer.content)["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 5000, b"[]", b'"x"', b"NaN", b'{"Data":1}'], ids=range(8))
@pytest.mark.parametrize("service", ["addtthcKhuyenMai", "ThongBaoThue", "ChungTuThue", "nhanhsdvcqg"])
def test_what_is_no_notice(service: str, body: bytes) -> None:
    settings = {"nhanhsdvcqg": {"key": "/MaHoSo", "dossier_code": "/MaHoSo"}}
    drafts, answer = receive(service, body, forwarded=settings)
    assert (drafts, told(answer)) == (None, (200, -1))


def test_a_tax_notice() -> None:
    drafts, answer = receive("ThongBaoThue", samples.tax_notice(3))
    assert drafts is not None
    (draft,) = drafts
    assert (draft.type, draft.subject) == ("tax_notice.received", "000.00.15.H49-261122-0003")
    assert not draft.data.replaces
    assert draft.data.demands == (
        TaxDemand(
            tax_code="0100000000",
            decision_number="TB-0003",
            decided_on=date(2026, 11, 22),
            item="Lệ phí trước bạ",
            amount=1_500_000,
        ),
        TaxDemand(
            tax_code="0100000000",
            decision_number="TB-0003",
            decided_on=date(2026, 11, 22),
            item="Thuế thu nhập cá nhân",
            amount=750_000,
        ),
    )
    assert validate(draft.type, None, draft.data.model_dump_json(exclude_none=True).encode()) == []
    assert told(answer) == (200, 0)
    again, _ = receive("ThongBaoThue", samples.tax_notice(3) | {"Ngay": "20261123"})
    other, _ = receive("ThongBaoThue", samples.tax_notice(4))
    assert again is not None and other is not None
    assert (again[0].key == draft.key, other[0].key == draft.key) == (True, False)


def notice(xml: str) -> dict[str, Any]:
    return {"IsUpdating": "True", "Data": {"FileThongBaoThue": b64encode(xml.encode()).decode()}}


def test_several_cases_in_one_notice() -> None:
    row = "<ROW_LIST><MA_HSO>H49-{}</MA_HSO><LIST><SO_TIEN>1</SO_TIEN></LIST></ROW_LIST>"
    drafts, _ = receive("ThongBaoThue", notice(f"<DATA><BODY>{row.format(1)}{row.format(2)}</BODY></DATA>"))
    assert drafts is not None
    assert [(draft.subject, draft.data.replaces) for draft in drafts] == [("H49-1", True), ("H49-2", True)]
    assert len({draft.key for draft in drafts}) == 2


BAD_XML = [
    "",
    "<DATA>",
    "<DATA><BODY/></DATA>",
    "<DATA><BODY><ROW_LIST><MA_HSO>1</MA_HSO></ROW_LIST></BODY></DATA>",
    "<DATA><BODY><ROW_LIST><MA_HSO>1</MA_HSO><LIST><SO_TIEN>1,5</SO_TIEN></LIST></ROW_LIST></BODY></DATA>",
    "<DATA><BODY><ROW_LIST><MA_HSO>1</MA_HSO><LIST><SO_TIEN>1</SO_TIEN><NGAY_QUYET_DINH>2026-11-22</NGAY_QUYET_DINH>"
    "</LIST></ROW_LIST></BODY></DATA>",
    '<!DOCTYPE a [<!ENTITY b "c">]><DATA>&b;</DATA>',
    '<!DOCTYPE a SYSTEM "file:///etc/hostname"><DATA/>',
    "<a>" * 30 + "</a>" * 30,
    "<a>" * 100_000,
]


@pytest.mark.parametrize("xml", BAD_XML, ids=range(len(BAD_XML)))
def test_hostile_and_broken_xml(xml: str) -> None:
    drafts, answer = receive("ThongBaoThue", notice(xml))
    assert (drafts, told(answer)) == (None, (200, -1))


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_bytes_for_a_tax_notice(content: bytes) -> None:
    body = {"Data": {"FileThongBaoThue": b64encode(content).decode()}}
    assert told(receive("ThongBaoThue", body)[1]) == (200, -1)


def test_a_receipt() -> None:
    drafts, _ = receive("ChungTuThue", samples.tax_receipt(3))
    assert drafts is not None
    (draft,) = drafts
    assert json.loads(draft.data.model_dump_json(exclude_none=True)) == {
        "dossier_code": "000.00.15.H49-261122-0003",
        "notice_code": "TB-0003",
        "tax_code": "0100000000",
        "payer_name": "Nguyễn Văn Ví Dụ",
        "payer_number": "022000000000",
        "payer_address": "Số 1 đường Ví Dụ",
        "payer_province": "22",
        "payer_commune": "06652",
        "voucher_url": "http://adapter.example.vn:8080/VXPAdapter/RestService/forward/tep?id=3",
        "content": "Nộp lệ phí trước bạ",
        "amount": 2_250_000,
        "paid_at": "2026-11-22T10:15:00+07:00",
        "paid": True,
        "payment_state": "1",
    }
    unpaid = samples.tax_receipt(3)
    unpaid["Data"]["ThongTinThanhToan"]["TrangThaiThanhToan"] = "0"
    drafts, _ = receive("ChungTuThue", unpaid)
    assert drafts is not None
    assert (drafts[0].data.paid, drafts[0].data.payment_state) == (False, "0")


def test_a_foreign_adapter_host_is_replaced_by_configuration() -> None:
    land_tax = {"files_from": "https://tep.example.vn/qg"}
    drafts, _ = receive("ChungTuThue", samples.tax_receipt(3), land_tax=land_tax)
    assert drafts is not None
    assert drafts[0].data.voucher_url == "https://tep.example.vn/qg/VXPAdapter/RestService/forward/tep?id=3"


def test_the_agreed_key() -> None:
    for service, body in (("ThongBaoThue", samples.tax_notice(1)), ("ChungTuThue", samples.tax_receipt(1))):
        agreed = {"security_key": "khoa-vi-du"}
        assert told(receive(service, body, land_tax=agreed)[1]) == (200, 0)
        assert told(receive(service, body | {"SecurityKey": "sai"}, land_tax=agreed)[1]) == (200, -1)
        assert told(receive(service, body | {"SecurityKey": None}, land_tax=agreed)[1]) == (200, -1)


@pytest.mark.parametrize("service", ["nhanhsdvcqg", "nhantbthuedvcqg"])
def test_what_is_not_published_is_taken_by_configuration_only(service: str) -> None:
    body = {"HoSo": {"Ma": "000.00.00.G22-261122-0005", "TTHC": "9.999999", "TrangThai": 1}, "Khac": [None, 1]}
    drafts, answer = receive(service, body)
    assert (drafts, told(answer)) == (None, (200, -1))
    assert f"settings.forwarded.{service}" in json.loads(answer.content)["message"]
    places = {"key": "/HoSo/Ma", "dossier_code": "/HoSo/Ma", "procedure_code": "/HoSo/TTHC", "state": "/HoSo/TrangThai"}
    drafts, answer = receive(service, body, forwarded={service: places})
    assert drafts is not None
    (draft,) = drafts
    assert (draft.type, draft.key) == ("filing.received", f"{service}/000.00.00.G22-261122-0005")
    assert json.loads(draft.data.model_dump_json(exclude_none=True)) == {
        "system": "national-portal",
        "service": service,
        "dossier_code": "000.00.00.G22-261122-0005",
        "procedure_code": "9.999999",
        "state": "1",
        "content": body,
    }
    assert told(answer) == (200, 0)
    assert told(receive(service, {"HoSo": {}}, forwarded={service: places})[1]) == (200, -1)
