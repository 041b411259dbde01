"""Notices that nobody should believe: none is asked about, none is taken, none stands in the way of the genuine one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.digests import hmac_sha256
from adapters.momo import signing as momo_signing

from .support import KEY, SECRET, Books, at, get, momo, post, vnpay, zalopay
from .test_momo import NOTICE as MOMO
from .test_momo import signed as momo_signed
from .test_vnpay import notice
from .test_zalopay import callback

QUERY = notice()
HASH = QUERY.rpartition("=")[2]
FORGED = {
    "amount changed": QUERY.replace("15000000", "150000000"),
    "code changed": QUERY.replace("vnp_ResponseCode=00", "vnp_ResponseCode=24"),
    "without a digest": QUERY.rpartition("&")[0],
    "with an empty digest": QUERY.removesuffix(HASH),
    "digest cut": QUERY[:-1],
    "digest lengthened": QUERY + "0",
    "another digest": QUERY.removesuffix(HASH) + "0" * 128,
    "parameter taken away": QUERY.replace("&vnp_BankCode=NCB", ""),
    "parameter added": QUERY + "&vnp_Bonus=1",
    "parameter twice": QUERY + "&vnp_Amount=15000000",
    "another value before": "vnp_Amount=100&" + QUERY,
    "digest twice": QUERY + "&vnp_SecureHash=" + HASH,
    "names exchanged": QUERY.replace("vnp_BankCode=NCB", "vnp_BankCode=ATM").replace("CardType=ATM", "CardType=NCB"),
    "encoded twice": QUERY.replace("Nop+le", "Nop%2Ble"),
    "half encoded": QUERY.replace("Nop+le", "Nop%2le"),
    "not UTF-8": QUERY.replace("Nop+le", "Nop%FFle"),
    "overlong": QUERY.replace("Nop+le", "Nop%C0%A0le"),
    "bare octets": QUERY.replace("Nop+le", "Nộp+le"),
    "semicolons": QUERY.replace("&", ";"),
    "cut in the middle": QUERY[: len(QUERY) // 2],
    "name in capitals": QUERY.replace("vnp_Amount", "VNP_AMOUNT"),
    "nothing": "",
}


@pytest.mark.parametrize("query", [pytest.param(query, id=name) for name, query in FORGED.items()])
def test_vnpay_refuses_and_forgets(query: str) -> None:
    books = Books("vnpay")
    answer = books.lead(vnpay().notice(get(query), at("vnpay")))
    assert json.loads(answer.content)["RspCode"] == "97"
    assert books.asked == [] and books.taken == {}
    assert json.loads(books.lead(vnpay().notice(get(QUERY), at("vnpay"))).content)["RspCode"] == "00"


def test_another_terminal_is_no_order_of_ours() -> None:
    books = Books("vnpay")
    answer = books.lead(vnpay().notice(get(notice(vnp_TmnCode="OTHER")), at("vnpay")))
    assert json.loads(answer.content)["RspCode"] == "01"
    assert books.asked == [] and books.taken == {}


def test_the_same_notice_spelled_otherwise_is_the_same_notice() -> None:
    reordered = "&".join(reversed(QUERY.split("&")))
    spaced = QUERY.replace("+", "%20")
    books = Books("vnpay")
    codes = [
        json.loads(books.lead(vnpay().notice(get(q), at("vnpay"))).content)["RspCode"]
        for q in (QUERY, reordered, spaced)
    ]
    assert codes == ["00", "02", "02"]
    assert len(books.taken) == 1
    for query in (reordered, spaced):
        strict = Books("vnpay")
        answer = strict.lead(vnpay(verbatim=True).notice(get(query), at("vnpay")))
        assert json.loads(answer.content)["RspCode"] == "97"
        assert strict.taken == {}
    answer = Books("vnpay").lead(vnpay(verbatim=True).notice(get(QUERY), at("vnpay")))
    assert json.loads(answer.content)["RspCode"] == "00"


@given(st.integers(0, len(QUERY) - 1), st.characters(codec="ascii", exclude_categories=["Cc"]))
@settings(max_examples=150)
def test_one_changed_sign_is_found(place: int, sign: str) -> None:
    query = QUERY[:place] + sign + QUERY[place + 1 :]
    books = Books("vnpay")
    answer = books.lead(vnpay().notice(get(query), at("vnpay")))
    taken = json.loads(answer.content)["RspCode"] == "00"
    assert taken == bool(books.taken)
    assert not taken or said(query) == said(QUERY)


def said(query: str) -> dict[str, str]:
    """What a query says; the letter case of a digest in hex says nothing."""
    pairs = dict(parse_qsl(query, strict_parsing=True))
    return {**pairs, "vnp_SecureHash": pairs["vnp_SecureHash"].lower()}


def _momo(document: Any) -> tuple[int, Books]:
    books = Books("momo")
    return books.lead(momo().notice(post(document), at("momo"))).status, books


@pytest.mark.parametrize(
    "document",
    [
        {**momo_signed(), "amount": 1_500_000},
        {**momo_signed(), "resultCode": 9000},
        {**momo_signed(), "orderId": "B"},
        {**momo_signed(), "signature": "0" * 64},
        {**momo_signed(), "signature": None},
        {key: value for key, value in momo_signed().items() if key != "signature"},
        {key: value for key, value in momo_signed().items() if key != "transId"},
        {**momo_signed(), "amount": 150_000.0},
        {**momo_signed(), "amount": [150_000]},
        {**momo_signed(), "message": "\ud800"},
        b"",
        b"null",
        b"[" * 5000,
        b'{"a": NaN}',
        b"\xff",
        json.dumps(momo_signed()).encode()[:-2],
        json.dumps(momo_signed()).replace('"orderType"', '"amount": 150000, "orderType"').encode(),
    ],
    ids=range(17),
)
def test_momo_refuses_and_forgets(document: Any) -> None:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    status, books = _momo(content)
    assert status == 400
    assert books.asked == [] and books.taken == {}


def test_momo_signed_with_the_access_key_of_the_message() -> None:
    text = momo_signing.text(momo_signing.NOTICE, MOMO, "KHAC")
    document = {**MOMO, "accessKey": "KHAC", "signature": hmac_sha256(KEY, text)}
    assert _momo(document)[0] == 400


def test_momo_fields_that_run_into_each_other() -> None:
    shifted = {**MOMO, "message": "ok&orderId=A1B2C3&orderInfo=x", "orderInfo": "y"}
    document = {**shifted, "signature": momo_signing.signature(momo_signing.NOTICE, shifted, "KHOA", KEY)}
    status, books = _momo(document)
    assert (status, books.taken) == (400, {})


def test_momo_of_another_partner_or_request() -> None:
    for change in ({"partnerCode": "KHAC"}, {"requestId": "KHAC"}, {"orderId": "_", "requestId": "_"}):
        status, books = _momo(momo_signed(**change))
        assert (status, books.taken) == (404, {})


def test_momo_members_in_another_order_say_the_same() -> None:
    books = Books("momo")
    document = momo_signed()
    turned = dict(reversed(document.items()))
    assert [books.lead(momo().notice(post(one), at("momo"))).status for one in (document, turned)] == [204, 204]
    assert len(books.taken) == 1


def _zalopay(body: Any) -> tuple[int, Books]:
    books = Books("zalopay")
    answer = books.lead(zalopay().notice(post(body), at("zalopay")))
    return json.loads(answer.content)["return_code"], books


def test_zalopay_refuses_and_forgets() -> None:
    genuine = callback()
    text = genuine["data"]
    for body in (
        {**genuine, "data": text.replace("150000", "1500000")},
        {**genuine, "data": json.dumps(json.loads(text), indent=1)},
        {**genuine, "data": json.dumps(dict(reversed(json.loads(text).items())))},
        {**genuine, "data": text + " "},
        {**genuine, "data": text[:-1]},
        {**genuine, "data": json.loads(text)},
        {**genuine, "data": "\ud800"},
        {**genuine, "mac": ""},
        {**genuine, "mac": 0},
        {"data": text, "type": 1},
        b"{}",
        b"",
    ):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        code, books = _zalopay(content)
        assert code == -1
        assert books.asked == [] and books.taken == {}


def test_zalopay_with_a_right_mac_over_the_wrong_thing() -> None:
    for changes in (
        {"app_id": 1},
        {"app_trans_id": "A1B2C3"},
        {"amount": "150,000"},
        {"amount": 1.5},
        {"amount": True},
    ):
        code, books = _zalopay(callback(**changes))
        assert (code, books.taken) == (2, {})
    doubled = callback()["data"].replace('"amount":150000', '"amount":1,"amount":150000')
    assert _zalopay({"data": doubled, "mac": hmac_sha256(KEY, doubled), "type": 1})[0] == 2
    assert _zalopay({**callback(), "type": 2})[0] == 2


@given(st.binary(max_size=200))
def test_anything_at_all_is_answered(content: bytes) -> None:
    for adapter, system in ((momo(), "momo"), (zalopay(), "zalopay")):
        books = Books(system)
        answer = books.lead(adapter.notice(post(content), at(system)))
        assert books.taken == {} and SECRET.encode() not in answer.content
    books = Books("vnpay")
    books.lead(vnpay().notice(get(content.decode("latin-1")), at("vnpay")))
    assert books.taken == {}
