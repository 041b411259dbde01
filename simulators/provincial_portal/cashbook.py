"""What the portal knows of money: its orders, the links it was given, what it was told, and sums. Amounts in dong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

_NEEDED = ("MaThongBao", "LoaiThongBao", "MaDonHang")
_BOOKS = ("received", "reversed", "refunded")


@dataclass(slots=True)
class Money:
    """One movement of money at a gateway, as the portal was told."""

    received: int = 0
    reversed: int = 0
    refunded: int = 0

    @property
    def kept(self) -> int:
        """What is left of it."""
        return self.received - self.reversed - self.refunded


@dataclass(slots=True)
class Purchase:
    """One order. `order` is `ThanhToan` as it was asked for, `None` for one that somebody else asked for.

    `news` are the call-backs about it, each once, in order of arrival; `moneys` by (gateway, its own and our
    reference). `paid` is that which told the payment; `links` are all `MoThanhToan`, the last counts.
    """

    code: str
    order: dict[str, Any] | None = None
    asked: int = 0
    state: str = ""
    news: list[dict[str, Any]] = field(default_factory=list)
    moneys: dict[tuple[str, str, str], Money] = field(default_factory=lambda: defaultdict(Money))
    paid: dict[str, Any] | None = None
    receipts: list[dict[str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The call-backs of one kind."""
        return [one for one in self.news if one["LoaiThongBao"] == kind]

    @property
    def opened(self) -> dict[str, Any] | None:
        """The link or QR text that holds now."""
        return next(iter(reversed(self.of("MoThanhToan"))), None)

    def as_json(self) -> dict[str, Any]:
        """As `/_control/payments` shows it."""
        moneys = [
            {"CongThanhToan": key[0], "MaThamChieu": key[1], "MaGiaoDichCong": key[2]}
            | {name: getattr(money, name) for name in (*_BOOKS, "kept")}
            for key, money in self.moneys.items()
        ]
        return {
            "MaDonHang": self.code,
            "order": self.order,
            "asked": self.asked,
            "state": self.state,
            "paid": self.paid is not None,
            "news": [one["LoaiThongBao"] for one in self.news],
            "opened": self.opened,
            "moneys": moneys,
            "receipts": self.receipts,
        }


class Cashbook:
    """All orders. One event loop uses it."""

    def __init__(self) -> None:
        self.purchases: dict[str, Purchase] = {}
        self.heard: set[str] = set()
        self.repeats = 0
        self.bad = 0

    def purchase(self, code: str) -> Purchase:
        """The order of this code, made if it is new."""
        return self.purchases.setdefault(code, Purchase(code))

    def hear(self, raw: bytes) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Take a call-back: the answer, and what is new in it. The same `MaThongBao` again is answered 01."""
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            body = None
        if not isinstance(body, dict) or not all(isinstance(body.get(name), str) and body[name] for name in _NEEDED):
            self.bad += 1
            reason = "Thông báo phải có MaThongBao, LoaiThongBao và MaDonHang là chuỗi ký tự"
            return {"MaLoi": "02", "MoTaLoi": reason}, None
        if body["MaThongBao"] in self.heard:
            self.repeats += 1
            return {"MaLoi": "01", "MoTaLoi": "Đã nhận trước đó"}, None
        self.heard.add(body["MaThongBao"])
        _book(self.purchase(body["MaDonHang"]), body)
        return {"MaLoi": "00", "MoTaLoi": "Thành công"}, body

    def of_dossier(self, code: str) -> Iterator[Purchase]:
        """The orders of one dossier that this portal asked for."""
        return (one for one in self.purchases.values() if one.order is not None and one.order["MaHoSo"] == code)

    def money(self) -> dict[str, Money]:
        """The sums, by gateway."""
        sums: dict[str, Money] = defaultdict(Money)
        for purchase in self.purchases.values():
            for (system, _, _), money in purchase.moneys.items():
                for name in _BOOKS:
                    setattr(sums[system], name, getattr(sums[system], name) + getattr(money, name))
        return dict(sums)

    def stats(self) -> dict[str, Any]:
        """Counters."""
        return {
            "orders": len(self.purchases),
            "states": dict(Counter(one.state for one in self.purchases.values())),
            "news": dict(Counter(new["LoaiThongBao"] for one in self.purchases.values() for new in one.news)),
            "repeats": self.repeats,
            "bad": self.bad,
            "receipts": sum(len(one.receipts) for one in self.purchases.values()),
        }


def _book(purchase: Purchase, body: dict[str, Any]) -> None:
    """Fold a new call-back in. What is too much of the payment itself is part of it, not further money."""
    purchase.news.append(body)
    purchase.state = body.get("TrangThaiDonHang") or purchase.state or "CHO_THANH_TOAN"
    key = (body.get("CongThanhToan", ""), body.get("MaThamChieu", ""), body.get("MaGiaoDichCong", ""))
    amount = body.get("SoTien") or 0
    match body["LoaiThongBao"]:
        case "DaThanhToan":
            purchase.paid = purchase.paid or body
            purchase.moneys[key].received = amount
        case "ThuThua" if not purchase.moneys[key].received:
            purchase.moneys[key].received = amount
        case "BiThuHoi":
            money = purchase.moneys[key]
            money.received, money.reversed = max(money.received, amount), amount
        case "DaHoanTien":
            purchase.moneys[key].refunded += amount
        case "BienLai":
            purchase.receipts.append(body["BienLai"])


__all__ = ["Cashbook", "Money", "Purchase"]
