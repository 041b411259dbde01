"""PayGov's notice: POST JSON, answered by `error_code` SUCCESSFUL."""

from __future__ import annotations

from typing import Any

import orjson

from ..gateway.notices import Fields, Marks, Wire
from ..gateway.orders import Order, Payment
from ..gateway.times import stamp
from . import signing
from .settings import PaygovSettings


class PaygovNotices:
    """What PayGov says about a payment."""

    marks = Marks("amount", "requestCode", None, {"errorCode": ("00", "99")})

    def __init__(self, settings: PaygovSettings) -> None:
        self.settings = settings

    def tells(self, payment: Payment) -> bool:
        """Failures too; what is in process, not yet."""
        return payment.stand != "pending"

    def fields(self, order: Order, payment: Payment) -> dict[str, Any]:
        """The fields of a notice; `orderId`, `orderInfo` and `requestCode` as they were sent."""
        number = "" if payment.number == "0" else payment.number
        return {
            "amount": payment.amount,
            **{name: order.native[name] for name in ("orderId", "orderInfo", "requestCode")},
            "transactionNo": number,
            "payDate": stamp(payment.at),
            "payGate": self.settings.pay_gate,
            "errorCode": payment.code,
            "type": "1",
            "transactionCode": f"GD{number}" if number else "",
        }

    def sign(self, fields: Fields, secret: str | None = None) -> str:
        """`checksum`; the merchant's own names are not part of a notice, yet may be part of the formula."""
        ours = {**fields, "partnerCode": self.settings.partner, "accessKey": self.settings.access_key}
        return signing.checksum(self.settings.checksum, ours, secret or self.settings.secret)

    def wire(self, fields: Fields, digest: str, url: str) -> Wire:
        """POST JSON."""
        return Wire("POST", url, orjson.dumps({**fields, **({"checksum": digest} if digest else {})}))

    def satisfied(self, status: int, body: bytes) -> bool:
        """Whether `error_code` is SUCCESSFUL."""
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            return False
        return status == 200 and isinstance(answer, dict) and answer.get("error_code") == "SUCCESSFUL"


__all__ = ["PaygovNotices"]
