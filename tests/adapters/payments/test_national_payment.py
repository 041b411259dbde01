"""The Payment Platform: what is sent to the letter, and what answers mean. Digests made with sha256sum."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.national_payment import signing
from adapters.national_payment.model import TIME
from lienthong import Absent, Delivered, Lost, NotSent, Reject, Retry, Stop, Unknown

from ..conversation import NOW, reply, talk
from .support import SECRET, at, attempted, follow_up, national, queried
from .test_national_notices import confirm

HERE = at("national-payment")
PAYER = {
    "name": "Nguyễn Văn Ví Dụ",
    "number": "000000000000",
    "address": "Số 1, đường Ví Dụ",
    "district": "Phường Ví Dụ",
    "province": "Quảng Ninh",
    "ip": "203.0.113.7",
}
ORDER = {
    "payer": PAYER,
    "service_code": "1.000894.01",
    "service_name": "Cấp giấy ví dụ",
    "procedure_name": "Thủ tục ví dụ",
    "unit_code": "000.00.15.H49",
    "unit_name": "Sở Ví Dụ",
}
LINK = "https://thanhtoan.example.vn/t/1"
CREATED = {"MaLoi": "00", "MoTaLoi": "", "MaThamChieu": "A1B2C3", "UrlThanhToan": LINK}
PAID = {
    "LoaiBanTin": "QUERY",
    "MaLoi": "00",
    "TrangThaiGD": "1",
    "MaThamChieu": "A1B2C3",
    "SoTien": 150000,
    "MaTienTe": "VND",
    "MaGiaoDich": "PP261122000123",
    "MaNganHang": "NH-VIDU",
    "ThoiGianGD": "20261122083102",
}


def wrapped(body: Any, code: Any = "0") -> dict[str, Any]:
    """As a façade answers: the platform's answer as a text."""
    return {"error_code": code, "message": json.dumps(body, ensure_ascii=False)}


@pytest.mark.parametrize(
    ("order", "text", "secret", "made"),
    [
        (
            signing.INIT,
            "INIT|1.0.6|DVC01|H01020001|150000|PAY|1|1|vi-VN|VND|PAYMENT|Nop le phi ho so H01|20250102030405|"
            "203.0.113.7",
            "BI-MAT-THU",
            "e62eaa88a0cc341d3e9a2d3631ae90000d1592e1258dd3b7af5c1b0222601b28",
        ),
        (
            signing.CONFIRM,
            "CONFIRM|00|DVC01|H01020001|150000|VND|GD123|VCB|20250102030500|Nop le phi ho so H01",
            "BI-MAT-THU",
            "83b2ecc94815e0fef427ca420eade62ecd383180018a2818032103af9b2006b9",
        ),
        (
            signing.QUERY,
            "QUERY|1.0.6|DVC01|H01020001|20250102030405",
            "BI-MAT-THU",
            "3e116956266c68eecbd3c552229d690d3094a733630e588e4d1c09c9c4a7b6d6",
        ),
        (
            signing.INIT,
            "INIT|1.0.6|DOITAC-VIDU|dvc00000h4926112200011|45000|PAY|1|1|vi-VN|VND|PAYMENT|"
            "THANH TOAN HO SO 000.00.15.H49-261122-0001|20261122091500|10.0.0.10",
            "MA-BI-MAT-VI-DU-001",
            "a54bfe290dfac1ed0618cfc1e8a3e5912d14b0f80651c22fe4340ea15a9e5fcf",
        ),
        (
            signing.CONFIRM,
            "CONFIRM|00|DOITAC-VIDU|dvc00000h4926112200011|45000|VND|PP261122000123|NH-VIDU|20261122091732|"
            "THANH TOAN HO SO 000.00.15.H49-261122-0001",
            "MA-BI-MAT-VI-DU-001",
            "2b52914b0eb28e698bfadede3424da405f3e9c91440095fc5365d0877856f1c9",
        ),
        (
            signing.QUERY,
            "QUERY|1.0.6|DOITAC-VIDU|dvc00000h4926112200011|20261122091500",
            "MA-BI-MAT-VI-DU-001",
            "18a901294c766c3afc5d2537346c4e8eaac7eb454852234a59f4fbfd1055ce41",
        ),
        (
            signing.GET_BILL,
            "GET_BILL|1.0.6|DOITAC-VIDU|dvc00000h4926112200011|20261122091500",
            "MA-BI-MAT-VI-DU-001",
            "8a9c7ffeacf3d62d4b659a0b2ce56faaf8fb4997d0d037111513b3f3377c852f",
        ),
    ],
    ids=["INIT", "CONFIRM", "QUERY", "INIT 2", "CONFIRM 2", "QUERY 2", "GET_BILL 2"],
)
def test_the_worked_examples(order: tuple[str, ...], text: str, secret: str, made: str) -> None:
    said = dict(zip(order, text.split("|"), strict=True))
    key = SecretStr(secret)
    assert signing.joined(order, said) == text
    assert signing.digest(order, said, key) == made
    assert signing.genuine(order, {**said, "MaXacThuc": made.upper()}, key)
    if said.get("SoTien"):
        assert signing.genuine(order, {**said, "SoTien": int(said["SoTien"]), "MaXacThuc": made}, key)


