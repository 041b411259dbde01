"""What the simulated platform remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ..gateway.notices import Language
from ..gateway.orders import Act
from ..gateway.state import GatewayState
from ..gateway.times import short_day
from .notices import NationalPaymentNotices
from .settings import NationalPaymentSettings


class State(GatewayState[NationalPaymentSettings]):
    """Orders by `MaThamChieu`, each with the whole INIT and its `ThongTinBienLai` in `native`."""

    codes: ClassVar[Mapping[Act, str]] = {"pay": "00", "fail": "99", "cancel": "99", "expire": "99", "pend": "99"}
    numbers_failures: ClassVar[bool] = False

    def _language(self) -> Language:
        return NationalPaymentNotices(self.settings)

    def number(self) -> str:
        """`PP`, the day and six digits."""
        return f"PP{short_day(self.clock())}{self.count():06d}"


__all__ = ["State"]
