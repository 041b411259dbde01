"""PayGov's creation of a payment: token, partner, checksum, form, repeat. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..gateway.app import Asked, Said
from ..gateway.digests import equal
from ..gateway.orders import Order
from . import signing
from .state import State

_TEXTS = ("partnerCode", "returnUrl", "orderId", "orderInfo", "requestCode", "ipAddress")


class Desk:
    """Answers a province."""

    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, asked: Asked) -> Said:
        """The link of a payment; for the same order again, the same link."""
        body = asked.json() or {}
        if self._forbidden(asked):
            return Said({"error_code": "FAILED", "error_message": "Token không hợp lệ"}, 401)
        wrong = self._wrong(body)
        known = None if wrong is not None else self.state.orders.get(body["requestCode"])
        if known is not None and (known.amount, known.native["orderId"]) != (int(body["amount"]), body["orderId"]):
            wrong = "requestCode đã tồn tại"
        if wrong is not None:
            return Said({"error_code": "FAILED", "error_message": wrong, "data": None})
        order = known or self._opened(body)
        return Said({"error_code": "SUCCESSFUL", "data": {"url": asked.pay_url(self.state.settings, order)}})

    def _opened(self, body: Mapping[str, Any]) -> Order:
        now = self.state.clock()
        expires = now + self.state.settings.lifetime
        order = Order(body["requestCode"], int(body["amount"]), now, expires, body, return_url=body["returnUrl"])
        self.state.open(order)
        return order

    def _forbidden(self, asked: Asked) -> bool:
        token = self.state.settings.token
        return token is not None and asked.headers.get("authorization") != f"Bearer {token}"

    def _wrong(self, body: Mapping[str, Any]) -> str | None:
        settings = self.state.settings
        demanded = {"partnerCode": settings.partner, "accessKey": settings.access_key, "serviceCode": settings.service}
        for name, value in demanded.items():
            if value is not None and body.get(name) != value:
                return f"{name} không đúng"
        formula = settings.request_checksum
        if formula is not None and not equal(body.get("checksum"), signing.checksum(formula, body, settings.secret)):
            return "checksum không đúng"
        if not all(isinstance(body.get(name), str) and body[name] for name in _TEXTS):
            return "Thiếu trường bắt buộc"
        if not re.fullmatch(r"[1-9]\d{0,14}", str(body.get("amount")), re.ASCII):
            return "amount không hợp lệ"
        return None if body["orderInfo"].isascii() else "orderInfo phải không dấu"


__all__ = ["Desk"]
