"""Money at the provincial portal: what its notices become, and what it answers about dues."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.provincial_portal import ProvincialPortal, ProvincialPortalSettings
from adapters.provincial_portal.payments import model
from adapters.provincial_portal.payments.translate import order_from_native, order_to_native
from lienthong import (
    Accept,
    Answer,
    Answered,
    Draft,
    Inbound,
    Outcome,
    Problem,
    Question,
    Reject,
    Retry,
    Stop,
)
from schemas.payments import Acceptance, FeeLine, LevyKind, PaymentOrder, RefundRequest

from .conversation import DATA, FRESH, Talk, reply, talk

ADAPTER = ProvincialPortal(ProvincialPortalSettings())
ID = "0197f0c0-0000-7000-8000-000000000001"
DOCS = (DATA.parents[2] / "docs" / "reference" / "provincial-portal.md").read_text(encoding="utf-8")
DOSSIER = "000.00.15.H49-261122-0001"
ORDER: dict[str, Any] = {
    "MaDonHang": "DH-1",
    "MaHoSo": DOSSIER,
    "MaTTHC": "9.999999",
    "TenTTHC": "Thủ tục ví dụ",
    "KhoanThu": [
        {"Loai": "PHI", "MaPhi": "PHI-1", "TenPhi": "Phí thẩm định", "Gia": 100000},
        {"Loai": "LE_PHI", "TenPhi": "Lệ phí cấp giấy", "Gia": 50000},
    ],
    "TongTien": 150000,
    "TaiKhoanThuHuong": {"SoTaiKhoan": "3511000000", "MaNganHang": "970436"},
    "NguoiNop": {"HoTen": "Nguyễn Văn Ví Dụ", "DiaChiIP": "203.0.113.7", "Email": ""},
    "CongThanhToan": "vnpay",
    "NoiDung": "Nộp phí hồ sơ",
    "HanThanhToan": "22/11/2026 17:00:00",
}
REFUND = {
    "MaDonHang": "DH-1",
    "MaYeuCau": "HT-1",
    "CongThanhToan": "vnpay",
    "MaThamChieu": "A1B2C3",
    "SoTien": 150000,
    "LyDo": "Nộp hai lần",
    "CanBo": "Nguyễn Cán Bộ Ví Dụ",
}
ACCEPTANCE = {
    "MaDonHang": "DH-1",
    "CongThanhToan": "vnpay",
    "MaThamChieu": "A1B2C3",
    "MaGiaoDichCong": "14000001",
    "CanBo": "Nguyễn Cán Bộ Ví Dụ",
    "LyDo": "Nộp thiếu, đã bù tại quầy",
}
KINDS = {
    "YeuCauThanhToan": ("ThanhToan", ORDER),
    "YeuCauHoanTien": ("HoanTien", REFUND),
    "ChapNhanTien": ("ChapNhan", ACCEPTANCE),
}


def notice(kind: str = "YeuCauThanhToan", **changes: Any) -> dict[str, Any]:
    part, content = KINDS[kind]
    head = {"MaGiaoDich": "QN-TT-1", "LoaiBanTin": kind, "ThoiGianGui": "22/11/2026 08:31:00"}
    return {**head, part: {**content, **changes}}


def receive(body: Any, outcome: Outcome | None = None) -> tuple[Draft | None, dict[str, Any]]:
    inbound = Inbound("POST", "/in/provincial-portal/payments", {}, {}, json.dumps(body).encode(), "portal")
    reception = ADAPTER.payments(inbound, FRESH)
    draft = None
    try:
        asked = next(reception)
        assert isinstance(asked, Accept)
        (draft,) = asked.messages
        reception.send(outcome or Outcome("accepted", (ID,)))
    except StopIteration as end:
        assert isinstance(end.value, Answer)
        return draft, {"status": end.value.status, **json.loads(end.value.content)}
    raise AssertionError("the reception asked twice")


def test_an_order_becomes_a_request() -> None:
    draft, answer = receive(notice())
    assert draft is not None
    assert (draft.type, draft.subject, draft.key) == ("payment.requested", "DH-1", "QN-TT-1")
    order = draft.data
    assert isinstance(order, PaymentOrder)
    assert (order.dossier_code, order.procedure_code, order.amount, order.system) == (
        DOSSIER,
        "9.999999",
        150_000,
        "vnpay",
    )
    assert (order.total(LevyKind.FEE), order.total(LevyKind.CHARGE)) == (100_000, 50_000)
    assert order.beneficiary is not None and order.beneficiary.bank == "970436"
    assert order.payer is not None and (order.payer.ip, order.payer.email) == ("203.0.113.7", None)
    assert order.expires_at is not None and order.expires_at.isoformat() == "2026-11-22T17:00:00+07:00"
    assert (answer["status"], answer["MaLoi"], answer["MaThamChieu"]) == (200, "00", ID)


def test_what_officers_decide() -> None:
    draft, _ = receive(notice("YeuCauHoanTien"))
    assert draft is not None and isinstance(draft.data, RefundRequest)
    assert (draft.type, draft.subject, draft.data.request_code) == ("payment.refund_requested", "DH-1", "HT-1")
    assert (draft.data.amount, draft.data.gateway_reference) == (150_000, None)
    draft, _ = receive(notice("ChapNhanTien"))
    assert draft is not None and isinstance(draft.data, Acceptance)
    assert (draft.type, draft.data.gateway_reference) == ("payment.accepted", "14000001")


@pytest.mark.parametrize(
    ("kind", "changes", "place", "reason"),
    [
        ("YeuCauThanhToan", {"TongTien": 149_999}, "ThanhToan", "sum of the lines"),
        ("YeuCauThanhToan", {"TongTien": "150000"}, "ThanhToan.TongTien", "whole number"),
        ("YeuCauThanhToan", {"KhoanThu": []}, "ThanhToan.KhoanThu", ""),
        (
            "YeuCauThanhToan",
            {"KhoanThu": [{"Loai": "KHAC", "TenPhi": "x", "Gia": 1}]},
            "ThanhToan.KhoanThu[0].Loai",
            "KHAC",
        ),
        (
            "YeuCauThanhToan",
            {"KhoanThu": [{"Loai": "PHI", "TenPhi": "x", "Gia": 1}, {"Loai": "PHI", "TenPhi": "y", "Gia": 0}]},
            "ThanhToan.KhoanThu[1].Gia",
            "less than 1",
        ),
        ("YeuCauThanhToan", {"MaHoSo": "H49"}, "ThanhToan.MaHoSo", "dossier code"),
        ("YeuCauThanhToan", {"HanThanhToan": "mai"}, "ThanhToan.HanThanhToan", "dd/MM/yyyy"),
        (
            "YeuCauThanhToan",
            {"TaiKhoanThuHuong": {"SoTaiKhoan": "", "MaNganHang": "970436"}},
            "ThanhToan.TaiKhoanThuHuong.SoTaiKhoan",
            "required",
        ),
        ("YeuCauThanhToan", {"Khac": 1}, "ThanhToan.Khac", "not a field"),
        ("YeuCauHoanTien", {"SoTien": 0}, "HoanTien.SoTien", ""),
        ("YeuCauHoanTien", {"MaThamChieu": "a b"}, "HoanTien.MaThamChieu", ""),
        ("ChapNhanTien", {"CanBo": ""}, "ChapNhan.CanBo", "required"),
    ],
)
def test_a_mistake_is_refused_with_its_place(kind: str, changes: dict[str, Any], place: str, reason: str) -> None:
    draft, answer = receive(notice(kind, **changes))
    assert draft is None
    assert (answer["status"], answer["MaLoi"]) == (422, "02")
    (told,) = answer["ChiTiet"]
    assert told["Truong"] == place
    assert reason in told["LyDo"]


def test_the_part_has_to_fit_the_kind() -> None:
    body = notice("YeuCauHoanTien")
    body["LoaiBanTin"] = "YeuCauThanhToan"
    _, answer = receive(body)
    assert {told["Truong"] for told in answer["ChiTiet"]} == {"ThanhToan", "HoanTien"}


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/data/lines/1/amount", "ThanhToan.KhoanThu[1].Gia"),
        ("/data/payer/ip", "ThanhToan.NguoiNop.DiaChiIP"),
        ("/subject", "ThanhToan.MaDonHang"),
        ("/id", "MaGiaoDich"),
        ("/type", ""),
    ],
)
def test_the_buss_places_are_said_in_the_portals_words(pointer: str, place: str) -> None:
    _, answer = receive(notice(), Outcome("refused", problems=(Problem("x", pointer, "reason"),)))
    assert answer["ChiTiet"] == [{"Truong": place, "LyDo": "reason"}]


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
_LINES = st.builds(
    FeeLine, kind=st.sampled_from(LevyKind), code=st.none() | _TEXTS, name=_TEXTS, amount=st.integers(1, 10**9)
)


@given(st.lists(_LINES, min_size=1, max_size=4), _TEXTS, st.none() | _TEXTS)
def test_an_order_comes_back_as_it_was(lines: list[FeeLine], text: str, method: str | None) -> None:
    order = PaymentOrder.model_validate(
        {
            "order_code": "DH-1",
            "dossier_code": DOSSIER,
            "procedure_code": "9.999999",
            "lines": [line.model_dump() for line in lines],
            "amount": sum(line.amount for line in lines),
            "text": text,
            "method": method,
        }
    )
    assert order_from_native(model.DonHang.model_validate(order_to_native(order))) == order


def dues(*heard: Any, dossier: str = DOSSIER) -> Talk:
    data = json.dumps({"dossier_code": dossier}).encode()
    return talk(ADAPTER.dues(Question(ID, "dossier.dues", data), FRESH), *heard)


def test_what_a_dossier_must_pay() -> None:
    talked = dues(reply({"MaLoi": "00", "KetQua": "CON_PHAI_NOP", "ThanhToan": ORDER, "Khac": 1}))
    assert (talked.request.path, talked.request.json, talked.request.write) == (
        "api/lien-thong/nghia-vu",
        {"MaHoSo": DOSSIER},
        False,
    )
    verdict: Any = talked.verdict
    assert isinstance(verdict, Answered)
    assert (verdict.result, verdict.data.order_code, verdict.data.amount) == ("due", "DH-1", 150_000)


@pytest.mark.parametrize(("native", "result"), [("KHONG_PHAI_NOP", "nothing-due"), ("KHONG_CO_HO_SO", "not-found")])
def test_nothing_to_pay(native: str, result: str) -> None:
    assert dues(reply({"MaLoi": "00", "KetQua": native})).verdict == Answered(result)


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        (reply({"MaLoi": "00", "KetQua": "CON_PHAI_NOP"}), Reject),
        (
            reply({"MaLoi": "00", "KetQua": "CON_PHAI_NOP", "ThanhToan": {**ORDER, "MaHoSo": DOSSIER[:-1] + "2"}}),
            Reject,
        ),
        (reply({"MaLoi": "00", "KetQua": "CON_PHAI_NOP", "ThanhToan": {**ORDER, "TongTien": 1}}), Reject),
        (reply({"MaLoi": "00", "KetQua": "CO_LE"}), Reject),
        (reply({"MaLoi": "00"}), Reject),
        (reply({"MaLoi": "02"}), Reject),
        (reply({"MaLoi": "99"}), Retry),
        (reply(b"<html>"), Retry),
        (reply(b"", 500), Retry),
        (reply(b"", 404), Stop),
    ],
)
def test_answers_that_say_nothing(heard: Any, verdict: type) -> None:
    assert isinstance(dues(heard).verdict, verdict)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_examples_of_the_documentation_are_taken(index: int) -> None:
    examples = re.findall(r"```json\n(\{\"MaGiaoDich\": \"QN-TT-.*?)```", DOCS, re.DOTALL)
    draft, answer = receive(json.loads(examples[index]))
    assert draft is not None, answer


def test_every_field_is_described() -> None:
    words = set(re.findall(r"\w+", DOCS))
    models = [one for one in vars(model).values() if isinstance(one, type) and one.__module__ == model.__name__]
    assert {name for one in models for name in getattr(one, "model_fields", ())} - words == set()
    settings = ProvincialPortalSettings()
    assert all(f"/{path}`" in DOCS for path in (settings.status_path, settings.payment_path, settings.dues_path))
