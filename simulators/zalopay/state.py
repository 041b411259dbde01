"""What the simulated ZaloPay remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson

from ..gateway.notices import Language
from ..gateway.orders import Act, Order
from ..gateway.state import GatewayState
from ..gateway.times import short_day
from . import signing
from .notices import ZalopayNotices
from .settings import ZalopaySettings

_STATUS = {"paid": 1, "pending": 3, "waiting": 3}


class State(GatewayState[ZalopaySettings]):
    """Orders by `app_trans_id`. A failed payment has no `zp_trans_id`."""

    codes: ClassVar[Mapping[Act, str]] = {"pay": "1", "fail": "-63", "cancel": "-329", "expire": "-54", "pend": "3"}
    numbers_failures: ClassVar[bool] = False

    def _language(self) -> Language:
        return ZalopayNotices(self.settings)

    def number(self) -> str:
        """The day and nine digits."""
        return f"{short_day(self.clock())}{self.count():09d}"

    def return_to(self, order: Order) -> str | None:
        """`redirecturl` of `embed_data`, with the status and a checksum."""
        if order.return_url is None:
            return None
        said: dict[str, Any] = {
            "appid": self.settings.app_id,
            "apptransid": order.reference,
            "pmcid": 38,
            "bankcode": order.native.get("bank_code", ""),
            "amount": order.amount,
            "discountamount": 0,
            "status": _STATUS.get(order.stand(self.clock()), 2),
        }
        said["checksum"] = signing.mac(signing.REDIRECT, said, self.settings.key2)
        return f"{order.return_url}{'&' if '?' in order.return_url else '?'}{urlencode(said)}"


def redirect(embed_data: str) -> str | None:
    """`redirecturl` of an `embed_data`."""
    try:
        found = orjson.loads(embed_data)
    except orjson.JSONDecodeError:
        return None
    url = found.get("redirecturl") if isinstance(found, dict) else None
    return url if isinstance(url, str) and url else None


__all__ = ["State", "redirect"]
