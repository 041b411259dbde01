"""The control pages `/_control/...`: faults in, who asked for what purpose out."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..controls import switch
from ..wire import number, reply
from .faults import PopulationFaults
from .store import State


class Control:
    """The control pages of one service."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def faults(self, request: Request) -> Response:
        """GET reads the faults that are on; PUT replaces them all."""
        return await switch(request, PopulationFaults, self.state)

    async def records(self, request: Request) -> Response:
        """A page of request ids in the order of their first call, with who asked, why, and every result."""
        found: dict[str, dict[str, Any]] = {}
        for call in self.state.log:
            if call.request_id:
                shown = call.as_json()
                asked = {name: shown[name] for name in ("MaYeuCau", "service", "MaCanBo", "MaDonVi", "MaDVC")}
                found.setdefault(call.request_id, {**asked, "results": []})["results"].append(call.result)
        after, limit = number(request, "after", 0), number(request, "limit", 500, 5000)
        page = list(found.values())[after : after + limit]
        more = after + limit < len(found)
        return reply({"requests": page, "next": after + limit if more else None, "totals": self.state.totals()})

    async def log(self, request: Request) -> Response:
        """A page of the calls in the order of their arrival, refused ones too."""
        after, limit = number(request, "after", 0), number(request, "limit", 1000, 10_000)
        page = [call.as_json() for call in self.state.log[after : after + limit]]
        return reply({"calls": page, "last": len(self.state.log)})

    async def people(self, request: Request) -> Response:
        """Applicants as the provincial portal files them, dossier by dossier, and what there is about each."""
        after, limit = number(request, "after", 0), number(request, "limit", 100, 1000)
        page = []
        for who in self.state.population.applicants(after, limit):
            shown = {"SoDinhDanh": who.number, "SoCMND": who.old_number, "HoVaTen": who.name, "Nam": str(who.year)}
            page.append({**shown, "fate": who.fate})
        return reply({"people": page, "next": after + limit})

    async def stats(self, request: Request) -> Response:
        """Counters."""
        return reply(self.state.totals())

    async def reset(self, request: Request) -> Response:
        """Back to the beginning."""
        self.state.reset()
        return reply(self.state.totals())


def routes(state: State) -> list[Route]:
    """The routes of the control pages."""
    control = Control(state)
    return [
        Route("/_control/faults", control.faults, methods=["GET", "PUT"]),
        Route("/_control/records", control.records, methods=["GET"]),
        Route("/_control/log", control.log, methods=["GET"]),
        Route("/_control/people", control.people, methods=["GET"]),
        Route("/_control/stats", control.stats, methods=["GET"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
    ]


__all__ = ["routes"]
