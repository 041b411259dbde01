"""The control pages `/_control/...` of the provincial portal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..controls import parsed, switch
from ..wire import number, reply
from .filed import expected
from .filer import Filer, Order
from .portal import Portal
from .settings import ProvincialFaults


class Wish(BaseModel):
    """The body of `POST /_control/payments`: an order's payer tries once more, at `gateway` if it is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: str
    gateway: str | None = None


class Decision(BaseModel):
    """The body of `POST /_control/officer`: exactly one of the two."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    HoanTien: dict[str, Any] | None = None
    ChapNhan: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.HoanTien is None) == (self.ChapNhan is None):
            raise ValueError("name HoanTien or ChapNhan")
        needed = ("MaDonHang", "MaYeuCau") if self.HoanTien is not None else ("MaDonHang", "MaThamChieu")
        missing = [name for name in needed if name not in (self.HoanTien or self.ChapNhan or {})]
        if missing:
            raise ValueError(f"{missing[0]} is missing")
        return self


class Control:
    """The control pages of one portal."""

    def __init__(self, portal: Portal, filer: Filer) -> None:
        self.portal = portal
        self.filer = filer

    async def faults(self, request: Request) -> Response:
        """GET reads the faults that are on; PUT replaces them all."""
        return await switch(request, ProvincialFaults, self.portal)

    async def file(self, request: Request) -> Response:
        """POST starts a run, GET shows how far it is, DELETE stops it."""
        if request.method == "POST":
            order = parsed(TypeAdapter(Order), await request.body())
            if isinstance(order, Response):
                return order
            if self.filer.running:
                return reply(
                    {"errors": [{"place": "/", "what": "a run is going on; wait for its end or DELETE it"}]}, 409
                )
            self.filer.start(order)
        elif request.method == "DELETE":
            await self.filer.stop()
        return reply(self.filer.progress())

    async def filed(self, request: Request) -> Response:
        """A page of the notices in the order in which they were first sent."""
        full = request.query_params.get("data", "true") != "false"
        after, limit = number(request, "after", 0), number(request, "limit", 1000, 10_000)
        page = self.portal.filings[after : after + limit]
        return reply({"filed": [filing.as_json(full) for filing in page], "last": len(self.portal.filings)})

    async def expected(self, request: Request) -> Response:
        """What the national portal must hold, for its `/_control/audit`."""
        everything = request.query_params.get("which") == "all"
        notices = [f.notice for f in self.portal.filings] if everything else self.portal.accepted()
        return reply([{"code": f.code, "kind": f.kind, "mark": f.mark} for f in expected(notices)])

    async def statuses(self, request: Request) -> Response:
        """A page of the statuses, each once."""
        return self._page(request, list(self.portal.statuses.values()))

    async def log(self, request: Request) -> Response:
        """A page of the call-backs in the order of their arrival, repeats too."""
        return self._page(request, self.portal.log)

    def _page(self, request: Request, statuses: list[Any]) -> Response:
        after, limit = number(request, "after", 0), number(request, "limit", 1000, 10_000)
        page = [status.as_json() for status in statuses[after : after + limit]]
        return reply({"statuses": page, "last": len(statuses)})

    async def records(self, request: Request) -> Response:
        """A page of dossiers with what was filed about each and which statuses came back."""
        filed: dict[str, list[Any]] = defaultdict(list)
        for filing in self.portal.filings:
            filed[filing.code].append(filing.as_json(full=False))
        answered: dict[str, list[Any]] = defaultdict(list)
        for status in self.portal.statuses.values():
            answered[status.body["MaHoSo"]].append(status.as_json())
        codes = list(dict.fromkeys([*filed, *answered]))
        after, limit = number(request, "after", 0), number(request, "limit", 500, 5000)
        page = [
            {"MaHoSo": code, "filed": filed.get(code, []), "statuses": answered.get(code, [])}
            for code in codes[after : after + limit]
        ]
        more = after + limit < len(codes)
        return reply({"dossiers": page, "next": after + limit if more else None, "totals": self.portal.stats()})

    async def payments(self, request: Request) -> Response:
        """GET is a page of the orders with what was told about each; POST lets a payer ask once more."""
        if request.method == "POST":
            return await self._again(request)
        after, limit = number(request, "after", 0), number(request, "limit", 500, 5000)
        orders = list(self.portal.cashbook.purchases.values())
        more = after + limit < len(orders)
        return reply(
            {
                "payments": [one.as_json() for one in orders[after : after + limit]],
                "next": after + limit if more else None,
                "money": {name: asdict(money) for name, money in self.portal.cashbook.money().items()},
                "totals": self.portal.cashbook.stats(),
            }
        )

    async def _again(self, request: Request) -> Response:
        wish = parsed(TypeAdapter(Wish), await request.body())
        if isinstance(wish, Response):
            return wish
        try:
            self.filer.cashier.again(wish.order, wish.gateway)
        except KeyError:
            return reply({"errors": [{"place": "/order", "what": f"there is no order {wish.order}"}]}, 409)
        return reply({"order": wish.order})

    async def officer(self, request: Request) -> Response:
        """POST sends what an officer decided, `HoanTien` or `ChapNhan` as it goes to the bus; how it was answered."""
        said = parsed(TypeAdapter(Decision), await request.body())
        if isinstance(said, Response):
            return said
        cashier = self.filer.cashier
        work = cashier.accept(said.ChapNhan) if said.ChapNhan is not None else cashier.refund(said.HoanTien or {})
        return reply((await work).as_json(full=True))

    async def stats(self, request: Request) -> Response:
        """Counters."""
        money = self.portal.cashbook.stats()
        return reply({**self.portal.stats(), "run": self.filer.progress(), "payments": money})

    async def reset(self, request: Request) -> Response:
        """Stop filing and forget everything."""
        await self.filer.stop()
        self.portal.reset()
        return reply(self.portal.stats())


def routes(portal: Portal, filer: Filer) -> list[Route]:
    """The routes of the control pages."""
    control = Control(portal, filer)
    return [
        Route("/_control/faults", control.faults, methods=["GET", "PUT"]),
        Route("/_control/file", control.file, methods=["GET", "POST", "DELETE"]),
        Route("/_control/filed", control.filed, methods=["GET"]),
        Route("/_control/expected", control.expected, methods=["GET"]),
        Route("/_control/statuses", control.statuses, methods=["GET"]),
        Route("/_control/log", control.log, methods=["GET"]),
        Route("/_control/records", control.records, methods=["GET"]),
        Route("/_control/payments", control.payments, methods=["GET", "POST"]),
        Route("/_control/officer", control.officer, methods=["POST"]),
        Route("/_control/stats", control.stats, methods=["GET"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
    ]


__all__ = ["routes"]
