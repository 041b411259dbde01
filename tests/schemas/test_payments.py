"""Money in canonical form: what passes, what is refused, what is personal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.masking import mask, personal_pointers
from schemas.payments import LevyKind, Notice, PaymentOrder
from schemas.payments.types import TYPES as PAYMENTS
from schemas.registry import TYPES, Flaw, json_schema, validate

ORDER: dict[str, Any] = {
    "order_code": "DON-1",
    "dossier_code": "000.00.15.H49-261120-0001",
    "procedure_code": "9.999999",
    "lines": [
        {"kind": "fee", "code": "PHI-01", "name": "Phí thẩm định ví dụ", "amount": 30_000},
        {"kind": "charge", "name": "Lệ phí ví dụ", "amount": 15_000},
        {"kind": "charge", "name": "Lệ phí khác", "amount": 5_000},
    ],
    "amount": 50_000,
    "beneficiary": {"account": "3511.0.1054321.00000", "bank": "970436", "name": "Kho bạc Ví Dụ"},
    "payer": {"name": "Nguyễn Văn Ví Dụ", "number": "022999999999", "ip": "203.0.113.7"},
    "text": "Nop phi ho so",
}
NOTICE: dict[str, Any] = {
    "order_code": "DON-1",
    "system": "vnpay",
    "reference": "ABCDEFGHIJKLM01",
    "gateway_reference": "14226112",
    "origin": "notice",
    "outcome": "paid",
    "amount": 50_000,
    "codes": [{"name": "vnp_ResponseCode", "value": "00"}, {"name": "vnp_BankTranNo", "value": ""}],
    "written_at": "20261120081500",
    "at": "2026-11-20T08:15:00+07:00",
    "raw": "vnp_Amount=5000000&vnp_OrderInfo=Nguyen+Van+Vi+Du",
}


def order(**changes: Any) -> list[Flaw]:
    return validate("payment.requested", None, json.dumps(ORDER | changes).encode())


def notice(**changes: Any) -> list[Flaw]:
    return validate("payment.noticed", None, json.dumps(NOTICE | changes).encode())


def codes(flaws: list[Flaw]) -> set[tuple[str, str]]:
    return {(flaw.code, flaw.pointer) for flaw in flaws}


def test_good_ones_pass() -> None:
    assert order() == []
    assert notice() == []


def test_phi_and_le_phi_are_added_up_apart() -> None:
    read = PaymentOrder.model_validate(ORDER)
    assert (read.total(LevyKind.FEE), read.total(LevyKind.CHARGE), read.total(LevyKind.FINE)) == (30_000, 20_000, 0)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=20), st.integers(-3, 3))
def test_the_amount_is_the_sum_of_the_lines(amounts: list[int], off: int) -> None:
    lines = [{"kind": "fee", "name": "Phí ví dụ", "amount": amount} for amount in amounts]
    total = sum(amounts) + off
    if total >= 1:
        assert bool(order(lines=lines, amount=total)) is (off != 0)


@pytest.mark.parametrize("amount", [0, -1, 45_000.0, "45000", True, 10**15 + 1])
def test_an_amount_is_a_positive_whole_number_of_dong(amount: object) -> None:
    line = {"kind": "fee", "name": "Phí ví dụ", "amount": amount}
    assert "/lines/0/amount" in {flaw.pointer for flaw in order(lines=[line], amount=amount)}


def test_an_order_needs_a_line_and_pays_in_dong() -> None:
    assert "/lines" in {flaw.pointer for flaw in order(lines=[])}
    assert codes(order(currency="USD")) == {("not-in-list", "/currency")}


def test_amounts_and_currencies_of_a_notice_pass_as_they_came() -> None:
    assert notice(amount=1, currency="USD") == []
    assert notice(outcome="failed", amount=0) == []


@pytest.mark.parametrize("amount", [None, 0])
def test_paid_says_how_much(amount: int | None) -> None:
    assert codes(notice(amount=amount)) == {("amount-missing", "")}


@pytest.mark.parametrize("reference", ["A|B", "A B", "-A", "A-", "Ă", "A\n", "A" * 61, ""])
def test_a_reference_fits_every_gateway(reference: str) -> None:
    """A `|` in a field moves the borders of a pipe-joined digest; it never gets that far."""
    assert "/reference" in {flaw.pointer for flaw in notice(reference=reference)}


def test_unknown_words_are_refused() -> None:
    assert codes(notice(outcome="ok", origin="rumour", vnp_Amount=1)) == {
        ("not-in-list", "/outcome"),
        ("not-in-list", "/origin"),
        ("unknown-field", "/vnp_Amount"),
    }


def test_personal_data_is_masked_and_money_is_not() -> None:
    seen = mask("payment.requested", ORDER)
    assert seen["payer"]["name"] == "N***ụ"
    assert seen["payer"]["number"] == "022*****999"
    assert seen["payer"]["ip"] == "2***7"
    assert seen["amount"] == 50_000
    assert seen["lines"][0]["name"] == "Phí thẩm định ví dụ"
    seen = mask("payment.noticed", NOTICE)
    assert seen["raw"] == "v***u"
    assert (seen["reference"], seen["codes"][0]["value"]) == ("ABCDEFGHIJKLM01", "00")


@pytest.mark.parametrize(
    ("type", "pointers"),
    [
        ("payment.opened", {"/url", "/app_url", "/qr", "/sent", "/signed", "/memo"}),
        ("payment.queried", {"/memo"}),
        ("payment.refund_requested", {"/reason", "/officer"}),
        ("payment.refund_attempted", {"/reason", "/officer", "/memo"}),
        ("payment.paid", set()),
        ("payment.surplus", set()),
        ("receipt.issued", {"/url", "/content"}),
        ("settlement.listed", set()),
    ],
)
def test_what_is_personal(type: str, pointers: set[str]) -> None:
    assert set(personal_pointers(PAYMENTS[type])) == pointers


def test_an_attempt_is_as_personal_as_its_order() -> None:
    found = personal_pointers(PAYMENTS["payment.attempted"])
    assert {"/order/payer/name", "/order/payer/number", "/order/text"} <= set(found)


@pytest.mark.parametrize("type", PAYMENTS)
def test_every_type_is_registered_with_a_schema(type: str) -> None:
    assert TYPES[type] == (1, PAYMENTS[type])
    schema = json_schema(type)
    assert schema["additionalProperties"] is False
    assert schema["$id"] == f"urn:lienthong:{type}:1"


def test_a_notice_survives_json() -> None:
    read = Notice.model_validate(NOTICE)
    assert Notice.model_validate_json(read.model_dump_json()) == read
    assert read.outcome.of_refund is False
    assert read.model_dump(mode="json")["raw"] == NOTICE["raw"]
