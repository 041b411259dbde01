"""What a process answers before it is the bus: alive, not ready, and nothing else."""

from __future__ import annotations

import uuid_utils
from starlette.types import ASGIApp, Receive, Scope, Send

from monitoring import health

from .app import problem_response, send_response
from .call import Call, Response, json_response
from .problems import Refused


class Front:
    """The application of a process that waits for its database; `app`, once it is there, takes over."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.trouble = "it was not asked yet"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self.app is not None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            call = Call(scope, receive, str(uuid_utils.uuid7()))
            await send_response(send, self._answer(call), call)

    def _answer(self, call: Call) -> Response:
        if call.path == "/healthz":
            return json_response({"status": "alive"})
        if call.path == "/readyz":
            status, body = health.report([health.ledger(self.trouble, "postgresql")])
            return json_response(body, status)
        detail = "this process waits for its database; repeat the request with the same id"
        return problem_response(Refused("ledger-unavailable", detail), call)
