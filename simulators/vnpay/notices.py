"""VNPAY's IPN: GET with a signed query. VNPAY repeats it after 01, 04, 97, 99 and after no answer."""

from __future__ import annotations

from typing import Any

import orjson

from ..gateway.notices import Fields, Marks, Wire
from ..gateway.orders import Order, Payment, Stand
from ..gateway.times import stamp
from . import signing
from .settings import VnpaySettings

STATUSES: dict[Stand, str] = {
    "waiting": "01",
    "pending": "01",
    "paid": "00",
    "failed": "02",
    "expired": "02",
    "suspicious": "07",
    "reversed": "04",
}
STOPS = ("00", "02")


class VnpayNotices:
    """What VNPAY says about a payment."""

    marks = Marks(
        "vnp_Amount",
        "vnp_TxnRef",
        "vnp_TmnCode",
        {"vnp_ResponseCode": ("00", "24"), "vnp_TransactionStatus": ("00", "02")},
    )

    def __init__(self, settings: VnpaySettings) -> None:
        self.settings = settings

    def tells(self, payment: Payment) -> bool:
        """Failures too; what is in process, not yet."""
        return payment.stand != "pending"

    def fields(self, order: Order, payment: Payment) -> dict[str, Any]:
        """The parameters of IPN and return."""
        told = {
            "vnp_Amount": str(payment.amount * 100),
            "vnp_BankCode": order.native.get("vnp_BankCode") or self.settings.bank,
            "vnp_CardType": "ATM",
            "vnp_OrderInfo": order.native["vnp_OrderInfo"],
            "vnp_PayDate": stamp(payment.at),
            "vnp_ResponseCode": payment.code,
            "vnp_TmnCode": self.settings.terminal,
            "vnp_TransactionNo": payment.number,
            "vnp_TransactionStatus": STATUSES[payment.stand],
            "vnp_TxnRef": order.reference,
        }
        bank = {"vnp_BankTranNo": f"VNP{payment.number}"} if payment.number != "0" else {}
        return dict(sorted({**told, **bank}.items()))

    def sign(self, fields: Fields, secret: str | None = None) -> str:
        """`vnp_SecureHash`."""
        return signing.query_hash(fields, secret or self.settings.secret)

    def wire(self, fields: Fields, digest: str, url: str) -> Wire:
        """GET; parameters in the order of their names, the digest last."""
        end = f"&{signing.HASH}={digest}" if digest else ""
        return Wire("GET", f"{url}{'&' if '?' in url else '?'}{signing.query(fields)}{end}")

    def satisfied(self, status: int, body: bytes) -> bool:
        """Whether `RspCode` is 00 or 02."""
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            return False
        return status == 200 and isinstance(answer, dict) and answer.get("RspCode") in STOPS


__all__ = ["STATUSES", "VnpayNotices"]
