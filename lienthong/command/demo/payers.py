"""The demo's payers: they follow their links and pay, once, twice, late, or only at the second try."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from random import Random
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import aiohttp

from simulators.gateway import GatewayState
from simulators.provincial_portal.cashbook import Purchase
from simulators.provincial_portal.filer import Filer

from .gateways import GATEWAYS, VIETQR

Fate = Literal["pays", "unheard", "again", "late", "twice"]
_FATES: Mapping[Fate, int] = {"pays": 64, "unheard": 10, "again": 10, "late": 8, "twice": 8}
# Where a gateway does not say for sure that somebody failed, or cannot be asked, nobody fails or is left unheard.
_ABLE: Mapping[str, tuple[Fate, ...]] = {
    "all": ("pays", "unheard", "again", "late", "twice"),
    "some": ("pays", "unheard", "twice"),
    "paid": ("pays", "twice"),
}
_TICK = 0.05
_PATIENCE = 30.0


def fate(order: str, gateway: str) -> Fate:
    """What the payer of an order does, the same in every demo."""
    able = _ABLE[GATEWAYS[gateway].tells]
    return Random(f"payer of {order}").choices(able, [_FATES[one] for one in able])[0]


def reference(link: str) -> str:
    """What a gateway calls the order of a link."""
    parts = urlsplit(link)
    said = parse_qs(parts.query).get("vnp_TxnRef")
    return said[0] if said else unquote(parts.path.rpartition("/pay/")[2])


class Payers:
    """`async with` sends them out; they look for links until it ends."""

    def __init__(self, filer: Filer, gateways: Mapping[str, GatewayState[Any]]) -> None:
        self.filer, self.gateways = filer, gateways
        self._cashbook = filer.portal.cashbook
        self._followed: set[str] = set()
        self._failed: dict[str, Fate] = {}
        self._http: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Payers:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE))
        self._start(self._look())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    @property
    def content(self) -> bool:
        """Whether every order that can be paid is, and nobody is under way."""
        orders = self._cashbook.purchases.values()
        paid = all(one.paid is not None for one in orders if one.order and one.order["CongThanhToan"] != VIETQR)
        return paid and len(self._tasks) <= 1

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.result()

    async def _look(self) -> None:
        while True:
            for purchase in list(self._cashbook.purchases.values()):
                self._attend(purchase)
            await asyncio.sleep(_TICK)

    def _attend(self, purchase: Purchase) -> None:
        """A link that nobody followed yet is followed; who failed, and was told so by the portal, tries once more."""
        opened = purchase.opened
        if opened is None or opened["CongThanhToan"] not in self.gateways:
            return
        if opened["MaThamChieu"] not in self._followed:
            self._followed.add(opened["MaThamChieu"])
            self._start(self._follow(purchase, opened))
        elif purchase.code in self._failed and purchase.of("ThatBai"):
            if self._failed.pop(purchase.code) == "again":
                self.filer.cashier.again(purchase.code)
            else:
                self.gateways[opened["CongThanhToan"]].pay(reference(opened["DuongDan"]), late=True)

    async def _follow(self, purchase: Purchase, opened: Mapping[str, Any]) -> None:
        if self._http is None:
            raise RuntimeError("the payers were not sent out")
        async with self._http.get(opened["DuongDan"]) as page:
            await page.read()
        gateway, order = self.gateways[opened["CongThanhToan"]], reference(opened["DuongDan"])
        does = fate(purchase.code, opened["CongThanhToan"]) if len(purchase.of("MoThanhToan")) == 1 else "pays"
        if does in ("again", "late"):
            self._failed[purchase.code] = does
            gateway.pay(order, "cancel" if "cancel" in gateway.codes else "fail")
            return
        gateway.pay(order, notify=does != "unheard")
        if does == "twice":
            gateway.pay(order, again=True)


__all__ = ["Payers", "fate", "reference"]
