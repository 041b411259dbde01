"""ZaloPay: what is sent to the letter, what answers mean, and what ZaloPay hears. Digests made with openssl."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.digests import hmac_sha256
from adapters.zalopay import signing
from lienthong import Absent, Delivered, Lost, NotSent, Reject, Retry, Stop, Unknown
from schemas.payments import AttemptState

from ..conversation import reply, talk
from .support import KEY, Books, at, attempted, follow_up, get, post, queried, refund_queried, refunding, zalopay

HERE = at("zalopay")
CREATED = {"return_code": 1, "return_message": "ok", "order_url": "https://qcgate.example.vn/1", "qr_code": "00020101"}
PAID = {"return_code": 1, "return_message": "ok", "amount": 150_000, "zp_trans_id": 261122000000389}


def callback(**changes: Any) -> dict[str, Any]:
    """A callback, rightly signed."""
    data = {
        "app_id": 2554,
        "app_trans_id": "261122_A1B2C3",
        "app_time": 1795311000000,
        "app_user": "lienthong",
        "amount": 150000,
        "embed_data": "{}",
        "item": "[]",
        "zp_trans_id": 261122000000389,
        "server_time": 1795311062000,
        "channel": 38,
        "merchant_user_id": "",
        "user_fee_amount": 0,
        "discount_amount": 0,
    }
    text = json.dumps(data | changes, ensure_ascii=False, separators=(",", ":"))
    return {"data": text, "mac": hmac_sha256(KEY, text), "type": 1}


def told(document: Any, books: Books | None = None) -> int:
    answer = (books or Books("zalopay")).lead(zalopay().notice(post(document), HERE))
    assert answer.status == 200
    code = json.loads(answer.content)["return_code"]
    assert isinstance(code, int)
    return code


def test_a_creation_to_the_letter() -> None:
    heard = talk(zalopay().create(attempted("zalopay"), HERE), reply(CREATED))
    assert (heard.request.path, heard.request.write) == ("v2/create", True)
    assert (
        heard.request.content
        == (
            '{"app_id":2554,"app_user":"lienthong","app_trans_id":"261122_A1B2C3","app_time":1795311000000,'
            '"amount":150000,"description":"Nộp lệ phí hồ sơ","item":"[]",'
            '"embed_data":"{\\"redirecturl\\":\\"https://dvc.example.vn/ket-qua\\"}","expire_duration_seconds":900,'
            '"bank_code":"","mac":"856ceab68744159bf6be2ce5fa060a0aa8e9900881b9f034348b0ef7ecb316e2"}'
        ).encode()
    )
    made = follow_up(heard.single).data
    assert (made.url, made.qr, made.memo) == (
        "https://qcgate.example.vn/1",
        "00020101",
        {"app_trans_id": "261122_A1B2C3"},
    )
    assert made.sent.encode() == heard.request.content


def test_the_day_is_that_of_vietnam() -> None:
    late = attempted("zalopay", created_at="2026-11-21T17:30:00+00:00", expires_at="2026-11-22T08:45:00+07:00")
    heard = talk(zalopay().create(late, HERE), reply(CREATED))
    assert json.loads(heard.request.content or b"")["app_trans_id"] == "261122_A1B2C3"


def test_a_pipe_in_what_is_signed_is_refused() -> None:
    verdict = talk(zalopay().create(attempted("zalopay", {"return_url": "https://dvc.example.vn/a|b"}), HERE)).single
    assert isinstance(verdict, Reject) and (verdict.code, verdict.pointer) == ("pipe", "/embed_data")
    assert follow_up(verdict).data.outcome == "failed"


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (reply({"return_code": 2, "sub_return_code": -402}), Stop),
        (reply({"return_code": 2, "sub_return_code": -53}), Stop),
        (reply({"return_code": 2, "sub_return_code": -401}), Reject),
        (reply({"return_code": 2, "sub_return_code": -68}), Reject),
        (reply({"return_code": 2, "sub_return_code": -429}), Retry),
        (reply({"return_code": 2, "sub_return_code": -500}), Unknown),
        (reply({"return_code": 2, "sub_return_code": -999}), Unknown),
        (reply({"return_code": 2, "sub_return_code": -31337}), Unknown),
        (reply({"return_code": 3}), Unknown),
        (reply({"return_code": 1}), Unknown),
        (reply({**CREATED, "order_url": "no link"}), Unknown),
        (reply(b"", 500), Unknown),
        (reply(b"", 404), Stop),
        (Lost("x"), Unknown),
        (NotSent("x"), Retry),
    ],
    ids=range(15),
)
def test_what_answers_to_a_creation_mean(heard: Any, kind: type) -> None:
    verdict = talk(zalopay().create(attempted("zalopay"), HERE), heard).single
    assert isinstance(verdict, kind), verdict
    if isinstance(verdict, Reject):
        assert follow_up(verdict).data.outcome == "failed"


def test_a_creation_in_doubt_is_asked() -> None:
    for body, kind in (
        ({"return_code": 2, "sub_return_code": -101}, Absent),
        ({"return_code": 2}, Absent),
        ({"return_code": 3}, Reject),
        (PAID, Delivered),
        ({"return_code": 2, "sub_return_code": -500}, Retry),
    ):
        assert isinstance(talk(zalopay().find(attempted("zalopay"), HERE), reply(body)).single, kind)


def test_a_query_to_the_letter() -> None:
    heard = talk(zalopay().ask(queried("zalopay"), HERE), reply(PAID))
    assert not heard.request.write
    assert heard.request.content == (
        b'{"app_id":2554,"app_trans_id":"261122_A1B2C3",'
        b'"mac":"b1cd44b22b637e07dab72334e354cecd72334f66999087a6691fc093c14704eb"}'
    )
    said = follow_up(heard.single).data
    assert (said.outcome, said.amount, said.gateway_reference) == ("paid", 150_000, "261122000000389")
    assert isinstance(talk(zalopay().ask(queried("zalopay"), HERE), reply({"return_code": 1})).single, Retry)


@pytest.mark.parametrize(
    ("result", "sub", "outcome"),
    [
        (3, "", "pending"),
        (2, "", "failed"),
        (2, -54, "expired"),
        (2, -322, "expired"),
        (2, -329, "failed"),
        (2, -101, "not_found"),
        (3, -101, "pending"),
        (2, -31337, "failed"),
        (7, "", "unclear"),
    ],
)
def test_what_a_query_says(result: int, sub: Any, outcome: str) -> None:
    body = {"return_code": result, "sub_return_code": sub}
    assert follow_up(talk(zalopay().ask(queried("zalopay"), HERE), reply(body)).single).data.outcome == outcome


@pytest.mark.parametrize(("sub", "kind"), [(-500, Retry), (-32, Retry), (-429, Retry), (-402, Stop), (-401, Reject)])
def test_a_query_that_was_refused(sub: int, kind: type) -> None:
    body = {"return_code": 2, "sub_return_code": sub}
    assert isinstance(talk(zalopay().ask(queried("zalopay"), HERE), reply(body)).single, kind)


def test_a_refund_to_the_letter() -> None:
    heard = talk(zalopay().refund(refunding("zalopay"), HERE), reply({"return_code": 3, "refund_id": 990}))
    assert heard.request.content == (
        b'{"app_id":2554,"m_refund_id":"261123_2554_RF1","zp_trans_id":"14422574","amount":50000,'
        b'"timestamp":1795311062000,"description":"Hoan tien A1B2C3",'
        b'"mac":"24dc003b13e5b665dfbdfd31607766543088bc23e254f72b2080daf7f53642a8"}'
    )
    said = follow_up(heard.single).data
    assert (said.outcome, said.gateway_refund_reference) == ("refunding", "990")
    asked = talk(zalopay().ask_refund(refund_queried("zalopay"), HERE), reply({"return_code": 1}))
    assert json.loads(asked.request.content or b"")["mac"] == (
        "86fe01b5304a301b5f94a443b3ca4e101a63918a655edbcff117329f4011cb88"
    )
    assert follow_up(asked.single).data.outcome == "refunded"


@pytest.mark.parametrize(
    ("result", "sub", "kind", "outcome"),
    [
        (1, "", Delivered, "refunded"),
        (2, -1, Delivered, "refunding"),
        (2, -14, Reject, "refund_failed"),
        (2, -401, Reject, "refund_failed"),
        (2, -31337, Reject, "refund_failed"),
        (2, -23, Unknown, None),
        (2, -500, Unknown, None),
        (2, -429, Retry, None),
        (2, -402, Stop, None),
        (9, "", Unknown, None),
    ],
)
def test_a_refund_is_never_guessed(result: int, sub: Any, kind: type, outcome: str | None) -> None:
    body = {"return_code": result, "sub_return_code": sub}
    verdict = talk(zalopay().refund(refunding("zalopay"), HERE), reply(body)).single
    assert isinstance(verdict, kind), verdict
    assert outcome is None or follow_up(verdict).data.outcome == outcome


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"return_code": 1, "refund_id": 9}, Delivered),
        ({"return_code": 3}, Delivered),
        ({"return_code": 2, "sub_return_code": -1}, Delivered),
        ({"return_code": 2, "sub_return_code": 0}, Reject),
        ({"return_code": 2, "sub_return_code": -101}, Absent),
        ({"return_code": 2, "sub_return_code": -13}, Retry),
        ({"return_code": 2, "sub_return_code": -500}, Retry),
    ],
)
def test_a_refund_in_doubt_is_asked(body: dict[str, Any], kind: type) -> None:
    said = refunding("zalopay", created_at="2026-11-22T08:31:00+07:00")
    assert isinstance(talk(zalopay().find_refund(said, HERE), reply(body)).single, kind)


def test_a_refund_of_yesterday_that_zalopay_does_not_know_is_not_sent_again() -> None:
    """Its id names the day: it would be refused, and that refusal would say nothing about the first."""
    said = refunding("zalopay", created_at="2026-11-21T23:59:59+07:00")
    unknown = {"return_code": 2, "sub_return_code": -101}
    assert isinstance(talk(zalopay().find_refund(said, HERE), reply(unknown)).single, Unknown)


@pytest.mark.parametrize(
    ("result", "sub", "outcome"),
    [
        (1, 1, "refunded"),
        (3, 3, "refunding"),
        (2, 0, "refund_failed"),
        (2, -1, "refunding"),
        # the question overtook the refund, which waits to be sent: it may still take effect
        (2, -101, "refund_not_found"),
    ],
)
def test_what_became_of_a_refund(result: int, sub: int, outcome: str) -> None:
    body = {"return_code": result, "sub_return_code": sub}
    verdict = talk(zalopay().ask_refund(refund_queried("zalopay"), HERE), reply(body)).single
    assert follow_up(verdict).data.outcome == outcome


@pytest.mark.parametrize("sub", [-13, -24, -25, -26, -401, -500])
def test_a_question_about_a_refund_that_is_refused_says_nothing_about_the_refund(sub: int) -> None:
    body = {"return_code": 2, "sub_return_code": sub}
    verdict = talk(zalopay().ask_refund(refund_queried("zalopay"), HERE), reply(body)).single
    assert not isinstance(verdict, Delivered) and not getattr(verdict, "follow_ups", ())


def test_a_callback_and_its_repeats() -> None:
    books = Books("zalopay")
    assert [told(callback(), books) for _ in range(3)] == [1, 2, 2]
    (draft,) = books.notices
    said = draft.data
    assert (said.order_code, said.reference, said.outcome, said.amount) == ("TT-1", "A1B2C3", "paid", 150_000)
    assert (said.gateway_reference, said.terminal, said.raw) == ("261122000000389", "2554", callback()["data"])


def test_what_zalopay_hears() -> None:
    assert told(callback(), Books("zalopay", {"A1B2C3": AttemptState.PAID})) == 2
    assert told(callback(), Books("zalopay", outcome="failed")) == 0
    for books in (Books("zalopay", {}), Books("zalopay", amount=1)):
        assert told(callback(), books) == 2
        assert len(books.notices) == 1


def test_who_came_back() -> None:
    said: dict[str, Any] = {
        "appid": "2554",
        "apptransid": "261122_A1B2C3",
        "pmcid": "38",
        "bankcode": "",
        "amount": "150000",
        "discountamount": "0",
        "status": "1",
    }
    query = "&".join(f"{name}={value}" for name, value in said.items())
    checksum = hmac_sha256(KEY, "2554|261122_A1B2C3|38||150000|0|1")
    books = Books("zalopay")
    answer = books.lead(zalopay().back(get(f"{query}&checksum={checksum}"), HERE))
    assert json.loads(answer.content)["said"] == "paid"
    assert books.notices == []
    assert books.lead(zalopay().back(get(f"{query}&checksum=0"), HERE)).status == 400
    shifted = {**said, "pmcid": "38|", "bankcode": ""}
    assert not signing.genuine_redirect({**shifted, "checksum": checksum}, KEY)
