"""MoMo: what is sent to the letter, what answers mean, and what MoMo hears. Digests made with openssl."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from adapters.momo import codes, signing
from lienthong import Absent, Delivered, Lost, NotSent, Reject, Retry, Stop, Unknown
from schemas.payments import AttemptState

from ..conversation import reply, talk
from .support import KEY, Books, at, attempted, follow_up, get, momo, post, queried, refund_queried, refunding

HERE = at("momo")
NOTICE: dict[str, Any] = {
    "partnerCode": "VIDU",
    "orderId": "A1B2C3",
    "requestId": "A1B2C3",
    "amount": 150_000,
    "orderInfo": "Nộp lệ phí hồ sơ",
    "orderType": "momo_wallet",
    "transId": 4610849895,
    "resultCode": 0,
    "message": "Thành công.",
    "payType": "qr",
    "responseTime": 1795311062000,
    "extraData": "",
}
CREATED = {
    "partnerCode": "VIDU",
    "requestId": "A1B2C3",
    "orderId": "A1B2C3",
    "amount": 150_000,
    "responseTime": 1795311062000,
    "message": "Thành công.",
    "resultCode": 0,
    "payUrl": "https://pay.example.vn/p/1",
    "deeplink": "momo://app?action=pay",
    "qrCodeUrl": "momo://qr/1",
}
STATE = {"partnerCode": "VIDU", "orderId": "A1B2C3", "amount": 150_000, "transId": 4610849895, "resultCode": 0}


def signed(**changes: Any) -> dict[str, Any]:
    """A notice, rightly signed."""
    said = {**NOTICE, **changes}
    return {**said, "signature": signing.signature(signing.NOTICE, said, "KHOA", KEY)}


def told(document: Any, books: Books | None = None) -> int:
    return (books or Books("momo")).lead(momo().notice(post(document), HERE)).status


def sent(request: Any) -> dict[str, Any]:
    found = json.loads(request.content)
    assert isinstance(found, dict)
    return found


def test_a_creation_to_the_letter() -> None:
    heard = talk(momo().create(attempted("momo"), HERE), reply(CREATED))
    assert (heard.request.path, heard.request.write, heard.request.timeout) == ("v2/gateway/api/create", True, 30)
    assert (
        heard.request.content
        == (
            '{"partnerCode":"VIDU","requestId":"A1B2C3","orderId":"A1B2C3","lang":"vi","amount":150000,'
            '"orderInfo":"Nộp lệ phí hồ sơ","redirectUrl":"https://dvc.example.vn/ket-qua",'
            '"ipnUrl":"https://truc.example.vn/in/momo/notice","requestType":"captureWallet","extraData":"",'
            '"autoCapture":true,"signature":"6e952a3320da64ee16aff3b005f8780b0d7135010307c79e421424280eb41f83"}'
        ).encode()
    )
    made = follow_up(heard.single).data
    assert (made.url, made.app_url, made.qr) == ("https://pay.example.vn/p/1", "momo://app?action=pay", "momo://qr/1")
    assert made.sent.encode() == heard.request.content
    assert made.signed.startswith("accessKey=***&amount=150000&") and "KHOA" not in made.model_dump_json()


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (reply({**CREATED, "resultCode": 11}, 403), Stop),
        (reply({"resultCode": 13}, 400), Stop),
        (reply({"resultCode": 20}, 400), Reject),
        (reply({"resultCode": 22}), Reject),
        (reply({"resultCode": 40}), Reject),
        (reply({"resultCode": 41}), Reject),
        (reply({"resultCode": 1004}), Reject),
        (reply({"resultCode": 10}), Unknown),
        (reply({"resultCode": 43}), Unknown),
        (reply({"resultCode": 99}), Unknown),
        (reply({"resultCode": 12345}), Unknown),
        (reply({**CREATED, "orderId": "B"}), Unknown),
        (reply({**CREATED, "amount": 1}), Unknown),
        (reply({**CREATED, "payUrl": None, "deeplink": None, "qrCodeUrl": ""}), Unknown),
        (reply({**CREATED, "payUrl": "no link"}), Unknown),
        (reply(b"<html>"), Unknown),
        (reply(b"", 500), Unknown),
        (reply(b"", 404), Stop),
        (Lost("x"), Unknown),
        (NotSent("x"), Retry),
    ],
    ids=range(20),
)
def test_what_answers_to_a_creation_mean(heard: Any, kind: type) -> None:
    verdict = talk(momo().create(attempted("momo"), HERE), heard).single
    assert isinstance(verdict, kind), verdict
    if isinstance(verdict, Reject):
        assert follow_up(verdict).data.outcome == "failed"


def test_amounts_that_momo_does_not_take() -> None:
    line = {"kind": "fee", "name": "Phí", "amount": 999}
    message = attempted("momo", {"lines": [line], "amount": 999}, amount=999)
    verdict = talk(momo().create(message, HERE)).single
    assert isinstance(verdict, Reject) and (verdict.code, verdict.pointer) == ("amount-out-of-range", "/amount")
    ambiguous = talk(momo().create(attempted("momo", {"text": "x&partnerCode=y"}), HERE)).single
    assert isinstance(ambiguous, Reject) and (ambiguous.code, ambiguous.pointer) == ("ambiguous", "/orderInfo")
    link = attempted("momo", {"return_url": "https://dvc.example.vn/ket-qua?ma=1&amount=5&orderId=2"})
    assert isinstance(talk(momo().create(link, HERE), reply(CREATED)).single, Delivered)


def test_a_creation_in_doubt_is_asked() -> None:
    for body, kind in (
        ({"resultCode": 42}, Absent),
        ({**STATE, "resultCode": 1000}, Reject),
        ({**STATE, "resultCode": 1005}, Reject),
        (STATE, Delivered),
        ({**STATE, "orderId": "B"}, Unknown),
        ({"resultCode": 99}, Retry),
    ):
        heard = talk(momo().find(attempted("momo"), HERE), reply(body))
        assert not heard.request.write
        assert isinstance(heard.single, kind)


def test_a_query_to_the_letter() -> None:
    heard = talk(momo().ask(queried("momo"), HERE), reply(STATE))
    assert sent(heard.request) == {
        "partnerCode": "VIDU",
        "requestId": "A1B2C3-q1-1",
        "orderId": "A1B2C3",
        "lang": "vi",
        "signature": "7d637019330a5591684008632e079d2af2319e0a5230161535c49ed79f58072e",
    }
    said = follow_up(heard.single).data
    assert (said.outcome, said.amount, said.gateway_reference) == ("paid", 150_000, "4610849895")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (0, "paid"),
        (9000, "paid"),
        (1000, "pending"),
        (7000, "pending"),
        (7002, "pending"),
        (8000, "pending"),
        (1005, "expired"),
        (1003, "failed"),
        (42, "not_found"),
        (31337, "unclear"),
    ],
)
def test_what_a_query_says(code: int, outcome: str) -> None:
    verdict = talk(momo().ask(queried("momo"), HERE), reply({**STATE, "resultCode": code})).single
    assert follow_up(verdict).data.outcome == outcome


@pytest.mark.parametrize(("code", "kind"), [(10, Retry), (43, Retry), (99, Retry), (13, Stop), (20, Reject)])
def test_a_query_that_was_refused(code: int, kind: type) -> None:
    assert isinstance(talk(momo().ask(queried("momo"), HERE), reply({"resultCode": code})).single, kind)
    assert isinstance(talk(momo().ask(queried("momo"), HERE), reply({**STATE, "orderId": "B"})).single, Retry)


def test_a_refund_to_the_letter() -> None:
    heard = talk(momo().refund(refunding("momo"), HERE), reply({"resultCode": 0, "transId": 777, "orderId": "RF1"}))
    assert sent(heard.request) == {
        "partnerCode": "VIDU",
        "requestId": "RF1",
        "orderId": "RF1",
        "lang": "vi",
        "amount": 50_000,
        "transId": 14422574,
        "description": "Hoan tien A1B2C3",
        "signature": "83d243379c54e57f8b6e838de0c2e46a4b18b3a0037af24c8bf6433dba1764d2",
    }
    said = follow_up(heard.single).data
    assert (said.outcome, said.refund_reference, said.gateway_refund_reference) == ("refunded", "RF1", "777")
    without = talk(momo().refund(refunding("momo", gateway_reference=None), HERE)).single
    assert isinstance(without, Reject) and without.pointer == "/gateway_reference"


@pytest.mark.parametrize(
    ("code", "kind", "outcome"),
    [
        (7002, Delivered, "refunding"),
        (1081, Reject, "refund_failed"),
        (1088, Reject, "refund_failed"),
        (22, Reject, "refund_failed"),
        (1080, Unknown, None),
        (40, Unknown, None),
        (41, Unknown, None),
        (43, Unknown, None),
        (99, Unknown, None),
        (4242, Unknown, None),
        (13, Stop, None),
    ],
)
def test_a_refund_is_never_guessed(code: int, kind: type, outcome: str | None) -> None:
    verdict = talk(momo().refund(refunding("momo"), HERE), reply({"resultCode": code})).single
    assert isinstance(verdict, kind)
    assert outcome is None or follow_up(verdict).data.outcome == outcome


def test_a_refund_that_is_asked_about() -> None:
    listed = {"resultCode": 0, "refundTrans": [{"orderId": "RF1", "amount": 50_000, "resultCode": 0, "transId": 777}]}
    other = {"resultCode": 0, "refundTrans": []}
    heard = talk(momo().ask_refund(refund_queried("momo"), HERE), reply(listed))
    assert heard.request.path == "v2/gateway/api/refund/query"
    assert sent(heard.request)["signature"] == "ec5b23a6f7cd7abdcfbcccf1eed4848f3dc92b435b1ef10f7a13396a97ba8203"
    assert follow_up(heard.single).data.gateway_refund_reference == "777"
    for body, outcome in ((other, "refund_not_found"), ({"resultCode": 42}, "refund_not_found"), (listed, "refunded")):
        verdict = talk(momo().ask_refund(refund_queried("momo"), HERE), reply(body)).single
        assert follow_up(verdict).data.outcome == outcome
    for body, kind in (
        (listed, Delivered),
        (other, Absent),
        ({"resultCode": 42}, Absent),
        ({"resultCode": 1080}, Retry),
    ):
        assert isinstance(talk(momo().find_refund(refunding("momo"), HERE), reply(body)).single, kind)
    by_payment = momo(refund_query_by="payment").ask_refund(refund_queried("momo"), HERE)
    assert sent(talk(by_payment, reply(listed)).request)["orderId"] == "A1B2C3"


def test_a_notice_and_its_repeats() -> None:
    books = Books("momo")
    assert [told(signed(), books), told(signed(responseTime=1795311099000), books)] == [204, 204]
    (draft,) = books.notices
    said = draft.data
    assert (said.order_code, said.outcome, said.amount, said.gateway_reference) == (
        "TT-1",
        "paid",
        150_000,
        "4610849895",
    )
    assert said.at.isoformat() == "2026-11-22T08:31:02+07:00"


def test_what_momo_hears() -> None:
    assert told(signed(resultCode=1003)) == 204
    assert told(signed(), Books("momo", {"A1B2C3": AttemptState.PAID})) == 204
    assert told(signed(), Books("momo", outcome="failed")) == 503
    assert told(signed(resultCode=1003), Books("momo", {})) == 404
    for books in (Books("momo", {}), Books("momo", amount=1)):
        assert told(signed(), books) == 204
        assert len(books.notices) == 1


def test_who_came_back() -> None:
    books = Books("momo")
    query = urlencode({name: str(value) for name, value in signed().items()})
    answer = books.lead(momo().back(get(query), HERE))
    assert json.loads(answer.content)["said"] == "paid"
    assert books.notices == []
    assert books.lead(momo().back(get(query.replace("150000", "1")), HERE)).status == 400


def test_every_code_is_in_a_table() -> None:
    known = set(codes.RESULTS) | set(codes.CALLS) | set(codes.REFUNDS)
    assert {"0", "10", "1001", "1026", "1080", "1088", "2019", "4100", "9000"} <= known