def test_an_init_to_the_letter() -> None:
    heard = talk(national().create(attempted("national-payment", ORDER), HERE), reply(CREATED))
    assert (heard.request.path, heard.request.write) == ("khoi-tao", True)
    assert json.loads(heard.request.content or b"") == {
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": "DVC01",
        "MaThamChieu": "A1B2C3",
        "SoTien": "150000",
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": "Nop le phi ho so",
        "ThoiGianGD": "20261122083000",
        "Ip": "203.0.113.7",
        "ThongTinBienLai": {
            "MaDichVu": "2",
            "MaDVC": "1.000894.01",
            "TenDVC": "Cấp giấy ví dụ",
            "MaTTHC": "1.000894",
            "TenTTHC": "Thủ tục ví dụ",
            "MaDonVi": "000.00.15.H49",
            "TenDonVi": "Sở Ví Dụ",
            "MaHoSo": "000.00.15.H49-261122-0001",
            "TKThuHuong": "3511000000",
            "MaNHThuHuong": "970403",
            "TenTKThuHuong": "Sở Ví Dụ",
            "PhiLePhi": [
                {"LoaiPhiLePhi": "1", "MaPhiLePhi": "", "TenPhiLePhi": "Phí thẩm định", "SoTien": "100000"},
                {"LoaiPhiLePhi": "2", "MaPhiLePhi": "", "TenPhiLePhi": "Lệ phí cấp giấy", "SoTien": "50000"},
            ],
            "MaLoaiHinhThuPhat": "",
            "TenLoaiHinhThuPhat": "",
            "MaCoQuanQD": "",
            "TenCoQuanQD": "",
            "KhoBac": "",
            "NgayQD": "",
            "SoQD": "",
            "ThoiGianViPham": "",
            "DiaDiemViPham": "",
            "TenNguoiViPham": "",
            "TaiKhoanThuNSNN": "",
            "NoiDungThanhToan": "Nộp lệ phí hồ sơ",
            "HoTenNguoiNop": "Nguyễn Văn Ví Dụ",
            "SoCMNDNguoiNop": "000000000000",
            "DiaChiNguoiNop": "Số 1, đường Ví Dụ",
            "HuyenNguoiNop": "Phường Ví Dụ",
            "TinhNguoiNop": "Quảng Ninh",
            "DSKhoanNop": [
                {"NoiDung": "Phí thẩm định", "SoTien": "100000"},
                {"NoiDung": "Lệ phí cấp giấy", "SoTien": "50000"},
            ],
        },
        "MaXacThuc": "b323e052e26f9dbcace007cf78d8b16bc2d49b59c3a11fcf006d03192d28f2da",
    }
    made = follow_up(heard.single).data
    assert (made.url, made.memo) == (LINK, {"sent_at": "20261122083000"})
    assert made.sent.encode() == heard.request.content
    assert made.signed.startswith("INIT|1.0.6|DVC01|A1B2C3|150000|") and SECRET not in made.signed + made.sent


def test_the_same_attempt_is_the_same_text() -> None:
    sent = [
        talk(national().create(attempted("national-payment"), at("national-payment", attempt=n)), reply(CREATED))
        for n in (1, 2)
    ]
    assert sent[0].request.content == sent[1].request.content


def test_the_hours_of_a_day_are_24() -> None:
    afternoon = attempted("national-payment", created_at="2026-11-22T01:05:09+00:00")
    late = attempted("national-payment", created_at="2026-11-21T15:00:00+07:00")
    times = [
        json.loads(talk(national().create(one, HERE), reply(CREATED)).request.content or b"")["ThoiGianGD"]
        for one in (afternoon, late)
    ]
    assert times == ["20261122080509", "20261121150000"]
    assert TIME.write(NOW.replace(hour=15), "") == "20261122153102"


def test_whose_account_it_is() -> None:
    own = {"account": "1", "bank": "2", "name": "Ba"}
    adapter = national(procedures={"1.000894": {"beneficiary": own, "service": "D.01", "code": "1.000894.000"}})
    heard = talk(adapter.create(attempted("national-payment"), HERE), reply(CREATED))
    block = json.loads(heard.request.content or b"")["ThongTinBienLai"]
    assert [block[name] for name in ("TKThuHuong", "MaNHThuHuong", "TenTKThuHuong")] == ["1", "2", "Ba"]
    assert (block["MaDVC"], block["MaTTHC"]) == ("D.01", "1.000894.000")
    named = attempted("national-payment", {"beneficiary": {"account": "9"}})
    block = json.loads(talk(adapter.create(named, HERE), reply(CREATED)).request.content or b"")["ThongTinBienLai"]
    assert [block[name] for name in ("TKThuHuong", "MaNHThuHuong", "TenTKThuHuong")] == ["9", "", ""]


