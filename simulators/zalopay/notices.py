"""ZaloPay's callback: POST JSON {data, mac, type}, after success alone."""

from __future__ import annotations

from typing import Any

import orjson

from ..gateway.notices import Fields, Marks, Wire
from ..gateway.orders import Order, Payment
from ..gateway.times import millis
from . import signing
from .settings import ZalopaySettings


class ZalopayNotices:
    """What ZaloPay says about a payment."""

    marks = Marks("amount", "app_trans_id", "app_id")

    def __init__(self, settings: ZalopaySettings) -> None:
        self.settings = settings

    def tells(self, payment: Payment) -> bool:
        """Only what was paid."""
        return payment.stand == "paid"

    def fields(self, order: Order, payment: Payment) -> dict[str, Any]:
        """What stands in `data`."""
        named = ("app_id", "app_trans_id", "app_time", "app_user")
        return {
            **{name: order.native[name] for name in named},
            "amount": payment.amount,
            "embed_data": order.native["embed_data"],
            "item": order.native["item"],
            "zp_trans_id": int(payment.number),
            "server_time": millis(payment.at),
            "channel": 38,
            "merchant_user_id": "nguoi-dung-vi-du",
            "user_fee_amount": 0,
            "discount_amount": 0,
        }

    def sign(self, fields: Fields, secret: str | None = None) -> str:
        """`mac` over the text that `wire` writes."""
        return signing.data_mac(_data(fields), secret or self.settings.key2)

    def wire(self, fields: Fields, digest: str, url: str) -> Wire:
        """POST JSON in which `data` is a text."""
        said = {"data": _data(fields), **({"mac": digest} if digest else {}), "type": 1}
        return Wire("POST", url, orjson.dumps(said))

    def satisfied(self, status: int, body: bytes) -> bool:
        """Whether `return_code` is 1 or 2."""
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            return False
        return status == 200 and isinstance(answer, dict) and answer.get("return_code") in (1, 2)


def _data(fields: Fields) -> str:
    return orjson.dumps(fields).decode()


__all__ = ["ZalopayNotices"]
