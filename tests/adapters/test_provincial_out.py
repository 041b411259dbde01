"""The call-back to the provincial portal."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.provincial_portal import ProvincialPortal, ProvincialPortalSettings
from lienthong import Delivered, Lost, Reject, Retry, Stop, Unknown

from .conversation import FRESH, Talk, message, reply, talk

ANSWER = {
    "dossier_code": "000.00.15.H49-261122-0001",
    "system": "national-portal",
    "answered": "dossier.submitted",
    "message_id": "0197f0c0-0000-7000-8000-000000000009",
}
REFUSAL = {**ANSWER, "code": "-1", "reason": "Mã TTHC không hợp lệ", "pointer": "/procedure/code"}


def status(*heard: Any, type: str = "dossier.acknowledged", data: Any = None, **settings: Any) -> Talk:
    adapter = ProvincialPortal(ProvincialPortalSettings(**settings))
    return talk(adapter.status(message(type, data or ANSWER), FRESH), *heard)


def test_a_success_as_it_goes_out() -> None:
    talked = status(reply({"MaLoi": "00"}), data={**ANSWER, "reference": "QG-1"})
    assert (talked.request.method, talked.request.path) == ("POST", "api/lien-thong/trang-thai")
    assert talked.request.json == {
        "MaThongBao": "0197f0c0-0000-7000-8000-000000000001",
        "MaHoSo": "000.00.15.H49-261122-0001",
        "LoaiBanTin": "HoSoMoi",
        "HeThong": "national-portal",
        "KetQua": "ThanhCong",
        "MaLoi": "",
        "MoTaLoi": "",
        "Truong": "",
        "MaThamChieu": "QG-1",
        "ThoiGian": "22/11/2026 08:31:02",
    }


def test_a_refusal_as_it_goes_out() -> None:
    sent = status(reply({"MaLoi": "00"}), type="dossier.refused", data=REFUSAL).request.json
    assert (sent["KetQua"], sent["MaLoi"], sent["MoTaLoi"], sent["Truong"]) == (
        "TuChoi",
        "-1",
        "Mã TTHC không hợp lệ",
        "/procedure/code",
    )


@pytest.mark.parametrize(
    ("type", "kind"),
    [("dossier.submitted", "HoSoMoi"), ("dossier.updated", "CapNhatHoSo"), ("dossier.progressed", "TienDo")],
)
def test_what_was_answered(type: str, kind: str) -> None:
    assert status(reply({"MaLoi": "00"}), data={**ANSWER, "answered": type}).request.json["LoaiBanTin"] == kind


def test_an_answer_about_something_else_has_no_code_there() -> None:
    talked = status(data={**ANSWER, "answered": "payment.paid"})
    assert talked.requests == []
    assert isinstance(talked.verdict, Reject)
    assert (talked.verdict.code, talked.verdict.pointer) == ("unknown-code", "/answered")
    assert "payment.paid" in talked.verdict.reason


def test_data_that_is_no_answer() -> None:
    verdict = status(data={**ANSWER, "system": ""}).verdict
    assert isinstance(verdict, Reject)
    assert verdict.pointer == "/system"


def test_the_path_is_configured() -> None:
    assert status(reply({"MaLoi": "00"}), status_path="goi-lai").request.path == "goi-lai"


@pytest.mark.parametrize(
    ("heard", "verdict"),
    [
        (reply({"MaLoi": "00"}), Delivered),
        (reply({"MaLoi": 0}), Delivered),
        (reply({"MaLoi": "01", "MoTaLoi": "Đã nhận"}), Delivered),
        (reply({"MaLoi": 1}), Delivered),
        (reply({"MaLoi": "99"}), Retry),
        (reply({"MaLoi": "05", "MoTaLoi": "Không có hồ sơ"}), Reject),
        (reply({}), Unknown),
        (reply({"MaLoi": None}), Unknown),
        (reply({"MaLoi": True}), Unknown),
        (reply([]), Unknown),
        (reply(b"<html>"), Unknown),
        (reply(b"[" * 100_000), Unknown),
        (reply(b"", 500), Unknown),
        (reply(b"", 429, {"retry-after": "2"}), Retry),
        (reply(b"", 403), Stop),
        (reply(b"", 404), Stop),
        (reply(b"", 400), Reject),
        (Lost("x"), Unknown),
    ],
)
def test_what_the_portal_answers(heard: Any, verdict: type) -> None:
    assert isinstance(status(heard).verdict, verdict)


def test_it_may_be_sent_again() -> None:
    declared = ProvincialPortal.operations["status"]
    assert (declared.on_unknown, declared.batch) == ("resend", 1)
    assert declared.types == ("dossier.acknowledged", "dossier.refused")
