"""The control pages `/_control/...`: faults in, what the portal really holds out."""

from __future__ import annotations

from itertools import islice
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..controls import parsed, switch
from ..wire import number, reply
from .audit import Filed, audit
from .faults import NationalFaults
from .holdings import Parts
from .pushing import Order, push
from .samples import SAMPLES
from .store import State

EXPECTED = TypeAdapter(list[Filed])
HOLDINGS = TypeAdapter(Parts)
ORDER = TypeAdapter(Order)


class Control:
    """The control pages of one portal."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def faults(self, request: Request) -> Response:
        """GET reads the faults that are on; PUT replaces them all."""
        return await switch(request, NationalFaults, self.state)

    async def records(self, request: Request) -> Response:
        """A page of what is held, in the order of the first arrival of each dossier."""
        full = request.query_params.get("data", "true") != "false"
        wanted = request.query_params.get("mahoso")
        after, limit = number(request, "after", 0), number(request, "limit", 500, 5000)
        if wanted is not None:
            found = [self.state.dossiers[wanted]] if wanted in self.state.dossiers else []
            return reply({"dossiers": [dossier.as_json(full) for dossier in found], "next": None})
        page = [dossier.as_json(full) for dossier in islice(self.state.dossiers.values(), after, after + limit)]
        more = after + limit < len(self.state.dossiers)
        return reply({"dossiers": page, "next": after + limit if more else None, "totals": self.state.totals()})

    async def log(self, request: Request) -> Response:
        """A page of the effects in the order of their arrival."""
        after, limit = number(request, "after", 0), number(request, "limit", 1000, 10_000)
        page = [effect.as_json() for effect in self.state.log[after : after + limit]]
        return reply({"effects": page, "last": len(self.state.log)})

    async def stats(self, request: Request) -> Response:
        """Counters."""
        state = self.state
        shown: dict[str, Any] = {
            "calls": dict(state.calls),
            "error_codes": dict(state.codes),
            "faults": dict(state.dice.hits),
            "sessions": len(state.sessions),
            "late": len(state.later),
            "dropped_steps": state.dropped,
        }
        return reply({**state.totals(), **shown})

    async def holdings(self, request: Request) -> Response:
        """GET reads what is held besides dossiers; PUT replaces the parts that it names."""
        if request.method == "PUT":
            parts = parsed(HOLDINGS, await request.body())
            if isinstance(parts, Response):
                return parts
            for name, part in parts.items():
                setattr(self.state.held, name, part)
        return reply(self.state.held.as_json())

    async def sample(self, request: Request) -> Response:
        """What the portal would send to a province, number by number."""
        make = SAMPLES.get(request.path_params["service"])
        if make is None:
            return reply({"errors": [{"place": "/", "what": f"known are {', '.join(SAMPLES)}"}]}, 404)
        return reply(make(number(request, "number", 1)))

    async def push(self, request: Request) -> Response:
        """Send samples to a province and tell its answers."""
        order = parsed(ORDER, await request.body())
        return order if isinstance(order, Response) else reply(await push(order))

    async def audit(self, request: Request) -> Response:
        """Compare what was filed with what is held."""
        expected = parsed(EXPECTED, await request.body())
        if isinstance(expected, Response):
            return expected
        return reply(audit(self.state.records(), expected).as_json())

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
        Route("/_control/stats", control.stats, methods=["GET"]),
        Route("/_control/holdings", control.holdings, methods=["GET", "PUT"]),
        Route("/_control/samples/{service}", control.sample, methods=["GET"]),
        Route("/_control/push", control.push, methods=["POST"]),
        Route("/_control/audit", control.audit, methods=["POST"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
    ]


__all__ = ["routes"]
