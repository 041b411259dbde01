"""The control pages `/_control/...` of the provincial portal."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..controls import parsed, switch
from ..wire import number, reply
from .filed import expected
from .filer import Filer, Order
from .portal import Portal
from .settings import ProvincialFaults


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

    async def stats(self, request: Request) -> Response:
        """Counters."""
        return reply({**self.portal.stats(), "run": self.filer.progress()})

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
        Route("/_control/stats", control.stats, methods=["GET"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
    ]


__all__ = ["routes"]
