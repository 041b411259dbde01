"""ZaloPay v2: create, query, refund, refund query, in ZaloPay's order of checks. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from ..gateway.app import Asked, Said
from ..gateway.digests import equal
from ..gateway.orders import Order, Refund
from ..gateway.times import millis, short_day
from . import signing
from .state import State, redirect

MESSAGES = {
    "1": "Giao dịch thành công",
    "2": "Giao dịch thất bại",
    "3": "Giao dịch chưa được thực hiện",
}
_WHOLE = ("app_id", "amount", "app_time", "timestamp", "expire_duration_seconds", "zp_trans_id", "refund_fee_amount")
_LONGEST = {"app_user": 50, "app_trans_id": 40, "description": 256, "item": 2048, "embed_data": 2048}
_CREATE = (*signing.CREATE, "description")


class Desk:
    """Answers a merchant."""

    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, asked: Asked) -> Said:
        """Data, app, mac, time and day, then whether `app_trans_id` exists."""
        body = _read(asked)
        wrong = self._wrong(body, _CREATE, lambda key: signing.mac(signing.CREATE, body, key), "-402")
        if wrong is None and not self._creatable(body):
            wrong = "-401"
        if wrong is None and self.state.orders.get(body["app_trans_id"]) is not None:
            wrong = "-68"
        if wrong is not None:
            return _said("2", wrong)
        now = self.state.clock()
        lasting = body.get("expire_duration_seconds", self.state.settings.lifetime)
        back = redirect(body["embed_data"])
        order = Order(body["app_trans_id"], body["amount"], now, now + lasting, body, body.get("callback_url"), back)
        self.state.open(order)
        url, token = asked.pay_url(self.state.settings, order), f"{self.state.random.getrandbits(96):024x}"
        links = {"order_url": url, "zp_trans_token": token, "order_token": token, "qr_code": url}
        return _said("1", "1", **links)

    def query(self, asked: Asked) -> Said:
        """What became of a payment."""
        body = _read(asked)
        wrong = self._wrong(body, signing.QUERY, lambda key: signing.query_mac(body, key), "-403")
        order = None if wrong is not None else self.state.orders.get(body["app_trans_id"])
        if order is None:
            return _said("2", wrong or "-101")
        return self._standing(order)

    def refund(self, asked: Asked) -> Said:
        """Data, app, mac, the id, the time, the id before, the payment, the amount."""
        body = _read(asked)
        names = signing.REFUND_WITH_FEE if "refund_fee_amount" in body else signing.REFUND
        wrong = self._wrong(body, [*names, "m_refund_id"], lambda key: signing.mac(names, body, key), "-403")
        wrong = wrong or self._bad_id(body["m_refund_id"]) or self._old(body["timestamp"], "-13")
        if wrong is None and body["m_refund_id"] in self.state.refunds:
            wrong = "-23"
        if wrong is not None:
            return _said("2", wrong)
        found = self.state.numbered.get(str(body["zp_trans_id"]))
        if found is None:
            return _said("2", "-101")
        if not 0 < body["amount"] <= found[1].refundable:
            return _said("2", "-14")
        refund = self.state.refund(*found, body["m_refund_id"], body["amount"])
        return _said("3", "3", refund_id=int(refund.number))

    def refund_query(self, asked: Asked) -> Said:
        """What became of a refund."""
        body = _read(asked)
        names = signing.REFUND_QUERY
        wrong = self._wrong(body, names, lambda key: signing.mac(names, body, key), "-403")
        wrong = wrong or self._old(body["timestamp"], "-13")
        known = None if wrong is not None else self.state.refunds.get(body["m_refund_id"])
        if known is None:
            return _said("2", wrong or "-101")
        return _of_refund(known[2])

    def _wrong(
        self, body: Mapping[str, Any], names: tuple[str, ...] | list[str], mac: Callable[[str], str], forged: str
    ) -> str | None:
        if not all(name in body for name in names) or not all(_fits(name, value) for name, value in body.items()):
            return "-401"
        if body["app_id"] != self.state.settings.app_id:
            return "-402"
        return None if equal(body.get("mac"), mac(self.state.settings.key1)) else forged

    def _creatable(self, body: Mapping[str, Any]) -> bool:
        lasting = body.get("expire_duration_seconds", 900)
        fresh = self._old(body["app_time"], "-401") is None
        today = body["app_trans_id"].startswith(f"{short_day(self.state.clock())}_") and len(body["app_trans_id"]) > 7
        texts = _json(body["item"], list) and _json(body["embed_data"], dict)
        said = body["app_user"].strip() and body["description"]
        return bool(said) and fresh and today and texts and body["amount"] > 0 and 300 <= lasting <= 2_592_000

    def _old(self, said: int, code: str) -> str | None:
        return code if abs(millis(self.state.clock()) - said) > self.state.settings.freshness * 1000 else None

    def _bad_id(self, id: str) -> str | None:
        match = re.fullmatch(r"(\d{6})_(\d+)_(\w[\w-]*)", id, re.ASCII)
        if match is None or len(id) > 45:
            return "-24"
        if match[1] != short_day(self.state.clock()):
            return "-25"
        return None if match[2] == str(self.state.settings.app_id) else "-26"

    def _standing(self, order: Order) -> Said:
        payment, stand = order.shown, order.stand(self.state.clock())
        told: dict[str, Any] = {
            "is_processing": stand == "pending",
            "amount": order.amount if payment is None else payment.amount,
            "zp_trans_id": 0 if payment is None else int(payment.number),
            "server_time": millis(self.state.clock() if payment is None else payment.at),
            "discount_amount": 0,
        }
        if stand == "paid":
            return _said("1", "1", **told)
        if stand in ("waiting", "pending"):
            return _said("3", "3", **told)
        return _said("2", "-54" if payment is None else payment.code, **told)


def _read(asked: Asked) -> dict[str, Any]:
    """JSON, a form, or (as ZaloPay's own Node sample sends it) a query without a body; whole numbers as numbers."""
    found: dict[str, Any]
    if not asked.content:
        found = dict(parse_qsl(asked.query, keep_blank_values=True))
    elif "form" in asked.headers.get("content-type", ""):
        found = dict(asked.form())
    else:
        found = asked.json() or {}
    return {name: _number(name, value) for name, value in found.items()}


def _number(name: str, value: Any) -> Any:
    digits = isinstance(value, str) and value.isascii() and value.isdecimal()
    return int(value) if digits and name in _WHOLE else value


def _fits(name: str, value: Any) -> bool:
    if name in _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str) and len(value) <= _LONGEST.get(name, 2048)


def _json(text: str, kind: type) -> bool:
    try:
        return isinstance(orjson.loads(text), kind)
    except orjson.JSONDecodeError:
        return False


def _of_refund(refund: Refund) -> Said:
    told = {"refund_id": int(refund.number), "amount": refund.amount}
    if refund.state == "failed":
        return _said("2", "0", **told)
    code = "1" if refund.state == "done" else "3"
    return _said(code, code, **told)


def _said(code: str, sub: str, **more: Any) -> Said:
    told = {"return_code": int(code), "return_message": MESSAGES[code], "sub_return_code": int(sub)}
    return Said({**told, "sub_return_message": MESSAGES.get(sub, f"Mã lỗi {sub}"), **more})


__all__ = ["Desk"]
