"""CONFIRM: what a notice says, and what the platform hears. Digests made with sha256sum."""

from __future__ import annotations

import json
from typing import Any

from adapters.digests import sha256
from adapters.national_payment import signing
from schemas.payments import AttemptState

from .support import SECRET, Books, at, national, post

HERE = at("national-payment")
CONFIRM = {
    "LoaiBanTin": "CONFIRM",
    "MaLoi": "00",
    "MaDoiTac": "DVC01",
    "MaThamChieu": "A1B2C3",
    "SoTien": 150000,
    "MaTienTe": "VND",
    "MaGiaoDich": "PP261122000123",
    "MaNganHang": "NH-VIDU",
    "ThoiGianGD": "20261122083102",
    "ThongTinGiaoDich": "Nop le phi ho so",
}


def confirm(**changes: Any) -> dict[str, Any]:
    """A notice, rightly signed; `|` in a value is signed too."""
    said = {**CONFIRM, **changes}
    text = "|".join(str(said.get(name, "")) for name in signing.CONFIRM)
    return {**said, "MaXacThuc": sha256(f"{text}|{SECRET}")}


def told(document: Any, books: Books | None = None, **changes: Any) -> dict[str, Any]:
    answer = (books or Books("national-payment")).lead(national(**changes).notice(post(document), HERE))
    assert answer.status == 200
    body = json.loads(answer.content)
    assert isinstance(body, dict)
    return body


def test_a_notice_and_its_reply_to_the_letter() -> None:
    document = {**CONFIRM, "MaXacThuc": "17b9a949c32e49506a30bbaf9880d5014d68b4323398006b5aeb384a455978df"}
    books = Books("national-payment")
    for _ in range(3):
        assert told(document, books) == {
            "MaLoi": "00",
            "MoTaLoi": "Confirm success",
            "MaDoiTac": "DVC01",
            "MaThamChieu": "A1B2C3",
            "ThoiGianGD": "20261122083102",
            "MaXacThuc": "c17e11a4eef7595ab1a413addf6e58ba32cb2104ccc518abcb6fec53881e5aab",
        }
    (draft,) = books.notices
    said = draft.data
    assert (said.order_code, said.reference, said.outcome, said.amount) == ("TT-1", "A1B2C3", "paid", 150_000)
    assert (said.gateway_reference, said.currency, said.terminal) == ("PP261122000123", "VND", "DVC01")
    assert told({**document, "SoTien": "150000"}, books)["MaLoi"] == "00"
    assert len(books.notices) == 1


def test_what_the_platform_hears() -> None:
    for state in AttemptState:
        assert told(confirm(), Books("national-payment", {"A1B2C3": state}))["MaLoi"] == "00"
    assert told(confirm(), Books("national-payment", outcome="failed"))["MaLoi"] == "99"
    for books in (Books("national-payment", {}), Books("national-payment", amount=1)):
        assert told(confirm(), books)["MaLoi"] == "99"
        assert len(books.notices) == 1
    books = Books("national-payment")
    assert told(confirm(MaTienTe="USD"), books)["MaLoi"] == "99"
    assert books.notices[0].data.currency == "USD"


def test_failure_is_recorded_and_what_nobody_knows_is_unclear() -> None:
    for code, outcome in (("24", "failed"), ("99", "unclear"), ("31337", "unclear"), ("", "unclear")):
        books = Books("national-payment")
        assert told(confirm(MaLoi=code), books, codes={"24": "failed", "25": "absent"})["MaLoi"] == "00"
        assert books.notices[0].data.outcome == outcome
    books = Books("national-payment", {})
    assert told(confirm(MaLoi="99"), books)["MaLoi"] == "99"
    assert books.taken == {}


def test_success_cannot_be_classified_away() -> None:
    books = Books("national-payment")
    told(confirm(), books, codes={"00": "failed"})
    assert books.notices[0].data.outcome == "paid"


def test_further_money_has_a_key_of_its_own() -> None:
    books = Books("national-payment")
    for change in ({}, {"MaGiaoDich": "PP2"}, {"MaTienTe": "USD"}, {"SoTien": 1}, {"MaLoi": "99"}):
        told(confirm(**change), books)
    assert len(books.notices) == 5
