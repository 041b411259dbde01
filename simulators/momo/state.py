"""What the simulated MoMo remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode

from ..gateway.digests import text
from ..gateway.notices import Language
from ..gateway.orders import Act, Order
from ..gateway.state import GatewayState
from .notices import MomoNotices
from .settings import MomoSettings


class State(GatewayState[MomoSettings]):
    """Every transaction has a `transId`, a failed one too; refunds count in the same sequence."""

    codes: ClassVar[Mapping[Act, str]] = {
        "pay": "0",
        "fail": "1001",
        "cancel": "1006",
        "expire": "1005",
        "pend": "7000",
    }

    def reset(self) -> None:
        """Back to the beginning."""
        super().reset()
        self.requests: dict[str, str] = {}

    def _language(self) -> Language:
        return MomoNotices(self.settings, self.clock)

    def number(self) -> str:
        """Ten digits, counting."""
        return str(4_610_000_000 + self.count())

    def return_to(self, order: Order) -> str | None:
        """`redirectUrl` with the fields of the IPN in the query."""
        payment = order.payments[-1] if order.payments else None
        if payment is None or order.return_url is None:
            return None
        fields = self.language.fields(order, payment)
        said = {name: text(value) for name, value in fields.items()} | {"signature": self.language.sign(fields)}
        return f"{order.return_url}{'&' if '?' in order.return_url else '?'}{urlencode(said)}"


__all__ = ["State"]