def test_constants_are_settings() -> None:
    adapter = national(version="1.0.7", payment_kind="X", channel="2", device="3", language="en-US", bank="B")
    sent = json.loads(talk(adapter.create(attempted("national-payment"), HERE), reply(CREATED)).request.content or b"")
    names = ("PhienBan", "LoaiHinhThanhToan", "MaKenhThanhToan", "MaThietBi", "NgonNgu", "MaNganHang")
    assert [sent[name] for name in names] == ["1.0.7", "X", "2", "3", "en-US", "B"]


@pytest.mark.parametrize(
    ("order", "changes", "code", "pointer"),
    [
        ({"text": "Nộp | lệ phí"}, {}, "pipe", "/order/text"),
        ({"method": "VCB|1"}, {}, "pipe", "/MaNganHang"),
        ({"payer": None}, {}, "missing", "/order/payer/ip"),
        ({"lines": [{"kind": "fine", "name": "x", "amount": 150_000}]}, {}, "unsupported-kind", "/order/lines/0/kind"),
        ({}, {"reference": "A.1"}, None, None),
        ({}, {"expires_at": "2026-11-22T08:31:02+07:00"}, "expired", "/expires_at"),
    ],
    ids=range(6),
)
def test_what_is_not_sent(order: Any, changes: Any, code: Any, pointer: Any) -> None:
    verdict = talk(national().create(attempted("national-payment", order, **changes), HERE)).single
    assert isinstance(verdict, Reject)
    assert code is None or (verdict.code, verdict.pointer) == (code, pointer)
    assert follow_up(verdict).data.outcome == "failed"


def test_what_is_for_another_gateway_is_not_sent() -> None:
    verdict = talk(national().create(attempted("other"), HERE)).single
    assert isinstance(verdict, Reject) and (verdict.code, verdict.pointer) == ("other-system", "/system")


def test_no_account_no_payment() -> None:
    verdict = talk(national(beneficiary=None).create(attempted("national-payment"), HERE)).single
    assert isinstance(verdict, Reject) and verdict.pointer == "/order/beneficiary"


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (reply(wrapped(CREATED)), Delivered),
        (reply(wrapped({"UrlThanhToan": LINK}, 0)), Delivered),
        (reply({"error_code": "00", "message": CREATED}), Delivered),
        (reply({"MaLoi": "99", "MoTaLoi": "Loi khac"}), Reject),
        (reply(wrapped({"MaLoi": "99"})), Reject),
        (reply({"MaLoi": "07"}), Reject),
        (reply({"MaLoi": "50"}), Stop),
        (reply({"MaLoi": "51"}), Retry),
        (reply({"error_code": "-1", "message": "loi"}), Unknown),
        (reply({"error_code": "0", "message": "Thanh cong"}), Unknown),
        (reply({"error_code": "0", "message": "[1]"}), Unknown),
        (reply(b'{"error_code":"0","message":"{\\ud800}"}'), Unknown),
        (reply(b'{"error_code":"0","message":"{\\"MaLoi\\":1,\\"MaLoi\\":2}"}'), Unknown),
        (reply({}), Unknown),
        (reply({"MaLoi": "00"}), Unknown),
        (reply({**CREATED, "UrlThanhToan": "javascript:alert(1)"}), Unknown),
        (reply({**CREATED, "UrlThanhToan": "https://a b"}), Unknown),
        (reply({**CREATED, "MaThamChieu": "KHAC"}), Unknown),
        (reply({**CREATED, "MaDoiTac": "KHAC"}), Unknown),
        (reply({**CREATED, "SoTien": "1500000"}), Unknown),
        (reply(b"<html>", 200), Unknown),
        (reply(b"", 502), Unknown),
        (reply(b"", 404), Stop),
        (reply(b"", 401), Stop),
        (Lost("x"), Unknown),
        (NotSent("x"), Retry),
    ],
    ids=range(26),
)
def test_what_answers_to_an_init_mean(heard: Any, kind: type) -> None:
    adapter = national(codes={"50": "ours", "51": "later"})
    verdict = talk(adapter.create(attempted("national-payment"), HERE), heard).single
    assert isinstance(verdict, kind), verdict
    if isinstance(verdict, Reject):
        assert follow_up(verdict).data.outcome == "failed"
    if isinstance(verdict, Delivered):
        assert follow_up(verdict).data.url == LINK


