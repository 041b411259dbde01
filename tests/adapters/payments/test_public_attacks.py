"""Notices of the Payment Platform and of PayGov that nobody should believe: none is asked about, none is taken, none
stands in the way of the genuine one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import SecretStr

from adapters.digests import hmac_sha256, sha256
from adapters.fields import Untranslatable
from adapters.national_payment import signing as national_signing
from adapters.paygov import signing as paygov_signing
from adapters.paygov.settings import NoticeFormula
from lienthong import Inbound

from .support import FORMULA, KEY, SECRET, Books, at, national, paygov, post
from .test_national_notices import CONFIRM, confirm
from .test_paygov import NOTICE, notice

GENUINE: dict[str, Callable[..., dict[str, Any]]] = {"national-payment": confirm, "paygov": notice}
DIGEST = {"national-payment": "MaXacThuc", "paygov": "checksum"}
SIGNED = {"national-payment": national_signing.CONFIRM, "paygov": tuple(FORMULA["fields"])}
TAKEN = {"national-payment": ("MaLoi", "00"), "paygov": ("error_code", "SUCCESSFUL")}
SYSTEMS = pytest.mark.parametrize("system", list(GENUINE))
Text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)


def told(system: str, content: Any, books: Books | None = None) -> tuple[bool, Any, Books]:
    """Whether it was taken, the answer's body, and the ledger."""
    books = books or Books(system)
    inbound: Inbound = post(content)
    adapter = national() if system == "national-payment" else paygov()
    body = json.loads(books.lead(adapter.notice(inbound, at(system))).content)
    name, code = TAKEN[system]
    return body[name] == code, body, books


def refuses(system: str, content: Any) -> Any:
    """It is refused and forgotten, and the genuine one is taken after it."""
    taken, body, books = told(system, content)
    assert not taken and books.asked == [] and books.taken == {}
    assert told(system, GENUINE[system](), books)[0]
    return body


@SYSTEMS
def test_altered(system: str) -> None:
    genuine = GENUINE[system]()
    for name in SIGNED[system]:
        for value in ("7", 7, "", None, [genuine[name]], {"a": 1}, True, 1.5, f"{genuine[name]} ", "\u0661"):
            if str(value or "") != str(genuine[name]):
                refuses(system, {**genuine, name: value})
        refuses(system, {key: value for key, value in genuine.items() if key != name})


@SYSTEMS
def test_digest_wrong(system: str) -> None:
    genuine, name = GENUINE[system](), DIGEST[system]
    made = genuine[name]
    for wrong in ("", None, 0, made[:-1], made + "0", "0" * 64, [made], made.replace(made[0], "g"), f" {made}"):
        refuses(system, {**genuine, name: wrong})
    refuses(system, {key: value for key, value in genuine.items() if key != name})
    assert told(system, {**genuine, name: made.upper()})[0]


