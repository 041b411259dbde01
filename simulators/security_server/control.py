"""The control pages `/_control/...`: faults in, what reached the providers out, and calls as a provider's server."""

from __future__ import annotations

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..controls import parsed, switch
from ..wire import number, reply
from .calling import Order, call
from .faults import SecurityServerFaults
from .provider import Providers
from .store import State


class Control:
    """The control pages of one server."""

    def __init__(self, state: State, providers: Providers) -> None:
        self.state = state
        self.providers = providers

    async def faults(self, request: Request) -> Response:
        """GET reads the faults that are on; PUT replaces them all."""
        return await switch(request, SecurityServerFaults, self.state)

    async def records(self, request: Request) -> Response:
        """A page of the calls that reached a provider, with what was sent; `id` keeps those of one message id."""
        wanted = request.query_params.get("id")
        found = [record for record in self.state.records if wanted is None or record.id == wanted]
        after, limit = number(request, "after", 0), number(request, "limit", 500, 5000)
        page = [record.as_json() for record in found[after : after + limit]]
        following = after + limit if after + limit < len(found) else None
        return reply({"records": page, "next": following, "totals": {"records": len(self.state.records)}})

    async def log(self, request: Request) -> Response:
        """The same calls in the order of their arrival, without what was sent."""
        after, limit = number(request, "after", 0), number(request, "limit", 1000, 10_000)
        page = [record.mark() for record in self.state.records[after : after + limit]]
        return reply({"effects": page, "last": len(self.state.records)})

    async def stats(self, request: Request) -> Response:
        """Counters."""
        state = self.state
        shown = {"calls": dict(state.calls), "faults": dict(state.dice.hits), "late": len(state.later)}
        return reply({"records": len(state.records), **shown})

    async def call(self, request: Request) -> Response:
        """Call a provider's system."""
        order = parsed(TypeAdapter(Order), await request.body())
        if isinstance(order, Response):
            return order
        return reply(await call(self.state, self.providers, order))

    async def reset(self, request: Request) -> Response:
        """Back to the beginning."""
        self.state.reset()
        return reply({"records": 0})


def routes(state: State, providers: Providers) -> list[Route]:
    """The routes of the control pages."""
    control = Control(state, providers)
    return [
        Route("/_control/faults", control.faults, methods=["GET", "PUT"]),
        Route("/_control/records", control.records, methods=["GET"]),
        Route("/_control/log", control.log, methods=["GET"]),
        Route("/_control/stats", control.stats, methods=["GET"]),
        Route("/_control/call", control.call, methods=["POST"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
    ]


__all__ = ["routes"]