def test_an_init_in_doubt_is_asked_first() -> None:
    adapter = national(codes={"25": "absent"})
    assert adapter.on_unknown(adapter.operations["create"]) == "lookup"
    for body, kind in (
        (PAID, Delivered),
        (wrapped(PAID), Delivered),
        ({"MaLoi": "00", "TrangThaiGD": "3"}, Reject),
        ({"MaLoi": "00", "TrangThaiGD": "4"}, Reject),
        ({"MaLoi": "25"}, Absent),
        ({"MaLoi": "99"}, Retry),
        ({"MaLoi": "99", "TrangThaiGD": "1"}, Retry),
        ({"error_code": "-1", "message": ""}, Retry),
        ({**PAID, "MaThamChieu": "KHAC"}, Retry),
        ({**PAID, "SoTien": ""}, Retry),
    ):
        heard = talk(adapter.find(attempted("national-payment"), HERE), reply(body))
        assert isinstance(heard.single, kind), body
        assert not heard.request.write
        if isinstance(heard.single, Reject):
            assert heard.single.code == "link-lost"


def test_a_query_to_the_letter() -> None:
    for memo in ({}, {"sent_at": "20261122083000"}):
        heard = talk(national().ask(queried("national-payment", memo=memo), HERE), reply(PAID))
        assert (heard.request.path, heard.request.write) == ("truy-van", False)
        assert heard.request.content == (
            b'{"LoaiBanTin":"QUERY","PhienBan":"1.0.6","MaDoiTac":"DVC01","MaThamChieu":"A1B2C3",'
            b'"ThoiGianGD":"20261122083000",'
            b'"MaXacThuc":"0b5cd6c86c68b75c5367be8eb7ffe4b995207de6a589fd1cb8f6c1d124a01f38"}'
        )
    said = follow_up(heard.single).data
    assert (said.outcome, said.amount, said.gateway_reference) == ("paid", 150_000, "PP261122000123")
    assert (said.currency, said.bank, said.origin) == ("VND", "NH-VIDU", "query")
    assert said.at.isoformat() == "2026-11-22T08:31:02+07:00"


def test_the_time_of_the_init_is_repeated_as_it_was_sent() -> None:
    old = queried("national-payment", memo={"sent_at": "20261122033000"})
    heard = talk(national().ask(old, HERE), reply(PAID))
    assert json.loads(heard.request.content or b"")["ThoiGianGD"] == "20261122033000"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"MaLoi": "00", "TrangThaiGD": 3}, "pending"),
        ({"MaLoi": "99", "TrangThaiGD": "3"}, "pending"),
        ({"MaLoi": "99", "TrangThaiGD": "4"}, "failed"),
        ({"MaLoi": "99", "TrangThaiGD": "1", "SoTien": 150000}, "unclear"),
        (wrapped({"TrangThaiGD": "1", "SoTien": 150000}), "unclear"),
        ({"MaLoi": "00", "TrangThaiGD": "7"}, "unclear"),
        ({"MaLoi": "00"}, "unclear"),
        ({"MaLoi": "99"}, "unclear"),
        ({"MaLoi": "25"}, "not_found"),
        ({"MaLoi": "24"}, "failed"),
        ({**PAID, "SoTien": 1}, "paid"),
    ],
)
def test_what_a_query_says(body: Any, outcome: str) -> None:
    adapter = national(codes={"25": "absent", "24": "failed"})
    assert follow_up(talk(adapter.ask(queried("national-payment"), HERE), reply(body)).single).data.outcome == outcome


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"MaLoi": "50"}, Stop),
        ({"MaLoi": "51", "TrangThaiGD": "1"}, Retry),
        ({**PAID, "SoTien": "1.5"}, Retry),
        ({**PAID, "SoTien": 1.5}, Retry),
        ({**PAID, "MaThamChieu": "KHAC"}, Retry),
        ({**PAID, "MaDoiTac": "KHAC"}, Retry),
        (b"", Retry),
    ],
)
def test_a_query_that_says_nothing(body: Any, kind: type) -> None:
    adapter = national(codes={"50": "ours", "51": "later"})
    assert isinstance(talk(adapter.ask(queried("national-payment"), HERE), reply(body)).single, kind)


def test_answers_may_have_to_be_signed() -> None:
    adapter = national(signed_answers=True)
    assert isinstance(talk(adapter.ask(queried("national-payment"), HERE), reply(PAID)).single, Retry)
    genuine = {**confirm(LoaiBanTin="QUERY"), "TrangThaiGD": "1"}
    assert isinstance(talk(adapter.ask(queried("national-payment"), HERE), reply(genuine)).single, Delivered)
    altered = {**genuine, "SoTien": 1}
    assert isinstance(talk(adapter.ask(queried("national-payment"), HERE), reply(altered)).single, Retry)