@SYSTEMS
def test_truncated_and_encoded_otherwise(system: str) -> None:
    content = json.dumps(GENUINE[system]()).encode()
    for other in (
        content[:-2],
        content[: len(content) // 2],
        b"",
        b"{}",
        b"null",
        b"[" + content + b"]",
        b"[" * 5000,
        content.decode().encode("utf-16"),
        b"\xff" + content,
        content.replace(b'"amount"', b'"amount": 1, "amount"').replace(b'"SoTien"', b'"SoTien": 1, "SoTien"'),
        content[:-1] + b', "x": NaN}',
        content.replace(b"150000", b"150000.0"),
        content.replace(b"150000", b"1.5e5"),
    ):
        refuses(system, other)


@SYSTEMS
def test_members_in_another_order_say_the_same(system: str) -> None:
    books = Books(system)
    genuine = GENUINE[system]()
    for document in (genuine, dict(reversed(genuine.items())), {**genuine, "more": 1}):
        assert told(system, document, books)[0]
    assert len(books.taken) == 1


@SYSTEMS
def test_a_pipe_in_any_field(system: str) -> None:
    """Signed by who knows the secret, and refused all the same: it could be read in two ways."""
    for name in SIGNED[system]:
        refuses(system, GENUINE[system](**{name: "a|b"}))


def test_fields_shifted_under_the_same_digest() -> None:
    """What a free text would allow: it ends with what looks like the next field."""
    text = "|".join(str(CONFIRM[name]) for name in national_signing.CONFIRM)
    made = sha256(f"{text}|{SECRET}")
    shifted = {**CONFIRM, "ThoiGianGD": "20261122083102|Nop le phi ho so", "ThongTinGiaoDich": "", "MaXacThuc": made}
    refuses("national-payment", shifted)
    for joined in ({"MaDoiTac": "DVC01|A1B2C3", "MaThamChieu": None}, {"SoTien": "150000|VND", "MaTienTe": None}):
        refuses("national-payment", {**CONFIRM, **joined, "MaXacThuc": made})


def test_a_digest_of_another_message_of_ours() -> None:
    """INIT and QUERY are signed with the same secret and travel too."""
    for text in (
        "QUERY|1.0.6|DVC01|A1B2C3|20261122083000",
        "INIT|1.0.6|DVC01|A1B2C3|150000|PAY|1|1|vi-VN|VND|PAYMENT|Nop le phi ho so|20261122083000|203.0.113.7",
        "00|Confirm success|DVC01|A1B2C3|20261122083102",
    ):
        refuses("national-payment", {**CONFIRM, "MaXacThuc": sha256(f"{text}|{SECRET}")})


def test_a_stranger_gets_nothing_signed_and_nothing_back() -> None:
    """Else he could have texts of his choice signed with our secret."""
    body = refuses("national-payment", {**CONFIRM, "MaDoiTac": "KE-XAU", "MaXacThuc": "0" * 64})
    assert body == {
        "MaLoi": "99",
        "MoTaLoi": "MaXacThuc is wrong",
        "MaDoiTac": "",
        "MaThamChieu": "",
        "ThoiGianGD": "",
        "MaXacThuc": "",
    }


def test_another_partner_kind_or_reference() -> None:
    for changes in (
        {"MaDoiTac": "KHAC"},
        {"LoaiBanTin": "REFUND"},
        {"MaThamChieu": "_"},
        {"MaThamChieu": ""},
        {"SoTien": "-1"},
        {"SoTien": "150,000"},
        {"SoTien": "9" * 19},
        {"MaGiaoDich": "x" * 101},
    ):
        body = refuses("national-payment", confirm(**changes))
        assert body["MaLoi"] == "99" and body["MaXacThuc"]


def test_paygov_of_another_reference() -> None:
    for changes in (
        {"requestCode": "KHAC"},
        {"orderId": "000.00.15.H49-000.00.15.H49-261122-0001-KHAC"},
        {"orderId": "", "requestCode": ""},
        {"orderId": "_", "requestCode": "_"},
        {"amount": "-1"},
        {"amount": "150,000"},
    ):
        refuses("paygov", notice(**changes))


def test_another_secret() -> None:
    text = "|".join(str(CONFIRM[name]) for name in national_signing.CONFIRM)
    refuses("national-payment", {**CONFIRM, "MaXacThuc": sha256(f"{text}|KHAC")})
    refuses("national-payment", {**CONFIRM, "MaXacThuc": hmac_sha256(KEY, text)})
    text = "|".join(str(NOTICE[name]) for name in FORMULA["fields"])
    refuses("paygov", {**NOTICE, "checksum": hmac_sha256(SecretStr("KHAC"), text)})


@given(st.binary(max_size=200))
def test_anything_at_all_is_answered(content: bytes) -> None:
    for system in GENUINE:
        taken, body, books = told(system, content)
        assert not taken and books.taken == {} and SECRET not in json.dumps(body)


@given(st.lists(Text, min_size=10, max_size=10), st.lists(Text, min_size=10, max_size=10))
def test_two_messages_never_share_a_digest(one: list[str], other: list[str]) -> None:
    assume(one != other)
    made = []
    for values in (one, other):
        try:
            said = dict(zip(national_signing.CONFIRM, values, strict=True))
            made.append(national_signing.digest(national_signing.CONFIRM, said, KEY))
        except Untranslatable as error:
            assert error.code == "pipe" and any("|" in value for value in values)
    assert len(set(made)) == len(made)


Piece = st.text(alphabet="a&=|mount;- ", max_size=14)
Fields = ["orderId", "amount", "errorCode"]


@given(st.tuples(Piece, Piece, Piece), st.tuples(Piece, Piece, Piece), st.booleans(), st.sampled_from("&|-; "))
def test_two_notices_never_have_one_text(one: Any, other: Any, named: bool, separator: str) -> None:
    """Whatever the formula joins by, and with values that look like names."""
    assume(one != other)
    formula = NoticeFormula.model_validate({**FORMULA, "fields": Fields, "named": named, "separator": separator})
    texts = []
    for values in (one, other):
        try:
            texts.append(paygov_signing.text(formula, dict(zip(Fields, values, strict=True))))
        except Untranslatable as error:
            assert error.code == "separator"
    assert len(set(texts)) == len(texts)
