"""What is asked about an attempt; plain texts."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.payments import plain, reference
from adapters.standing import standing
from lienthong import Find, Found

STANDING = {
    "order_code": "TT-1",
    "system": "vnpay",
    "reference": "A1B2C3",
    "amount": 150_000,
    "state": "paid",
    "gateway_references": ["1"],
    "received": 150_000,
}


def known(data: Any) -> Any:
    asking = standing("vnpay", "A1B2C3")
    assert next(asking) == Find("process", "payment/vnpay/A1B2C3")
    with pytest.raises(StopIteration) as ended:
        asking.send(Found("process" if data else None, data))
    return ended.value.value


def test_what_is_known() -> None:
    found = known(STANDING)
    assert (found.order_code, found.state, found.amount) == ("TT-1", "paid", 150_000)
    assert known(None) is None


def test_plain_texts() -> None:
    assert plain("Nộp lệ phí: hồ sơ số 1/ĐK | \u0111", ":/", 100) == "Nop le phi: ho so so 1/DK d"
    assert plain("x" * 300, "", 255) == "x" * 255
    assert plain("漢字", "", 10) == ""
    assert [reference(text) for text in ("A1", "A.1-b", "_", "", "a|b", "x" * 61)] == ["A1", "A.1-b"] + [None] * 4
