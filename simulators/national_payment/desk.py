"""The Payment Platform: INIT, QUERY, GET_BILL, in the order form, partner, digest, transaction. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from ..gateway.app import PDF, Asked, Said
from ..gateway.digests import equal
from ..gateway.orders import Order, Payment, Stand
from ..gateway.times import read_stamp
from . import signing
from .receipt import pdf
from .state import State

OTHER = "99"
RECEIPTS = "bien-lai-dien-tu"
STATES: dict[Stand, str] = {"paid": "1", "waiting": "3", "pending": "3", "failed": "4", "expired": "4"}


class Desk:
    """Answers a province."""

    def __init__(self, state: State) -> None:
        self.state = state

    def init(self, asked: Asked) -> Said:
        """INIT; `ThongTinBienLai` is kept as it came."""
        body = asked.json() or {}
        wrong = self._wrong(asked, body, "INIT", signing.INIT) or _unsuitable(body)
        if wrong is not None:
            return self._refused(wrong, body)
        if self.state.orders.get(body["MaThamChieu"]) is not None:
            return self._refused(f"MaThamChieu {body['MaThamChieu']} đã tồn tại", body)
        now = self.state.clock()
        order = Order(body["MaThamChieu"], int(body["SoTien"]), now, now + self.state.settings.lifetime, body)
        self.state.open(order)
        echoed = {name: body[name] for name in ("LoaiBanTin", "MaDoiTac", "MaThamChieu", "SoTien")}
        url = asked.pay_url(self.state.settings, order)
        return self._said({**echoed, "MaLoi": "00", "MoTaLoi": "Thành công", "UrlThanhToan": url})

    def query(self, asked: Asked) -> Said:
        """QUERY: the fields of CONFIRM and `TrangThaiGD`."""
        body = asked.json() or {}
        wrong = self._wrong(asked, body, "QUERY", signing.QUERY)
        if wrong is not None:
            return self._refused(wrong, body)
        order = self._found(body)
        if order is None:
            return self._refused("Không tìm thấy giao dịch", body, self.state.settings.absent_code)
        payment = order.shown or Payment("0", order.amount, "waiting", "00", order.created)
        told = {**self.state.language.fields(order, payment), "LoaiBanTin": "QUERY", "MaLoi": "00"}
        if self.state.settings.signed_answers:
            told[signing.DIGEST] = signing.digest(signing.CONFIRM, told, self.state.settings.secret)
        return self._said({**told, "TrangThaiGD": STATES[order.stand(self.state.clock())]})

    def bill(self, asked: Asked) -> Said:
        """GET_BILL: a PDF, or JSON with the link to one."""
        body = asked.json() or {}
        wrong = self._wrong(asked, body, "GET_BILL", signing.QUERY)
        if wrong is not None:
            return self._refused(wrong, body)
        order = self._found(body)
        payment = None if order is None else order.shown
        if order is None or payment is None or payment.stand != "paid":
            return self._refused("Không có biên lai", body, self.state.settings.absent_code)
        if self.state.settings.receipt == "pdf":
            return Said(pdf(order, payment), 200, PDF)
        base = asked.pay_url(self.state.settings, order).rpartition("/pay/")[0]
        return self._said({"MaLoi": "00", "MoTaLoi": "", "UrlBienLai": f"{base}/{RECEIPTS}/{order.reference}"})

    def receipt(self, asked: Asked) -> Said:
        """Where the link leads."""
        order = self.state.orders.get(asked.path["reference"])
        payment = None if order is None else order.shown
        if order is None or payment is None or payment.stand != "paid":
            return Said(b"", 404, "text/plain")
        return Said(pdf(order, payment), 200, PDF)

    def _wrong(self, asked: Asked, body: Mapping[str, Any], kind: str, names: list[str]) -> str | None:
        settings = self.state.settings
        if settings.token is not None and asked.headers.get("authorization") != f"Bearer {settings.token}":
            return "Token không hợp lệ"
        if not all(isinstance(body.get(name), str) and body[name] for name in names) or body["LoaiBanTin"] != kind:
            return "Bản tin sai định dạng"
        if body["PhienBan"] != settings.version or read_stamp(body["ThoiGianGD"]) is None:
            return "Bản tin sai định dạng"
        if body["MaDoiTac"] != settings.partner:
            return "MaDoiTac không tồn tại"
        right = signing.digest(names, body, settings.secret)
        return None if equal(body.get(signing.DIGEST), right) else "MaXacThuc không đúng"

    def _found(self, body: Mapping[str, Any]) -> Order | None:
        order = self.state.orders.get(body["MaThamChieu"])
        return order if order is not None and order.native["ThoiGianGD"] == body["ThoiGianGD"] else None

    def _refused(self, text: str, body: Mapping[str, Any], code: str = OTHER) -> Said:
        echoed = {name: body.get(name, "") for name in ("LoaiBanTin", "MaDoiTac", "MaThamChieu")}
        return self._said({**echoed, "MaLoi": code, "MoTaLoi": text})

    def _said(self, told: dict[str, Any]) -> Said:
        if self.state.settings.answers == "facade":
            return Said({"error_code": "0", "message": orjson.dumps(told).decode()})
        return Said(told)


def _unsuitable(body: Mapping[str, Any]) -> str | None:
    if not re.fullmatch(r"\w{1,255}", body["MaThamChieu"], re.ASCII):
        return "MaThamChieu sai định dạng"
    if not re.fullmatch(r"[1-9]\d{0,17}", body["SoTien"], re.ASCII) or body["MaTienTe"] != "VND":
        return "SoTien hoặc MaTienTe không hợp lệ"
    bill = body.get("ThongTinBienLai")
    if not isinstance(bill, dict) or not bill.get("MaHoSo") or not bill.get("TKThuHuong"):
        return "ThongTinBienLai thiếu MaHoSo hoặc TKThuHuong"
    return None


__all__ = ["RECEIPTS", "Desk"]
