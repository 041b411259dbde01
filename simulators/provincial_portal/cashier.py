"""The paying side of the portal: asks the bus for payments, and goes on with a dossier once it is paid."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from schemas.base import ZONE

from .generate import Notice
from .paying import Charged, followed
from .portal import Filing, Portal
from .sending import Sender
from .timeline import written


class Cashier:
    """Serves one portal. What it sends goes through the senders that `open` gave it; nothing leaves before that."""

    def __init__(self, portal: Portal, now: Callable[[], datetime] = lambda: datetime.now(ZONE)) -> None:
        self.portal, self.now = portal, now
        self.waiting: dict[str, Charged] = {}
        self._payments: Sender | None = None
        self._dossiers: Sender | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._places = asyncio.Semaphore(portal.settings.concurrency)

    def open(self, payments: Sender, dossiers: Sender) -> None:
        """Where payments are asked for, and where dossiers are filed."""
        self._payments, self._dossiers = payments, dossiers

    @property
    def busy(self) -> int:
        """Notices, or rests of dossiers, that are on their way."""
        return len(self._tasks)

    async def stop(self) -> None:
        """Give up what is on its way, and forget which dossiers wait."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self.waiting.clear()

    def charge(self, charged: Charged) -> None:
        """A dossier waits for money from now on; it is asked for."""
        self.waiting[charged.order["MaDonHang"]] = charged
        self._start(self.ask(charged.order))

    def again(self, code: str, gateway: str | None = None) -> None:
        """The payer of an order tries once more, perhaps elsewhere. Raises `KeyError` for an order nobody knows."""
        order = self.portal.cashbook.purchases[code].order
        if order is None:
            raise KeyError(code)
        self._start(self.ask({**order, **({"CongThanhToan": gateway} if gateway else {})}))

    async def ask(self, order: dict[str, Any]) -> Filing:
        """Ask for an order, `ThanhToan`, to be paid. Asked again, it is the same order."""
        purchase = self.portal.cashbook.purchase(order["MaDonHang"])
        purchase.order = order
        purchase.asked += 1
        key = f"{order['MaDonHang']}-{purchase.asked:02d}"
        return await self._say(key, "YeuCauThanhToan", "ThanhToan", order)

    async def refund(self, refund: dict[str, Any]) -> Filing:
        """An officer wants money to go back: `HoanTien`."""
        return await self._say(refund["MaYeuCau"], "YeuCauHoanTien", "HoanTien", refund)

    async def accept(self, acceptance: dict[str, Any]) -> Filing:
        """An officer takes money that does not fit: `ChapNhan`."""
        key = f"CN-{acceptance['MaDonHang']}-{acceptance['MaThamChieu']}-{acceptance.get('MaGiaoDichCong', '')}"
        return await self._say(key, "ChapNhanTien", "ChapNhan", acceptance)

    def heard(self, body: dict[str, Any]) -> None:
        """A call-back that is new: with the payment of an order its dossier goes on, once."""
        charged = self.waiting.pop(body["MaDonHang"], None) if body["LoaiThongBao"] == "DaThanhToan" else None
        if charged is not None:
            kind = self._kind(body["CongThanhToan"], charged)
            self._start(self._go_on(charged, followed(charged, kind, body["MaThamChieu"])))

    def _kind(self, gateway: str, charged: Charged) -> str:
        """As the gateway that was paid at says, which may be another than the first that was chosen."""
        known = self.portal.settings.gateways.get(gateway)
        return known.kind if known is not None else charged.kind

    async def _go_on(self, charged: Charged, notices: tuple[Notice, ...]) -> None:
        if self._dossiers is None:
            raise RuntimeError("the simulator is not being served")
        for notice in notices:
            async with self._places:
                if not await self._dossiers.send(self.portal.filing(notice, charged.before.code)):
                    return

    async def _say(self, key: str, kind: str, part: str, content: dict[str, Any]) -> Filing:
        if self._payments is None:
            raise RuntimeError("the simulator is not being served")
        head = {"MaGiaoDich": key, "LoaiBanTin": kind, "ThoiGianGui": written(self.now())}
        filing = self.portal.asking({**head, part: content})
        async with self._places:
            await self._payments.send(filing)
        return filing

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()


__all__ = ["Cashier"]
