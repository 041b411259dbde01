"""The control pages `/_control/...`: faults and revocation in, tokens and calls out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..controls import switch
from ..wire import number, reply
from .settings import LgspFaults
from .store import State


class Control:
    """The control pages of one platform."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def faults(self, request: Request) -> Response:
        """GET reads the faults that are on; PUT replaces them all."""
        return await switch(request, LgspFaults, self.state)

    async def records(self, request: Request) -> Response:
        """Tokens in the order in which they were given (without their values), and how many calls each carried."""
        after, limit = number(request, "after", 0), number(request, "limit", 500, 5000)
        tokens = list(self.state.tokens.values())
        page = [
            {"number": t.number, "calls": t.calls, "revoked": t.revoked, "valid": self.state.valid(t.value) is not None}
            for t in tokens[after : after + limit]
        ]
        more = after + limit < len(tokens)
        return reply({"tokens": page, "next": after + limit if more else None, "totals": self.state.totals()})

    async def log(self, request: Request) -> Response:
        """A page of the calls in the order of their arrival, refused ones too."""
        after, limit = number(request, "after", 0), number(request, "limit", 1000, 10_000)
        page = [call.as_json() for call in self.state.log[after : after + limit]]
        return reply({"calls": page, "last": len(self.state.log)})

    async def revoke(self, request: Request) -> Response:
        """Let no token count any longer that was given until now."""
        return reply({"revoked": self.state.revoke()})

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
        Route("/_control/revoke", control.revoke, methods=["POST"]),
        Route("/_control/stats", control.stats, methods=["GET"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
    ]


__all__ = ["routes"]
