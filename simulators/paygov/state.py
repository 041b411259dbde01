"""What the simulated PayGov remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ..gateway.notices import Language
from ..gateway.orders import Act
from ..gateway.state import GatewayState
from .notices import PaygovNotices
from .settings import PaygovSettings


class State(GatewayState[PaygovSettings]):
    """Orders by `requestCode`. Of its codes only 00 is known."""

    codes: ClassVar[Mapping[Act, str]] = {"pay": "00", "fail": "99", "cancel": "99", "expire": "99", "pend": "99"}
    numbers_failures: ClassVar[bool] = False

    def _language(self) -> Language:
        return PaygovNotices(self.settings)

    def number(self) -> str:
        """Eight digits, counting."""
        return str(70_000_000 + self.count())


__all__ = ["State"]
