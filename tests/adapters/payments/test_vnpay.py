"""VNPAY: what is sent to the letter, what answers mean, and what VNPAY hears. Digests made with openssl."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.vnpay import codes, signing
from lienthong import Delivered, Lost, NotSent, Reject, Retry, Stop, Unknown
from schemas.payments import AttemptState

from ..conversation import reply, talk
from .support import KEY, Books, at, attempted, follow_up, get, queried, refund_queried, refunding, vnpay

HERE = at("vnpay")
URL = (
    "https://pay.example.vn/vpcpay.html?vnp_Amount=15000000&vnp_Command=pay&vnp_CreateDate=20261122083000"
    "&vnp_CurrCode=VND&vnp_ExpireDate=20261122084500&vnp_IpAddr=203.0.113.7&vnp_Locale=vn"
    "&vnp_OrderInfo=Nop+le+phi+ho+so&vnp_OrderType=other&vnp_ReturnUrl=https%3A%2F%2Fdvc.example.vn%2Fket-qua"
    "&vnp_TmnCode=LGSPTEST&vnp_TxnRef=A1B2C3&vnp_Version=2.1.0"
)
URL_HASH = (
    "fd606c87c954439d940b6cab9a4d07cbe08210e9bf03edba35a81a582af302d2"
    "4236fa53a11e5ef2424e25206f6303d07c4a8f66f12b58dbf7cb85963308c448"
)
NOTICE = {
    "vnp_Amount": "15000000",
    "vnp_BankCode": "NCB",
    "vnp_BankTranNo": "VNP14422574",
    "vnp_CardType": "ATM",
    "vnp_OrderInfo": "Nop le phi ho so",
    "vnp_PayDate": "20261122083055",
    "vnp_ResponseCode": "00",
    "vnp_TmnCode": "LGSPTEST",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionStatus": "00",
    "vnp_TxnRef": "A1B2C3",
}
ANSWER = {
    "vnp_ResponseId": "R1",
    "vnp_Command": "querydr",
    "vnp_ResponseCode": "00",
    "vnp_Message": "OK",
    "vnp_TmnCode": "LGSPTEST",
    "vnp_TxnRef": "A1B2C3",
    "vnp_Amount": 15000000,
    "vnp_BankCode": "NCB",
    "vnp_PayDate": "20261122083055",
    "vnp_TransactionNo": 14422574,
    "vnp_TransactionType": "01",
    "vnp_TransactionStatus": "00",
    "vnp_OrderInfo": "Nop le phi ho so",
}
ANSWER_HASH = (
    "893e4a3c13ece861a180a68970b031add9020b3af03902e9b9b245767ad83cc0"
    "dde4ea99fee869d002aaf42f7027808ae8c4f6706e5f5e2c674ad56ca59291cc"
)


def notice(**changes: str) -> str:
    """A notice as VNPAY would send it, rightly signed."""
    return signing.payment_url("", NOTICE | changes, KEY).removeprefix("?")


def told(query: str, books: Books | None = None, **settings: Any) -> str:
    books = books or Books("vnpay")
    answer = books.lead(vnpay(**settings).notice(get(query), HERE))
    assert (answer.status, answer.content_type) == (200, "application/json; charset=utf-8")
    code = json.loads(answer.content)["RspCode"]
    assert isinstance(code, str) and codes.ANSWERS[code]
    return code


def signed(order: tuple[str, ...] = signing.QUERY_ANSWER, **changes: Any) -> dict[str, Any]:
    body = {**ANSWER, **changes}
    return {**body, signing.HASH: signing.api_hash(order, body, KEY)}


def test_the_address_to_the_letter() -> None:
    verdict = talk(vnpay().create(attempted("vnpay"), HERE)).single
    made = follow_up(verdict).data
    assert made.url == made.sent == f"{URL}&vnp_SecureHash={URL_HASH}"
    assert made.signed == URL.partition("?")[2]
    assert (made.memo["create_date"], made.memo["order_info"]) == ("20261122083000", "Nop le phi ho so")
    assert talk(vnpay().create(attempted("vnpay"), at("vnpay", 2))).single == verdict
    other = talk(vnpay().create(attempted("momo"), HERE)).single
    assert isinstance(other, Reject) and (other.code, other.pointer) == ("other-system", "/system")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"order": {"payer": None}}, "/order/payer/ip"),
        ({"order": {"return_url": None}}, "/order/return_url"),
        ({"expires_at": "2026-11-22T08:31:02+07:00"}, "/expires_at"),
    ],
)
def test_an_attempt_that_cannot_be_opened_says_so(changes: Any, pointer: str) -> None:
    verdict = talk(vnpay().create(attempted("vnpay", **changes), HERE)).single
    assert isinstance(verdict, Reject) and verdict.pointer == pointer
    said = follow_up(verdict)
    assert (said.type, said.subject, said.data.outcome, said.data.origin) == (
        "payment.noticed",
        "TT-1",
        "failed",
        "answer",
    )


def test_what_vnpay_cannot_say_is_named() -> None:
    long = attempted("vnpay", {"return_url": "https://dvc.example.vn/" + "x" * 300})
    verdict = talk(vnpay().create(long, HERE)).single
    assert isinstance(verdict, Reject) and verdict.pointer is None and "vnp_ReturnUrl" in verdict.reason
    broken = talk(vnpay().ask(queried("vnpay", amount=0), HERE)).single
    assert isinstance(broken, Reject) and broken.pointer == "/amount"
    for elsewhere in (vnpay().ask(queried("momo"), HERE), vnpay().refund(refunding("momo"), HERE)):
        refused = talk(elsewhere).single
        assert isinstance(refused, Reject) and refused.code == "other-system"


def test_a_query_to_the_letter() -> None:
    memo = {"create_date": "20261122083000", "order_info": "Nop le phi ho so"}
    heard = talk(vnpay().ask(queried("vnpay", memo=memo), HERE), reply({**ANSWER, signing.HASH: ANSWER_HASH}))
    request = heard.request
    assert (request.path, request.write) == ("merchant_webapi/api/transaction", False)
    assert request.json == {
        "vnp_Version": "2.1.0",
        "vnp_TmnCode": "LGSPTEST",
        "vnp_TxnRef": "A1B2C3",
        "vnp_OrderInfo": "Nop le phi ho so",
        "vnp_CreateDate": "20261122083102",
        "vnp_IpAddr": "203.0.113.9",
        "vnp_RequestId": "A1B2C3Q1A1",
        "vnp_Command": "querydr",
        "vnp_TransactionDate": "20261122083000",
        "vnp_SecureHash": "1c5281669bf4eb341928aec8a0b2790eec72d4a55a06a64936d534939d4d5f95"
        "d000a107f2fd35dd32abd1aee6202d53ef0093e2a6af2a0eb2cfb13855b45a63",
    }
    said = follow_up(heard.single).data
    assert (said.outcome, said.amount, said.gateway_reference, said.origin) == ("paid", 150_000, "14422574", "query")
    assert said.at.isoformat() == "2026-11-22T08:30:55+07:00"


def test_a_refund_to_the_letter() -> None:
    answer = ANSWER | {
        "vnp_ResponseId": "R2",
        "vnp_Command": "refund",
        "vnp_Amount": 5000000,
        "vnp_PayDate": "20261123090001",
        "vnp_TransactionNo": 14422580,
        "vnp_TransactionType": "03",
        "vnp_TransactionStatus": "05",
        "vnp_OrderInfo": "Hoan tien RF1",
        "vnp_SecureHash": "965d6d9f49382730f0de111493cae36628fb4ebbf7d49bb522a3007a742d1eac"
        "37979f22ef6a7342e0ca6963efa2ab59f6e0fa31730a49ffbcf30046ef443fa6",
    }
    heard = talk(vnpay().refund(refunding("vnpay"), HERE), reply(answer))
    assert heard.request.write
    assert heard.request.json["vnp_SecureHash"] == (
        "192078daa2b968b2409709290a3ebba38b8dcf962e9050248fb19334a83592a9"
        "b9442975ef629d0dd11b1efb1fe76d48eacfff21d9cce9575b589bf56086aa9c"
    )
    assert (heard.request.json["vnp_TransactionType"], heard.request.json["vnp_Amount"]) == ("03", "5000000")
    said = follow_up(heard.single).data
    assert (said.outcome, said.amount, said.refund_reference) == ("refunding", 50_000, "RF1")
    whole = talk(vnpay().refund(refunding("vnpay", whole=True, gateway_reference=None), HERE), Lost("x")).requests[0]
    assert (whole.json["vnp_TransactionType"], whole.json["vnp_TransactionNo"]) == ("02", "0")


@pytest.mark.parametrize(
    ("response", "status", "outcome"),
    [
        ("00", "00", "paid"),
        ("00", "01", "pending"),
        ("00", "02", "unclear"),
        ("24", "00", "unclear"),
        ("24", "02", "failed"),
        ("11", "02", "expired"),
        ("07", "00", "suspended"),
        ("00", "07", "suspended"),
        ("00", "04", "reversed"),
        ("00", "05", "refunding"),
        ("98", "00", "unclear"),
        ("00", "98", "unclear"),
        ("", "", "unclear"),
    ],
)
def test_paid_only_if_both_codes_say_so(response: str, status: str, outcome: str) -> None:
    assert codes.outcome(response, status) == outcome


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("01", "00", "paid"),
        ("01", "01", "pending"),
        ("01", "02", "failed"),
        ("01", "04", "reversed"),
        ("01", "06", "refunding"),
        ("01", "09", "refund_failed"),
        ("02", "00", "refunded"),
        ("03", "05", "refunding"),
        ("03", "02", "refund_failed"),
        ("01", "77", "unclear"),
    ],
)
def test_what_a_query_says(kind: str, status: str, outcome: str) -> None:
    body = signed(vnp_TransactionType=kind, vnp_TransactionStatus=status)
    said = follow_up(talk(vnpay().ask(queried("vnpay"), HERE), reply(body)).single).data
    assert said.outcome == outcome


@pytest.mark.parametrize(
    ("code", "kind"), [("02", Stop), ("97", Stop), ("03", Reject), ("94", Retry), ("99", Retry), ("55", Retry)]
)
def test_a_query_that_was_refused(code: str, kind: type) -> None:
    assert isinstance(talk(vnpay().ask(queried("vnpay"), HERE), reply({"vnp_ResponseCode": code})).single, kind)


def test_a_payment_that_vnpay_does_not_know() -> None:
    verdict = talk(vnpay().ask(queried("vnpay"), HERE), reply({"vnp_ResponseCode": "91"})).single
    assert follow_up(verdict).data.outcome == "not_found"


@pytest.mark.parametrize(
    "body",
    [
        ANSWER,
        {**ANSWER, signing.HASH: "0" * 128},
        {**signed(), "vnp_Amount": 1500000},
        {**signed(vnp_Message="a"), "vnp_Message": "a|b"},
        signed(vnp_TxnRef="B"),
        signed(vnp_TmnCode="OTHER"),
        signed(vnp_Amount=15000050),
        {**signed(), "vnp_Amount": 15000000.0},
        b"<html>",
        [],
        {},
        b'{"vnp_ResponseCode":"00","vnp_ResponseCode":"00"}',
        {"vnp_ResponseCode": "91", signing.HASH: "00"},
    ],
    ids=range(13),
)
def test_an_answer_that_is_no_evidence_is_asked_again(body: Any) -> None:
    assert isinstance(talk(vnpay().ask(queried("vnpay"), HERE), reply(body)).single, Retry)


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (reply({"vnp_ResponseCode": "91"}), Reject),
        (reply({"vnp_ResponseCode": "95"}), Reject),
        (reply({"vnp_ResponseCode": "03"}), Reject),
        (reply({"vnp_ResponseCode": "97"}), Stop),
        (reply({"vnp_ResponseCode": "94"}), Unknown),
        (reply({"vnp_ResponseCode": "99"}), Unknown),
        (reply({"vnp_ResponseCode": "00"}), Unknown),
        (reply(b"", 502), Unknown),
        (reply(b"", 404), Stop),
        (Lost("time-out"), Unknown),
        (NotSent("refused"), Retry),
    ],
    ids=range(11),
)
def test_a_refund_is_never_guessed(heard: Any, kind: type) -> None:
    verdict = talk(vnpay().refund(refunding("vnpay"), HERE), heard).single
    assert isinstance(verdict, kind)
    if isinstance(verdict, Reject):
        assert follow_up(verdict).data.outcome == "refund_failed"


def test_a_refund_in_doubt_is_asked_and_never_called_absent() -> None:
    for body, kind in (
        (signed(), Unknown),
        (signed(vnp_TransactionType="03", vnp_Amount=5000000, vnp_TransactionStatus="05"), Delivered),
        (signed(vnp_TransactionType="03", vnp_Amount=4000000, vnp_TransactionStatus="05"), Unknown),
        (signed(vnp_TransactionType="03", vnp_Amount=5000000, vnp_TransactionStatus="09"), Reject),
        ({"vnp_ResponseCode": "91"}, Retry),
    ):
        assert isinstance(talk(vnpay().find_refund(refunding("vnpay"), HERE), reply(body)).single, kind)
    verdict = talk(vnpay().ask_refund(refund_queried("vnpay"), HERE), reply(signed())).single
    assert follow_up(verdict).data.outcome == "refunding"


def test_a_notice_and_its_repeats() -> None:
    books = Books("vnpay")
    assert [told(notice(), books) for _ in range(3)] == ["00", "02", "02"]
    (draft,) = books.notices
    said = draft.data
    assert (draft.type, draft.subject) == ("payment.noticed", "TT-1")
    assert (said.order_code, said.outcome, said.amount, said.gateway_reference) == ("TT-1", "paid", 150_000, "14422574")
    assert said.raw == notice()
    assert books.asked == ["A1B2C3"] * 3


def test_what_vnpay_hears() -> None:
    paid = Books("vnpay", {"A1B2C3": AttemptState.PAID})
    failed = {"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02", "vnp_TransactionNo": "0"}
    assert told(notice(), paid) == "02"
    assert told(notice(**failed), Books("vnpay")) == "00"
    assert told(notice(**failed), paid) == "02"
    assert told(notice(), Books("vnpay", {"A1B2C3": AttemptState.EXPIRED})) == "00"
    assert told(notice(), Books("vnpay", outcome="failed")) == "99"
    assert told(notice(), Books("vnpay", outcome="refused")) == "99"
    assert told(notice(vnp_Amount="15000050"), Books("vnpay")) == "99"
    assert told(notice(vnp_TransactionStatus=""), Books("vnpay")) == "99"


def test_money_that_fits_nothing_is_booked_and_answered_truthfully() -> None:
    other, unknown = Books("vnpay"), Books("vnpay", {})
    assert told(notice(vnp_Amount="1500000"), other) == "04"
    assert [draft.data.amount for draft in other.notices] == [15_000]
    assert told(notice(), unknown) == "01"
    (draft,) = unknown.notices
    assert (draft.data.order_code, draft.subject) == (None, "A1B2C3")
    for books in (Books("vnpay"), Books("vnpay", {})):
        failed = notice(vnp_ResponseCode="24", vnp_TransactionStatus="02", vnp_Amount="100")
        assert told(failed, books) in ("04", "01")
        assert books.notices == []


def test_late_success_is_a_notice_of_its_own() -> None:
    books = Books("vnpay")
    assert told(notice(vnp_ResponseCode="24", vnp_TransactionStatus="02"), books) == "00"
    assert told(notice(), books) == "00"
    assert [draft.data.outcome for draft in books.notices] == ["failed", "paid"]


def test_who_came_back_is_shown_and_not_believed() -> None:
    books = Books("vnpay")
    answer = books.lead(vnpay().back(get(notice()), HERE))
    assert json.loads(answer.content) == {
        "genuine": True,
        "known": True,
        "order_code": "TT-1",
        "reference": "A1B2C3",
        "said": "paid",
        "state": "pending",
    }
    assert [draft.data.origin for draft in books.taken.values()] == ["return"]
    assert told(notice(), books) == "00"
    forged = Books("vnpay")
    assert forged.lead(vnpay().back(get(notice() + "0"), HERE)).status == 400
    assert forged.asked == [] and forged.taken == {}
