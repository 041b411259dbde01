"""`GET /v1/evidence?id=ID`: what is recorded about a message or a question, for an auditor."""

from __future__ import annotations

from . import actions
from .call import Call, Response, json_response
from .desk import Desk
from .problems import Refused


class Evidence:
    """The handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, call: Call) -> Response:
        """The records with this id, oldest first. They hold no personal data, but say who did what."""
        if call.client.read != "all":
            raise Refused("not-allowed", f"the client {call.name} may see no evidence; it needs read: all")
        return json_response(await actions.evidence(self._desk.ledger, call.query()))
