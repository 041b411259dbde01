"""The demo's money, gateway by gateway: what it has, what the bus has booked, what the portal was told. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from schemas.payments import Movement, SettlementLine, SettlementStatus
from simulators.gateway import Books, Said, audit
from simulators.provincial_portal.cashbook import Purchase

_SUMS = {Movement.PAYMENT: "received", Movement.REVERSAL: "reversed", Movement.REFUND: "refunded"}
_MARKS = {"CONG_QUOC_GIA": "1", "CONG_RIENG": "2"}
_ENDED = ("ThatBai", "HetHan")


@dataclass(frozen=True, slots=True)
class Row:
    """One gateway. `failed` counts attempts, `surplus` payments that were too many, `tasks` what people have to decide.

    `gateway`, `bus` and `portal` are đồng that each of them has after what went back; `differs` counts attempts of
    which the bus says other sums than the gateway's books, and orders of which the portal says others than the bus.
    """

    orders: int
    paid: int
    failed: int
    surplus: int
    tasks: int
    gateway: int
    bus: int
    portal: int
    differs: int

    @property
    def ok(self) -> bool:
        """The three agree, in sum and one by one."""
        return not self.differs and self.gateway == self.bus == self.portal


@dataclass(frozen=True, slots=True)
class Payments:
    """All gateways. `open` are orders that nobody paid yet: of VietQR, until a bank's statement is reconciled.

    `marked` are dossiers that the national portal rightly holds as paid online, `unmarked` those that it should.
    """

    rows: Mapping[str, Row]
    open: int
    receipts: int
    marked: int
    unmarked: int

    @property
    def ok(self) -> bool:
        """Every đồng is where it should be, and the national portal knows of every payment."""
        return not self.unmarked and all(row.ok for row in self.rows.values())

    def as_json(self) -> dict[str, Any]:
        """Under `payments` of the last line of `--json`."""
        sums = ("orders", "paid", "failed", "surplus", "tasks", "gateway", "bus", "portal", "differs")
        totals = {name: sum(getattr(row, name) for row in self.rows.values()) for name in sums}
        gateways = {name: {**asdict(row), "ok": row.ok} for name, row in self.rows.items()}
        more = {name: getattr(self, name) for name in ("open", "receipts", "marked", "unmarked", "ok")}
        return {**totals, **more, "gateways": gateways}


@dataclass(frozen=True, slots=True)
class Sources:
    """What is compared: gateways' books, lines and open tasks (by gateway) of the bus, orders of the portal, and what
    the national portal holds as `DuocThanhToanTrucTuyen`, by dossier."""

    books: Mapping[str, Books]
    lines: Sequence[SettlementLine]
    tasks: Mapping[str, int]
    purchases: Sequence[Purchase]
    marks: Mapping[str, str]
    kinds: Mapping[str, str]


def payments(sources: Sources) -> Payments:
    """Compare."""
    known = [one for one in sources.purchases if one.order is not None]
    paid = [one for one in known if one.paid is not None]
    wrong = sum(not _marked(one, sources) for one in paid)
    return Payments(
        {name: _row(name, sources, known) for name in sources.books},
        len(known) - len(paid),
        sum(len(one.receipts) for one in known),
        len(paid) - wrong,
        wrong,
    )


def _marked(purchase: Purchase, sources: Sources) -> bool:
    if purchase.order is None or purchase.paid is None:
        return False
    return sources.marks.get(purchase.order["MaHoSo"]) == _MARKS[sources.kinds[purchase.paid["CongThanhToan"]]]


def _row(name: str, sources: Sources, known: Sequence[Purchase]) -> Row:
    books, here = sources.books[name], [one for one in sources.lines if one.system == name]
    news = Counter(new["LoaiThongBao"] for one in known for new in one.news if new.get("CongThanhToan") == name)
    told = {
        one.code: sum(money.kept for key, money in one.moneys.items() if key[0] == name) for one in sources.purchases
    }
    booked = _kept(here)
    return Row(
        orders=sum(one.order is not None and one.order["CongThanhToan"] == name for one in known),
        paid=news["DaThanhToan"],
        failed=sum(news[kind] for kind in _ENDED),
        surplus=news["ThuThua"],
        tasks=sources.tasks.get(name, 0),
        gateway=books.total().kept,
        bus=sum(booked.values()),
        portal=sum(told.values()),
        differs=_differing(books, here) + sum(told.get(code, 0) != amount for code, amount in booked.items()),
    )


def _kept(lines: Iterable[SettlementLine]) -> dict[str, int]:
    """Đồng by order."""
    sums: Counter[str] = Counter()
    for line in lines:
        if line.status is SettlementStatus.DONE:
            sums[line.order_code or ""] += line.amount if line.movement is Movement.PAYMENT else -line.amount
    return dict(sums)


def _differing(books: Books, lines: Iterable[SettlementLine]) -> int:
    """Attempts of which the gateway's books say other sums. A gateway may write something before our reference."""
    said = []
    for line in lines:
        ours = line.reference or ""
        native = next((one for one in books.references if one.endswith(ours)), ours)
        if line.status is SettlementStatus.DONE:
            said.append(Said(native, **{_SUMS[line.movement]: line.amount}))
    found = audit(books, said)
    return len({one.reference for one in (*found.lost, *found.invented)})


__all__ = ["Payments", "Row", "Sources", "payments"]
