"""What the ledger is asked about an attempt, and what its messages say of it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.payments import plain, reference
from adapters.standing import standing
from lienthong import Find, Found

from .support import ORDER

ATTEMPT = {
    "order": ORDER,
    "number": 1,
    "system": "vnpay",
    "reference": "A1B2C3",
    "amount": 150_000,
    "created_at": "2026-11-22T08:30:00+07:00",
    "expires_at": "2026-11-22T08:45:00+07:00",
}
OPENED = {
    "order_code": "TT-1",
    "system": "vnpay",
    "reference": "A1B2C3",
    "amount": 150_000,
    "expires_at": "2026-11-22T08:45:00+07:00",
}
NOTICE = {
    "order_code": "TT-1",
    "system": "vnpay",
    "reference": "A1B2C3",
    "origin": "notice",
    "outcome": "paid",
    "amount": 150_000,
}
FACT = {
    "order_code": "TT-1",
    "dossier_code": "000.00.15.H49-261122-0001",
    "system": "vnpay",
    "reference": "A1B2C3",
    "order_state": "paid",
}
STANDING = {**OPENED, "state": "paid", "gateway_references": ["1"], "received": 150_000}
del STANDING["expires_at"]


def known(type: str | None, data: Any, system: str = "vnpay") -> Any:
    asking = standing(system, "A1B2C3")
    assert next(asking) == Find("message", "A1B2C3")
    with pytest.raises(StopIteration) as ended:
        asking.send(Found(type, data))
    return ended.value.value


@pytest.mark.parametrize(
    ("type", "data", "state", "amount"),
    [
        ("payment.attempted", ATTEMPT, "requested", 150_000),
        ("payment.opened", OPENED, "pending", 150_000),
        ("payment.noticed", NOTICE, "paid", 150_000),
        ("payment.noticed", {**NOTICE, "outcome": "unclear"}, "pending", 150_000),
        ("payment.paid", {**FACT, "amount": 150_000}, "paid", 150_000),
        ("payment.expired", FACT, "expired", None),
        ("payment", STANDING, "paid", 150_000),
    ],
)
def test_what_is_known(type: str, data: Any, state: str, amount: int | None) -> None:
    found = known(type, data)
    assert (found.order_code, found.state, found.amount) == ("TT-1", state, amount)


@pytest.mark.parametrize(
    ("type", "data"),
    [
        (None, None),
        ("payment.noticed", {**NOTICE, "order_code": None}),
        ("payment.attempted", {**ATTEMPT, "reference": "B"}),
        ("dossier.submitted", {"code": "x"}),
        ("payment.attempted", {"broken": True}),
    ],
)
def test_what_is_not(type: str | None, data: Any) -> None:
    assert known(type, data) is None


def test_an_attempt_at_another_gateway_is_none_of_ours() -> None:
    assert known("payment.attempted", ATTEMPT, system="momo") is None


def test_plain_texts() -> None:
    assert plain("Nộp lệ phí: hồ sơ số 1/ĐK | \u0111", ":/", 100) == "Nop le phi: ho so so 1/DK d"
    assert plain("x" * 300, "", 255) == "x" * 255
    assert plain("漢字", "", 10) == ""
    assert [reference(text) for text in ("A1", "A.1-b", "_", "", "a|b", "x" * 61)] == ["A1", "A.1-b"] + [None] * 4
