"""VNPAY's page and its API, in VNPAY's order of checks. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from ..gateway.app import HTML, Asked, Said
from ..gateway.orders import Order, Payment, Refund
from ..gateway.page import of_order, shown
from ..gateway.times import day, read_stamp, stamp
from . import signing
from .notices import STATUSES
from .state import State

_FORMS = {
    "vnp_Version": r"2\.1\.0",
    "vnp_Command": "pay",
    "vnp_Amount": r"[1-9]\d{2,11}",
    "vnp_BankCode": r"[A-Za-z0-9]{3,20}",
    "vnp_CreateDate": r"\d{14}",
    "vnp_ExpireDate": r"\d{14}",
    "vnp_CurrCode": "VND",
    "vnp_IpAddr": r"[0-9A-Fa-f.:]{7,45}",
    "vnp_Locale": "vn|en",
    "vnp_OrderInfo": r"[ -~]{1,255}",
    "vnp_OrderType": r"[A-Za-z0-9]{1,100}",
    "vnp_ReturnUrl": r"https?://.{3,247}",
    "vnp_TxnRef": r"[!-~]{1,100}",
}
# VNPAY's own example of a page's address (sandbox.vnpayment.vn, changeTypeHash) names neither
_OPTIONAL = ("vnp_BankCode", "vnp_ExpireDate")
MESSAGES = {
    "00": "Success",
    "01": "Giao dịch đã tồn tại",
    "02": "Invalid TmnCode",
    "03": "Invalid data format",
    "11": "Giao dịch đã quá thời gian chờ thanh toán",
    "91": "Transaction not found",
    "94": "Request is duplicate",
    "95": "Transaction is not successful in VNPAY",
    "97": "Invalid checksum",
    "99": "Unknown error",
}


class Desk:
    """Answers what merchants and browsers ask of VNPAY."""

    def __init__(self, state: State) -> None:
        self.state = state

    def page(self, asked: Asked) -> Said:
        """The payment page: terminal, digest, form, time, reference. What is wrong is told on a page, by code."""
        pairs = parse_qsl(asked.query, keep_blank_values=True)
        params = dict(pairs)
        code = "03" if len(pairs) != len(params) else self._wrong(params)
        if code is not None:
            return _page(code)
        order = self._opened(params)
        return _page("01") if order is None else Said(of_order(self.state, order).encode(), 200, HTML)

    def api(self, asked: Asked) -> Said:
        """`querydr` and `refund`: form, terminal, digest, request id, then the payment."""
        body = asked.json()
        command = None if body is None else body.get("vnp_Command")
        if body is not None and command == "refund":
            # a merchant who knows no number may leave it out and signs 0 (npm vnpay 2.5.0)
            body.setdefault("vnp_TransactionNo", "0")
        names = {"querydr": signing.QUERY, "refund": signing.REFUND}.get(str(command))
        if body is None or names is None or not _complete(body, names):
            return Said(_answer("03", body or {}))
        refund = command == "refund"
        order = signing.REFUND_ANSWER if refund else signing.QUERY_ANSWER
        if body["vnp_TmnCode"] != self.state.settings.terminal:
            return Said(_answer("02", body))
        told = self._told(body, names, refund)
        said = {**told, "vnp_ResponseId": f"{self.state.random.getrandbits(128):032x}"}
        return Said({**said, signing.HASH: signing.values_hash(order, said, self.state.settings.secret)})

    def _wrong(self, params: Mapping[str, str]) -> str | None:
        if params.get("vnp_TmnCode") != self.state.settings.terminal:
            return "02"
        if not signing.right(params.get(signing.HASH), signing.query_hash(params, self.state.settings.secret)):
            return "97"
        present = {name: params.get(name, "") for name in _FORMS if name not in _OPTIONAL or params.get(name)}
        if not all(re.fullmatch(_FORMS[name], value, re.ASCII) for name, value in present.items()):
            return "03"
        times = [read_stamp(present[name]) for name in ("vnp_CreateDate", "vnp_ExpireDate") if name in present]
        return "03" if int(params["vnp_Amount"]) % 100 or None in times else None

    def _opened(self, params: Mapping[str, str]) -> Order | None:
        """The order: opened now, or by an earlier visit with the same parameters; `None` where it clashes."""
        created = _time(params, "CreateDate") or 0.0
        expires = _time(params, "ExpireDate") or created + self.state.settings.lifetime
        said = {name: value for name, value in params.items() if name.startswith("vnp_")}
        for known in self.state.orders.all(params["vnp_TxnRef"]):
            if day(known.created) == day(created):
                return known if known.native == said else None
        amount = int(params["vnp_Amount"]) // 100
        order = Order(params["vnp_TxnRef"], amount, created, expires, said, return_url=params["vnp_ReturnUrl"])
        self.state.open(order)
        return order

    def _told(self, body: Mapping[str, Any], names: list[str], refund: bool) -> dict[str, Any]:
        if not signing.right(body.get(signing.HASH), signing.values_hash(names, body, self.state.settings.secret)):
            return _answer("97", body)
        unique = f"{day(self.state.clock())}/{body['vnp_RequestId']}"
        if unique in self.state.seen:
            return _answer("94", body)
        self.state.seen.add(unique)
        order = self._found(body)
        if order is None:
            return _answer("91", body)
        payment = order.numbered(number) if (number := _number(body)) else order.shown
        if payment is None and (number or refund):
            return _answer("95" if refund and not number else "91", body)
        return self._refunded(body, order, payment) if refund else self._queried(body, order, payment)

    def _found(self, body: Mapping[str, Any]) -> Order | None:
        orders = self.state.orders.all(body["vnp_TxnRef"])
        return next((one for one in orders if one.native["vnp_CreateDate"] == str(body["vnp_TransactionDate"])), None)

    def _queried(self, body: Mapping[str, Any], order: Order, payment: Payment | None) -> dict[str, Any]:
        now = self.state.clock()
        if payment is None:
            stand = order.stand(now)
            return {**_answer("00", body), **_about(order, order.amount, "01", STATUSES[stand])}
        refund = payment.refunds[-1] if payment.refunds else None
        status = STATUSES[payment.stand]
        told = {**_answer("00", body), "vnp_BankCode": self.state.settings.bank, "vnp_PayDate": stamp(payment.at)}
        if refund is None or self.state.settings.query_shows == "payment":
            shown = status if refund is None or refund.state == "done" else self._status(refund)
            return {**told, **_about(order, payment.amount, "01", shown), "vnp_TransactionNo": payment.number}
        kind = "02" if refund.whole else "03"
        about = _about(order, refund.amount, kind, self._status(refund))
        return {**told, **about, "vnp_TransactionNo": refund.number}

    def _refunded(self, body: Mapping[str, Any], order: Order, payment: Payment | None) -> dict[str, Any]:
        amount = _dong(body["vnp_Amount"])
        if amount is None or body["vnp_TransactionType"] not in ("02", "03"):
            return _answer("03", body)
        if payment is None or payment.stand != "paid":
            return _answer("95", body)
        if any(refund.state == "processing" for refund in payment.refunds):
            return _answer("94", body)
        whole = body["vnp_TransactionType"] == "02"
        if amount > payment.refundable or whole != (amount == payment.amount):
            return _answer("95", body)
        refund = self.state.refund(order, payment, str(body["vnp_RequestId"]), amount)
        told = {**_answer("00", body), **_about(order, amount, body["vnp_TransactionType"], self._status(refund))}
        return {**told, "vnp_BankCode": self.state.settings.bank, "vnp_TransactionNo": refund.number}

    def _status(self, refund: Refund) -> str:
        if refund.state != "processing":
            return "00" if refund.state == "done" else "09"
        return "05" if self.state.clock() < (refund.at + refund.due) / 2 else "06"


def _page(code: str) -> Said:
    text = f"<p>{escape(MESSAGES[code])}</p><p>Mã lỗi: <b>{code}</b></p>"
    return Said(shown("Lỗi thanh toán", text).encode(), 200, HTML)


def _answer(code: str, body: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: body.get(name, "") for name in ("vnp_Command", "vnp_TmnCode", "vnp_TxnRef", "vnp_OrderInfo")}
    return {**said, "vnp_ResponseCode": code, "vnp_Message": MESSAGES[code]}


def _about(order: Order, amount: int, kind: str, status: str) -> dict[str, Any]:
    named = {"vnp_TxnRef": order.reference, "vnp_OrderInfo": order.native["vnp_OrderInfo"]}
    return {**named, "vnp_Amount": str(amount * 100), "vnp_TransactionType": kind, "vnp_TransactionStatus": status}


def _complete(body: Mapping[str, Any], names: list[str]) -> bool:
    said = {name: body.get(f"vnp_{name}") for name in names}
    if not all(isinstance(value, str | int) and not isinstance(value, bool) and value != "" for value in said.values()):
        return False
    times = (read_stamp(str(said["TransactionDate"])), read_stamp(str(said["CreateDate"])))
    return None not in times and len(str(said["RequestId"])) <= 32 and said["Version"] == "2.1.0"


def _number(body: Mapping[str, Any]) -> str | None:
    number = str(body.get("vnp_TransactionNo") or "")
    return number if number.strip("0") else None


def _dong(text: Any) -> int | None:
    digits = str(text)
    if not (digits.isascii() and digits.isdecimal()) or int(digits) % 100 or not int(digits):
        return None
    return int(digits) // 100


def _time(params: Mapping[str, str], name: str) -> float | None:
    return read_stamp(params.get(f"vnp_{name}", ""))


__all__ = ["Desk"]
