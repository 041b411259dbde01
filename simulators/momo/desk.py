"""MoMo's gateway v2: create, query, refund, refund query, in MoMo's order of checks. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..gateway.app import Asked, Said
from ..gateway.digests import equal
from ..gateway.orders import Order, Payment, Refund
from ..gateway.times import millis
from . import signing
from .notices import message
from .state import State

ORDER_ID = re.compile(r"[0-9A-Za-z]([-_.0-9A-Za-z]*[0-9A-Za-z])?", re.ASCII)
KINDS = ("captureWallet", "payWithMethod", "payWithATM", "payWithCC")
# the HTTP status of an answer to what is no proper request; the rest is 200
_BAD = (11, 13, 20)
_PENDING = ("pending", "waiting")


class Desk:
    """Answers a merchant."""

    def __init__(self, state: State) -> None:
        self.state = state

    def create(self, asked: Asked) -> Said:
        """Form, merchant, signature, orderId, amount, requestId, orderId before."""
        body = _read(asked)
        code = self._wrong(body, signing.CREATE) or self._uncreatable(body)
        if code:
            return self._answer(code, body)
        known = self.state.requests.get(body["requestId"])
        if known is not None:
            return self._repeated(asked, body, known)
        if self.state.orders.get(body["orderId"]) is not None or body["orderId"] in self.state.refunds:
            return self._answer(41, body)
        now = self.state.clock()
        expires = now + self.state.settings.lifetime
        amount = int(body["amount"])
        order = Order(body["orderId"], amount, now, expires, body, body["ipnUrl"], body["redirectUrl"])
        self.state.requests[body["requestId"]] = order.reference
        self.state.open(order)
        return self._created(asked, order, 0)

    def query(self, asked: Asked) -> Said:
        """What became of a payment."""
        body = _read(asked)
        code = self._wrong(body, signing.QUERY)
        if code:
            return self._answer(code, body)
        order = self.state.orders.get(body["orderId"])
        if order is None:
            return self._answer(42, body)
        return self._standing(body, order)

    def refund(self, asked: Asked) -> Said:
        """Form, merchant, signature, orderId, amount, ids before, the payment, what is left of it."""
        body = _read(asked)
        code = self._wrong(body, signing.REFUND) or self._unsuitable(body)
        if code:
            return self._answer(code, body)
        known = self.state.refunds.get(body["orderId"])
        if known is not None and self.state.requests.get(body["requestId"]) == body["orderId"]:
            return self._of_refund(body, known[2]) if known[2].state != "processing" else self._answer(40, body)
        if body["requestId"] in self.state.requests:
            return self._answer(40, body)
        if known is not None or self.state.orders.get(body["orderId"]) is not None:
            return self._answer(41, body)
        found = self.state.numbered.get(str(body["transId"]))
        if found is None:
            return self._answer(42, body)
        code = _unrefundable(found[1], int(body["amount"]))
        if code:
            return self._answer(code, body)
        self.state.requests[body["requestId"]] = body["orderId"]
        return self._of_refund(body, self.state.refund(*found, body["orderId"], int(body["amount"])))

    def refund_query(self, asked: Asked) -> Said:
        """What became of a refund; with the `orderId` of a payment, of all its refunds."""
        body = _read(asked)
        code = self._wrong(body, signing.QUERY)
        if code:
            return self._answer(code, body)
        known = self.state.refunds.get(body["orderId"])
        if known is not None:
            return self._of_refund(body, known[2])
        order = self.state.orders.get(body["orderId"])
        if order is None:
            return self._answer(42, body)
        return self._answer(0, body, amount=order.amount, refundTrans=[_entry(one) for one in order.refunds()])

    def _wrong(self, body: Mapping[str, Any], names: list[str]) -> int:
        settings = self.state.settings
        needed = [name for name in names if name not in ("accessKey", "extraData", "description")]
        if not all(_said(body.get(name)) for name in [*needed, "signature"]) or len(str(body["requestId"])) > 50:
            return 20
        if body["partnerCode"] != settings.partner or body.get("accessKey", settings.access_key) != settings.access_key:
            return 13
        right = signing.signature(names, body, settings.access_key, settings.secret)
        return 0 if equal(body["signature"], right) else settings.bad_signature

    def _unsuitable(self, body: Mapping[str, Any]) -> int:
        """What is wrong with the id and the amount."""
        amount = str(body["amount"])
        if not ORDER_ID.fullmatch(str(body["orderId"])):
            return 42
        if not (amount.isascii() and amount.isdecimal()):
            return 21
        return 0 if self.state.settings.least <= int(amount) <= self.state.settings.most else 22

    def _uncreatable(self, body: Mapping[str, Any]) -> int:
        urls = all(re.match(r"https?://\S", str(body[name])) for name in ("ipnUrl", "redirectUrl"))
        if not urls or body["requestType"] not in KINDS or body.get("lang") not in ("vi", "en"):
            return 20
        return 20 if not isinstance(body.get("extraData"), str) else self._unsuitable(body)

    def _repeated(self, asked: Asked, body: Mapping[str, Any], reference: str) -> Said:
        """The same requestId: a final result again, else a duplicate."""
        order = self.state.orders.get(reference)
        if order is None or order.stand(self.state.clock()) in _PENDING or order.reference != body["orderId"]:
            return self._answer(40, body)
        return self._created(asked, order, self._code(order))

    def _created(self, asked: Asked, order: Order, code: int) -> Said:
        url = asked.pay_url(self.state.settings, order)
        links = {"payUrl": url, "deeplink": f"momo://app?action=pay&sid={order.reference}", "qrCodeUrl": url}
        return self._answer(code, order.native, amount=order.amount, **links)

    def _code(self, order: Order) -> int:
        if order.shown is not None:
            return int(order.shown.code)
        return 1005 if order.stand(self.state.clock()) == "expired" else 1000

    def _standing(self, body: Mapping[str, Any], order: Order) -> Said:
        payment = order.shown
        told = {
            "extraData": order.native["extraData"],
            "amount": order.amount if payment is None else payment.amount,
            "transId": 0 if payment is None else int(payment.number),
            "payType": "" if payment is None else "qr",
            "refundTrans": [_entry(refund) for refund in order.refunds()],
        }
        return self._answer(self._code(order), body, **told)

    def _of_refund(self, body: Mapping[str, Any], refund: Refund) -> Said:
        entry = _entry(refund)
        return self._answer(entry["resultCode"], body, amount=refund.amount, transId=entry["transId"])

    def _answer(self, code: int, body: Mapping[str, Any], **more: Any) -> Said:
        said = {name: body.get(name, "") for name in ("partnerCode", "requestId", "orderId")}
        told = {"responseTime": millis(self.state.clock()), "message": message(code), "resultCode": code}
        return Said({**said, **told, **more}, 400 if code in _BAD else 200)


def _read(asked: Asked) -> dict[str, Any]:
    return asked.json() or {}


def _said(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _unrefundable(payment: Payment, amount: int) -> int:
    if payment.stand != "paid":
        return 1088
    return 0 if amount <= payment.refundable else 1081


def _entry(refund: Refund) -> dict[str, Any]:
    code = {"processing": 7002, "done": 0, "failed": 1080}[refund.state]
    told = {"orderId": refund.id, "amount": refund.amount, "resultCode": code}
    return {**told, "transId": int(refund.number), "createdTime": millis(refund.at)}


__all__ = ["Desk"]
