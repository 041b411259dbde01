"""PayGov: what is sent, what answers mean, what it hears, and formulas. Digests made with openssl and sha256sum."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.digests import hmac_sha256
from adapters.paygov import PaygovSettings, signing
from bus.config.load import load
from bus.processes.payment.policy import PAYGOV
from lienthong import Delivered, Lost, NotSent, Reject, Retry, Stop, Unknown
from schemas.payments import AttemptState

from ..conversation import reply, talk
from .support import FORMULA, KEY, SECRET, Books, at, attempted, follow_up, paygov, post

HERE = at("paygov")
LINK = "https://paygov.example.vn/t/1"
ORDER_ID = "000.00.15.H49-000.00.15.H49-261122-0001-A1B2C3"
NOTICE = {
    "amount": 150000,
    "orderId": ORDER_ID,
    "orderInfo": "Nop le phi ho so",
    "requestCode": "A1B2C3",
    "transactionNo": "14422574",
    "payDate": "20261122083102",
    "payGate": "VIDU",
    "errorCode": "00",
    "type": "1",
    "transactionCode": "GD1",
}
SILENT = {"checksum": None, "notices": False}
PLAIN = {"separator": "|", "place": "last", "algorithm": "sha256", "case": "upper"}


def notice(**changes: Any) -> dict[str, Any]:
    """A notice, rightly signed by the invented formula; what is in a value is signed as it is."""
    said = {**NOTICE, **changes}
    text = "|".join(str(said.get(name) or "") for name in FORMULA["fields"])
    return {**said, "checksum": hmac_sha256(KEY, text)}


def told(document: Any, books: Books | None = None, **changes: Any) -> str:
    answer = (books or Books("paygov")).lead(paygov(**changes).notice(post(document), HERE))
    assert answer.status == 200
    body = json.loads(answer.content)
    assert set(body) == {"error_code", "error_message"}
    return str(body["error_code"])


def test_a_creation_to_the_letter() -> None:
    heard = talk(paygov().create(attempted("paygov"), HERE), reply({"data": {"url": LINK}}))
    assert (heard.request.path, heard.request.write) == ("thanh-toan", True)
    assert (
        heard.request.content
        == (
            '{"partnerCode":"PAYGOV-VIDU","returnUrl":"https://dvc.example.vn/ket-qua",'
            f'"orderId":"{ORDER_ID}","amount":150000,"orderInfo":"Nop le phi ho so",'
            '"requestCode":"A1B2C3","ipAddress":"203.0.113.7"}'
        ).encode()
    )
    made = follow_up(heard.single).data
    assert (made.url, made.memo, made.signed) == (LINK, {"order_id": ORDER_ID}, None)
    assert made.sent.encode() == heard.request.content


def test_a_creation_with_a_checksum_and_a_key() -> None:
    formula = {**PLAIN, "fields": ["partnerCode", "orderId", "amount"]}
    adapter = paygov(request_checksum=formula, access_key="KHOA", service="DV1")
    heard = talk(adapter.create(attempted("paygov"), HERE), reply({"data": {"url": LINK}}))
    sent = json.loads(heard.request.content or b"")
    assert (sent["accessKey"], sent["serviceCode"]) == ("KHOA", "DV1")
    assert sent["checksum"] == "791F48810942D2005404B320B2794C77C22029783CDE4238886267E4A08AD763"
    made = follow_up(heard.single).data
    assert made.signed == f"PAYGOV-VIDU|{ORDER_ID}|150000"
    assert "KHOA" not in made.model_dump_json() and SECRET not in made.model_dump_json()


def test_a_separator_in_what_is_signed_is_refused() -> None:
    formula = {**PLAIN, "fields": ["returnUrl", "amount"]}
    order = {"return_url": "https://dvc.example.vn/a|b"}
    verdict = talk(paygov(request_checksum=formula).create(attempted("paygov", order), HERE)).single
    assert isinstance(verdict, Reject) and (verdict.code, verdict.pointer) == ("separator", "/returnUrl")
    assert follow_up(verdict).data.outcome == "failed"


@pytest.mark.parametrize(
    ("order", "changes", "pointer"),
    [
        ({"payer": None}, {}, "/order/payer/ip"),
        ({"return_url": None}, {}, "/order/return_url"),
        ({}, {"reference": "A-1"}, "/reference"),
        ({}, {"expires_at": "2026-11-22T08:31:02+07:00"}, "/expires_at"),
    ],
)
def test_what_is_not_sent(order: Any, changes: Any, pointer: str) -> None:
    verdict = talk(paygov().create(attempted("paygov", order, **changes), HERE)).single
    assert isinstance(verdict, Reject) and verdict.pointer == pointer
    assert follow_up(verdict).data.outcome == "failed"
    assert isinstance(talk(paygov(unit=None).create(attempted("paygov"), HERE)).single, Reject)


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (reply({"error_code": "FAILED", "error_message": "trung ma"}), Reject),
        (reply({"data": None, "errorCode": "01"}), Reject),
        (reply({"data": {}}), Reject),
        (reply({"data": "x"}), Reject),
        (reply({"data": {"url": "javascript:alert(1)"}}), Reject),
        (reply({"errorCode": "01"}, 400), Reject),
        (reply({"data": {"url": "https://a b"}}), Unknown),
        (reply({"data": {"url": 7}}), Unknown),
        (reply({}), Unknown),
        (reply(b"<html>"), Unknown),
        (reply(b"", 502), Unknown),
        (reply(b"", 404), Stop),
        (reply(b"", 401), Stop),
        (Lost("x"), Unknown),
        (NotSent("x"), Retry),
    ],
    ids=range(15),
)
def test_what_answers_mean(heard: Any, kind: type) -> None:
    verdict = talk(paygov().create(attempted("paygov"), HERE), heard).single
    assert isinstance(verdict, kind), verdict
    if isinstance(verdict, Reject):
        assert follow_up(verdict).data.outcome == "failed"


def test_it_cannot_be_asked() -> None:
    adapter = paygov()
    assert set(adapter.operations) == {"create"} and adapter.lookups == {}
    assert adapter.on_unknown(adapter.operations["create"]) == "resend"
    assert (PAYGOV.queries, PAYGOV.refunds, PAYGOV.refund_queries) == (False, False, False)
    same = [talk(adapter.create(attempted("paygov"), at("paygov", n)), reply({"data": {"url": LINK}})) for n in (1, 2)]
    assert same[0].request.content == same[1].request.content
    assert isinstance(same[0].single, Delivered)


def test_a_notice_and_its_repeats() -> None:
    document = {**NOTICE, "checksum": "0000530d879b0d0d7fb2c22381e28fed2ffdbc53c767b15efeb408f0c9aaa9bf"}
    books = Books("paygov")
    assert [told(document, books) for _ in range(3)] == ["SUCCESSFUL"] * 3
    (draft,) = books.notices
    said = draft.data
    assert (said.order_code, said.reference, said.outcome, said.amount) == ("TT-1", "A1B2C3", "paid", 150_000)
    assert said.gateway_reference == "14422574"


def test_what_is_not_covered_is_not_believed() -> None:
    """Otherwise a stranger could send a genuine notice again under another number, as further money."""
    uncovered = {**FORMULA, "fields": ["orderId", "amount", "errorCode"]}
    text = f"{ORDER_ID}|150000|00"
    books = Books("paygov")
    for number in ("1", "2"):
        document = {**NOTICE, "transactionNo": number, "payDate": number, "checksum": hmac_sha256(KEY, text)}
        assert told(document, books, checksum=uncovered) == "SUCCESSFUL"
    (draft,) = books.notices
    assert (draft.data.gateway_reference, draft.data.written_at, draft.data.bank) == (None, None, None)


def test_what_paygov_hears() -> None:
    assert told(notice(), Books("paygov", {"A1B2C3": AttemptState.PAID})) == "SUCCESSFUL"
    assert told(notice(), Books("paygov", outcome="failed")) == "FAILED"
    for books in (Books("paygov", {}), Books("paygov", amount=1)):
        assert told(notice(), books) == "FAILED"
        assert len(books.notices) == 1
    assert told(notice(), Books("paygov"), notices=False) == "FAILED"


@pytest.mark.parametrize(("code", "outcome"), [("24", "failed"), ("0", "unclear"), ("99", "unclear"), ("", "unclear")])
def test_paid_is_00_alone(code: str, outcome: str) -> None:
    books = Books("paygov")
    assert told(notice(errorCode=code), books, codes={"24": "failed"}) == "SUCCESSFUL"
    assert books.notices[0].data.outcome == outcome


def test_a_formula_with_names_md5_and_the_secret_in_front() -> None:
    fields = ["amount", "orderId", "errorCode"]
    weak = {"fields": fields, "separator": "&", "place": "first", "algorithm": "md5", "case": "lower", "named": True}
    document = {**NOTICE, "checksum": "4051c863008f9006c2cdf31466cfe0b7"}
    assert told(document, checksum=weak) == "SUCCESSFUL"
    assert told({**document, "amount": 1}, checksum=weak) == "FAILED"
    strong = {**weak, "place": "key", "algorithm": "hmac-sha512"}
    made = (
        "068f4204eef23cdf03d4e74487fa0da68883b26fcacd3c3493f6c6eaf819f861"
        "9de55bb701d1db5815f234fb874940170a65336ef8aa160850697d169ed1ab2a"
    )
    assert told({**NOTICE, "checksum": made.upper()}, checksum=strong) == "SUCCESSFUL"


def test_our_own_part_of_the_formula_is_ours() -> None:
    formula = {**FORMULA, "fields": ["accessKey", "partnerCode", *FORMULA["fields"]]}
    rest = f"{ORDER_ID}|A1B2C3|150000|14422574|00"
    for access, partner, heard in (("KHOA", "PAYGOV-VIDU", "SUCCESSFUL"), ("SAI", "PAYGOV-KHAC", "FAILED")):
        said = {**NOTICE, "accessKey": access, "partnerCode": partner}
        document = {**said, "checksum": hmac_sha256(KEY, f"{access}|{partner}|{rest}")}
        assert told(document, checksum=formula, access_key="KHOA") == heard


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"checksum": None}, "checksum"),
        ({"secret": None}, "secret"),
        ({**SILENT, "secret": None, "request_checksum": {**PLAIN, "fields": ["amount"]}}, "secret"),
        ({"checksum": {**FORMULA, "fields": ["orderId", "errorCode"]}}, "checksum"),
        ({"checksum": {**FORMULA, "fields": ["orderId", "amount"]}}, "checksum"),
        ({"checksum": {**FORMULA, "fields": ["amount", "errorCode"]}}, "checksum"),
        ({"checksum": {**FORMULA, "fields": [*FORMULA["fields"], "amount"]}}, "checksum"),
        ({"checksum": {**FORMULA, "fields": [*FORMULA["fields"], "accessKey"]}}, "access_key"),
        *[({"checksum": {**FORMULA, "separator": one}}, "checksum") for one in ("", "||", "=", "a", "1", "_")],
        ({"checksum": {**FORMULA, "place": "last"}}, "checksum"),
        ({"checksum": {**FORMULA, "algorithm": "md5"}}, "checksum"),
        ({"checksum": {**FORMULA, "algorithm": "crc32"}}, "checksum"),
        *[({"checksum": {k: v for k, v in FORMULA.items() if k != name}}, "checksum") for name in FORMULA],
    ],
)  # fmt: skip
def test_half_a_formula_is_none(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as error:
        paygov(**changes)
    assert {one["loc"][0] for one in error.value.errors()} == {place}


def test_check_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "bus.yaml"
    file.write_text(
        "version: 1\nunit: 000.00.00.H49\nclients: {}\nledger: {url: 'sqlite:///lienthong.db'}\nsystems:\n"
        "  paygov:\n    adapter: paygov\n    connect: {base_url: 'https://lgsp.example.vn'}\n"
        "    settings: {partner: PAYGOV-VIDU, path: thanh-toan}\n",
        encoding="utf-8",
    )
    (found,) = load(file, {}).errors
    said = str(found)
    assert "checksum" in said and "publishes no formula" in said and "set notices to false" in said
    assert PaygovSettings.model_validate({"partner": "P", "path": "a", "notices": False}).checksum is None


def test_digests_cover_every_field() -> None:
    settings = paygov().settings
    assert settings.checksum is not None and settings.secret is not None
    made = signing.digest(settings.checksum, NOTICE, settings.secret)
    for name in FORMULA["fields"]:
        assert signing.digest(settings.checksum, {**NOTICE, name: "7"}, settings.secret) != made
