"""A real ledger with what gateways said in it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from bus.ledger import Ledger, NewMessage
from schemas.base import ZONE

DAY = datetime(2026, 11, 20, tzinfo=ZONE)
NOON = DAY + timedelta(hours=12)


def noticed(
    reference: str, outcome: str, amount: int | None = 45_000, at: datetime = NOON, **more: Any
) -> dict[str, Any]:
    """What the gateway said of a payment or refund."""
    said = {"system": "vnpay", "reference": reference, "order_code": f"O-{reference}", "origin": "notice"}
    data = {**said, "outcome": outcome, "amount": amount, "at": at.isoformat(), **more}
    return {"type": "payment.noticed", "data": data}


def answered(reference: str, outcome: str, amount: int | None = 45_000, days: int = 1, **more: Any) -> dict[str, Any]:
    """The same as the answer to a question, so many days later."""
    told = noticed(reference, outcome, amount, **{"origin": "query", **more})
    return {**told, "received": NOON + timedelta(days=days)}


def attempted(reference: str) -> dict[str, Any]:
    """An attempt to pay was opened."""
    line = {"kind": "charge", "name": "Lệ phí ví dụ", "amount": 45_000}
    order = {
        "order_code": f"O-{reference}", "dossier_code": "H49.44.01-261120-0001", "procedure_code": "9.999998",
        "lines": [line], "amount": 45_000, "text": "Nop le phi",
    }  # fmt: skip
    times = {"created_at": NOON.isoformat(), "expires_at": (NOON + timedelta(minutes=15)).isoformat()}
    data = {"order": order, "number": 1, "system": "vnpay", "reference": reference, "amount": 45_000, **times}
    return {"type": "payment.attempted", "data": data}


async def kept(url: str, messages: list[dict[str, Any]], first: int = 0) -> None:
    """A ledger with these, a second apart from noon on, or from what a message says under `received`.

    `first`: the number of the first one, which no other may have.
    """
    ledger = Ledger(url, id=first + 1)
    try:
        for number, one in enumerate(messages, first):
            at = one.get("received", NOON).timestamp() + number - first
            id = f"{int(at * 1000):012x}"
            new = NewMessage(
                id=f"{id[:8]}-{id[8:]}-7000-8000-{number:012d}", client="test", source="/test", key=str(number),
                type=one["type"], subject="x", time=at, received_at=at, schema="1",
                data=json.dumps(one["data"]), receipt=str(number), digest="x", targets=(),
            )  # fmt: skip
            assert not isinstance(await ledger.accept([new]), Exception)
    finally:
        await ledger.close()
