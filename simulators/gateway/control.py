"""The control pages `/_control/...` of a gateway: payers and faults in, books and answers out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..controls import parsed, switch
from ..wire import number, reply
from .audit import Said, audit
from .books import Money
from .faults import Forgery, GatewayFaults
from .orders import Act, NotTaken
from .state import GatewayState
from .statement import Planted


class Wish(BaseModel):
    """The body of `POST /_control/pay`; see `GatewayState.pay`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: str
    act: Act = "pay"
    code: str | None = None
    amount: int | None = Field(default=None, ge=1)
    late: bool = False
    again: bool = False
    notify: bool = True


class Forging(BaseModel):
    """The body of `POST /_control/forge`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: str
    kind: Forgery


class Ending(BaseModel):
    """The body of `POST /_control/settle`: a refund ends now. `id` is the merchant's of the refund."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    fails: bool = False


class Control:
    """The control pages of one gateway."""

    def __init__(self, state: GatewayState[Any]) -> None:
        self.state = state

    async def faults(self, request: Request) -> Response:
        """GET reads the faults that are on; PUT replaces them all."""
        return await switch(request, GatewayFaults, self.state)

    async def pay(self, request: Request) -> Response:
        """A payer does something; what it left."""
        wish = parsed(TypeAdapter(Wish), await request.body())
        if isinstance(wish, Response):
            return wish
        named = wish.model_dump(exclude={"reference", "act"})
        return _tried(lambda: self.state.pay(wish.reference, wish.act, **named).as_json())

    async def forge(self, request: Request) -> Response:
        """Send an altered notice."""
        forging = parsed(TypeAdapter(Forging), await request.body())
        if isinstance(forging, Response):
            return forging
        return _tried(lambda: self.state.forge(forging.reference, forging.kind).as_json())

    async def settle(self, request: Request) -> Response:
        """End a refund."""
        ending = parsed(TypeAdapter(Ending), await request.body())
        if isinstance(ending, Response):
            return ending
        return _tried(lambda: self.state.settle(ending.id, fails=ending.fails).as_json())

    async def records(self, request: Request) -> Response:
        """A page of the orders; `?reference=` finds those with one reference."""
        self.state.advance()
        wanted = request.query_params.get("reference")
        orders = self.state.orders.all(wanted) if wanted is not None else list(self.state.orders)
        now = self.state.clock()
        return _page(request, "orders", [order.as_json(now) for order in orders])

    async def notices(self, request: Request) -> Response:
        """A page of the notices with every answer that came; `?reference=` finds those about one order."""
        wanted = request.query_params.get("reference")
        found = [notice for notice in self.state.notices if wanted in (None, notice.reference)]
        return _page(request, "notices", [notice.as_json() for notice in found])

    async def books(self, request: Request) -> Response:
        """A page of the movements, and their sums; `?day=2026-11-20` of one day."""
        books, wanted = self.state.books, request.query_params.get("day")
        if wanted is None:
            moved, sums = books.movements, books.total()
        else:
            day = next((day for day in books.days if day.isoformat() == wanted), None)
            moved, sums = (books.of_day(day), books.total(day)) if day else ([], Money())
        return _page(request, "movements", [entry.as_json() for entry in moved], total=sums.as_json())

    async def money(self, request: Request) -> Response:
        """What really happened under one reference."""
        return reply(self.state.books.money(request.path_params["reference"]).as_json())

    async def statement(self, request: Request) -> Response:
        """The settlement file of `?day=`, as CSV or with another `delimiter`."""
        delimiter = request.query_params.get("delimiter", ",")
        if len(delimiter) != 1:
            return _mistake("/delimiter", "is not one character")
        try:
            found = self.state.statement(request.query_params.get("day", ""))
        except NotTaken as error:
            return _mistake("/day", str(error))
        return Response(found.csv(delimiter), media_type="text/csv; charset=utf-8")

    async def planted(self, request: Request) -> Response:
        """PUT says how many lines of a file are wrong; GET with `?day=` lists those of that day."""
        if request.method == "PUT":
            planted = parsed(TypeAdapter(Planted), await request.body())
            if isinstance(planted, Response):
                return planted
            self.state.planted = planted
            return reply(planted.model_dump())
        day = request.query_params.get("day")
        if day is None:
            return reply(self.state.planted.model_dump())
        return _tried(lambda: {"planted": [one.as_json() for one in self.state.statement(day).planted]})

    async def audit(self, request: Request) -> Response:
        """Compare what the bus says of each order with the books."""
        said = parsed(TypeAdapter(list[Said]), await request.body())
        return said if isinstance(said, Response) else reply(audit(self.state.books, said).as_json())

    async def log(self, request: Request) -> Response:
        """A page of the effects, in order of arrival."""
        return _page(request, "effects", self.state.log, last=len(self.state.log))

    async def stats(self, request: Request) -> Response:
        """Counters."""
        return reply(self.state.totals())

    async def reset(self, request: Request) -> Response:
        """Back to the beginning."""
        self.state.reset()
        return reply(self.state.totals())


def routes(state: GatewayState[Any]) -> list[Route]:
    """The routes of the control pages."""
    control = Control(state)
    return [
        Route("/_control/faults", control.faults, methods=["GET", "PUT"]),
        Route("/_control/pay", control.pay, methods=["POST"]),
        Route("/_control/forge", control.forge, methods=["POST"]),
        Route("/_control/settle", control.settle, methods=["POST"]),
        Route("/_control/records", control.records, methods=["GET"]),
        Route("/_control/notices", control.notices, methods=["GET"]),
        Route("/_control/books", control.books, methods=["GET"]),
        Route("/_control/money/{reference:path}", control.money, methods=["GET"]),
        Route("/_control/statement", control.statement, methods=["GET"]),
        Route("/_control/planted", control.planted, methods=["GET", "PUT"]),
        Route("/_control/audit", control.audit, methods=["POST"]),
        Route("/_control/log", control.log, methods=["GET"]),
        Route("/_control/stats", control.stats, methods=["GET"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
    ]


def _page(request: Request, name: str, rows: list[Any], **more: Any) -> Response:
    after, limit = number(request, "after", 0), number(request, "limit", 1000, 10_000)
    following = after + limit if after + limit < len(rows) else None
    return reply({name: rows[after : after + limit], "next": following, **more})


def _tried(work: Callable[[], Any]) -> Response:
    try:
        return reply(work())
    except NotTaken as error:
        return reply({"errors": [{"place": "/", "what": str(error)}]}, 409)


def _mistake(place: str, what: str) -> Response:
    return reply({"errors": [{"place": place, "what": what}]}, 422)


__all__ = ["Control", "Ending", "Forging", "Wish", "routes"]
