"""What the simulated VNPAY remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ..gateway.notices import Language
from ..gateway.orders import Act, Order
from ..gateway.state import GatewayState
from .notices import VnpayNotices
from .settings import VnpaySettings


class State(GatewayState[VnpaySettings]):
    """Orders are what browsers opened; VNPAY's numbers have eight digits and are 0 where no bank was reached."""

    codes: ClassVar[Mapping[Act, str]] = {
        "pay": "00",
        "fail": "51",
        "cancel": "24",
        "expire": "11",
        "pend": "00",
        "suspect": "07",
        "reverse": "99",
    }
    numbers_failures: ClassVar[bool] = False

    def _language(self) -> Language:
        return VnpayNotices(self.settings)

    def number(self) -> str:
        """As the last number known from a recorded call, and counting."""
        return str(14_400_000 + self.count())

    def return_to(self, order: Order) -> str | None:
        """`vnp_ReturnUrl` with the parameters of the IPN."""
        payment = order.payments[-1] if order.payments else None
        if payment is None or order.return_url is None:
            return None
        fields = self.language.fields(order, payment)
        return self.language.wire(fields, self.language.sign(fields), order.return_url).url


__all__ = ["State"]
