"""The call-backs about money to the provincial portal."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.provincial_portal import ProvincialPortal, ProvincialPortalSettings
from adapters.provincial_portal.payments.codes import NEWS, ORDERS
from lienthong import Delivered, Lost, Reject, Retry, Stop, Unknown
from schemas.payments import OrderState

from .conversation import FRESH, Talk, message, reply, talk

ID = "0197f0c0-0000-7000-8000-000000000001"
DOSSIER = "000.00.15.H49-261122-0001"
FACT = {
    "order_code": "DH-1",
    "dossier_code": DOSSIER,
    "system": "vnpay",
    "reference": "A1B2C3",
    "gateway_reference": "14000001",
}
SAID = {
    "MaDonHang": "DH-1",
    "MaHoSo": DOSSIER,
    "CongThanhToan": "vnpay",
    "MaThamChieu": "A1B2C3",
    "MaGiaoDichCong": "14000001",
}
OUT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "payment.opened": (
        {**FACT, "amount": 150_000, "url": "https://pay.example.vn/1", "expires_at": "2026-11-22T08:45:00+07:00"},
        {**SAID, "SoTien": 150_000, "DuongDan": "https://pay.example.vn/1", "HanThanhToan": "22/11/2026 08:45:00"},
    ),
    "payment.paid": (
        {**FACT, "order_state": "paid", "amount": 150_000, "paid_at": "2026-11-22T08:30:55+07:00", "bank": "NCB"},
        {
            **SAID,
            "TrangThaiDonHang": "DA_THANH_TOAN",
            "SoTien": 150_000,
            "ThoiGianThanhToan": "22/11/2026 08:30:55",
            "NganHang": "NCB",
            "ThanhToanMuon": 0,
            "LanThu": 1,
        },
    ),
    "payment.surplus": (
        {**FACT, "order_state": "paid", "amount": 50_000},
        {**SAID, "TrangThaiDonHang": "DA_THANH_TOAN", "SoTien": 50_000},
    ),
    "payment.failed": (
        {
            **FACT,
            "order_state": "failed",
            "codes": [{"name": "vnp_ResponseCode", "value": "24"}],
            "message": "Khách hủy",
        },
        {
            **SAID,
            "TrangThaiDonHang": "THAT_BAI",
            "MaLoiCong": [{"Ten": "vnp_ResponseCode", "GiaTri": "24"}],
            "MoTaLoi": "Khách hủy",
        },
    ),
    "payment.expired": (
        {**FACT, "order_state": "expired"},
        {**SAID, "TrangThaiDonHang": "HET_HAN", "MaLoiCong": []},
    ),
    "payment.suspended": (
        {**FACT, "order_state": "suspended"},
        {**SAID, "TrangThaiDonHang": "CHO_XAC_MINH", "MaLoiCong": []},
    ),
    "payment.reversed": (
        {**FACT, "order_state": "reversed", "amount": 150_000, "covered": False},
        {**SAID, "TrangThaiDonHang": "BI_THU_HOI", "SoTien": 150_000, "ConDuTien": 0},
    ),
    "payment.declined": (
        {
            "order_code": "DH-1",
            "dossier_code": DOSSIER,
            "code": "already-paid",
            "reason": "the order is paid",
            "order_state": "paid",
        },
        {
            "MaDonHang": "DH-1",
            "MaHoSo": DOSSIER,
            "TrangThaiDonHang": "DA_THANH_TOAN",
            "MaLoi": "already-paid",
            "MoTaLoi": "the order is paid",
        },
    ),
    "payment.refunded": (
        {**FACT, "order_state": "refunded", "request_code": "HT-1", "refund_reference": "A1B2C3R01", "amount": 150_000},
        {
            **SAID,
            "TrangThaiDonHang": "DA_HOAN_TIEN",
            "MaYeuCau": "HT-1",
            "MaHoanTien": "A1B2C3R01",
            "SoTien": 150_000,
            "MaLoiCong": [],
        },
    ),
    "payment.refund_failed": (
        {**FACT, "order_state": "paid", "request_code": "HT-1", "amount": 150_000, "code": "too-much"},
        {
            **SAID,
            "TrangThaiDonHang": "DA_THANH_TOAN",
            "MaYeuCau": "HT-1",
            "SoTien": 150_000,
            "MaLoi": "too-much",
            "MaLoiCong": [],
        },
    ),
    "receipt.issued": (
        {
            **{name: value for name, value in FACT.items() if name != "gateway_reference"},
            "number": "0000001",
            "kind": "fee",
            "amount": 150_000,
            "media": "application/pdf",
            "content": "JVBERi0=",
        },
        {
            **{name: value for name, value in SAID.items() if name != "MaGiaoDichCong"},
            "BienLai": {
                "SoBienLai": "0000001",
                "Loai": "PHI",
                "SoTien": 150_000,
                "DinhDang": "application/pdf",
                "NoiDung": "JVBERi0=",
            },
        },
    ),
}


def told(*heard: Any, type: str = "payment.paid", data: Any = None, **settings: Any) -> Talk:
    adapter = ProvincialPortal(ProvincialPortalSettings(**settings))
    return talk(adapter.payment(message(type, data or OUT[type][0]), FRESH), *heard)


def test_every_kind_is_told() -> None:
    assert set(OUT) == set(NEWS) == set(ProvincialPortal.operations["payment"].types)
    assert set(ORDERS) == set(OrderState)


@pytest.mark.parametrize("type", list(OUT))
def test_as_it_goes_out(type: str) -> None:
    talked = told(reply({"MaLoi": "00"}), type=type)
    assert isinstance(talked.verdict, Delivered)
    head = {"MaThongBao": ID, "LoaiThongBao": NEWS[type], "ThoiGian": "22/11/2026 08:31:02"}
    assert (talked.request.path, talked.request.json) == ("api/lien-thong/thanh-toan", {**head, **OUT[type][1]})


def test_the_paths_are_configured() -> None:
    assert told(reply({"MaLoi": "00"}), payment_path="tien").request.path == "tien"


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        (reply({"MaLoi": "01"}), Delivered),
        (reply({"MaLoi": "99"}), Retry),
        (reply({"MaLoi": "05"}), Reject),
        (reply({}), Unknown),
        (reply(b"", 404), Stop),
        (Lost("x"), Unknown),
    ],
)
def test_what_the_portal_answers(heard: Any, verdict: type) -> None:
    assert isinstance(told(heard).verdict, verdict)
    assert ProvincialPortal.operations["payment"].on_unknown == "resend"


def test_data_that_is_no_payment() -> None:
    verdict = told(data={**OUT["payment.paid"][0], "amount": 0}).verdict
    assert isinstance(verdict, Reject) and verdict.pointer == "/amount"
