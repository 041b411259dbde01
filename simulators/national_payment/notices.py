"""The platform's CONFIRM: POST JSON, answered by `MaLoi` 00."""

from __future__ import annotations

from typing import Any

import orjson

from ..gateway.digests import equal
from ..gateway.notices import Fields, Marks, Wire
from ..gateway.orders import Order, Payment
from ..gateway.times import stamp
from . import signing
from .settings import NationalPaymentSettings


class NationalPaymentNotices:
    """What the platform says about a transaction."""

    marks = Marks("SoTien", "MaThamChieu", "MaDoiTac", {"MaLoi": ("00", "99")})

    def __init__(self, settings: NationalPaymentSettings) -> None:
        self.settings = settings

    def tells(self, payment: Payment) -> bool:
        """Failures too; what is in process, not yet."""
        return payment.stand != "pending"

    def fields(self, order: Order, payment: Payment) -> dict[str, Any]:
        """The fields of CONFIRM; `ThoiGianGD` is that of the payment."""
        return {
            "LoaiBanTin": self.settings.confirm_kind,
            "MaLoi": payment.code,
            "MaDoiTac": self.settings.partner,
            "MaThamChieu": order.reference,
            "SoTien": payment.amount,
            "MaTienTe": "VND",
            "MaGiaoDich": "" if payment.number == "0" else payment.number,
            "MaNganHang": self.settings.bank,
            "ThoiGianGD": stamp(payment.at),
            "ThongTinGiaoDich": order.native["ThongTinGiaoDich"],
        }

    def sign(self, fields: Fields, secret: str | None = None) -> str:
        """`MaXacThuc`."""
        return signing.digest(signing.CONFIRM, fields, secret or self.settings.secret)

    def wire(self, fields: Fields, digest: str, url: str) -> Wire:
        """POST JSON."""
        return Wire("POST", url, orjson.dumps({**fields, **({signing.DIGEST: digest} if digest else {})}))

    def satisfied(self, status: int, body: bytes) -> bool:
        """Whether `MaLoi` is 00 and, where that is looked at, the reply is signed."""
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            return False
        if status != 200 or not isinstance(answer, dict) or answer.get("MaLoi") != "00":
            return False
        order = self.settings.reply_order
        return not order or equal(answer.get(signing.DIGEST), signing.digest(order, answer, self.settings.secret))


__all__ = ["NationalPaymentNotices"]
