"""A national portal for tests: the adapter, and the simulated portal without its network."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

from adapters.national_portal import NationalPortal, NationalPortalSettings
from lienthong import Message, Polled, Question, Reply, Request
from simulators.national_portal.answers import render
from simulators.national_portal.services import handle
from simulators.national_portal.settings import Answers
from simulators.national_portal.settings import NationalPortalSettings as Simulated
from simulators.national_portal.store import State

from .conversation import FRESH, NOW


def adapter(**settings: Any) -> NationalPortal:
    """The adapter with these settings."""
    return NationalPortal(NationalPortalSettings.model_validate({"madonvi": "000.00.00.H49", **settings}))


def question(name: str, **data: Any) -> Question:
    """A question as the bus puts it."""
    return Question("0197f0c0-0000-7000-8000-000000000001", name, json.dumps(data).encode())


def message(type: str, subject: str, data: dict[str, Any]) -> Message:
    """A message as the ledger would give it."""
    return Message(
        id="0197f0c0-0000-7000-8000-000000000001",
        source="/h49/provincial-portal",
        type=type,
        subject=subject,
        key="key-1",
        time=NOW,
        received_at=NOW,
        schema=f"urn:lienthong:{type}:1",
        data=json.dumps(data).encode(),
    )


class Portal:
    """The simulated portal, asked directly. `calls` are the services in the order in which they were asked."""

    def __init__(self, style: Answers | None = None, **settings: Any) -> None:
        self.style = style or Answers()
        self.state = State(Simulated(**settings))
        self.session = self.state.log_in()
        self.calls: list[str] = []

    def answer(self, request: Request) -> Reply:
        """What it answers to a request with a session."""
        self.calls.append(request.json["service"])
        result = handle(self.state, {"session": self.session, **json.loads(json.dumps(request.json))})
        return Reply(200, {}, render(result, self.style))

    def told(self, conversation: Generator[Request, Reply, Any]) -> Any:
        """The verdict of a conversation with it."""
        try:
            request = next(conversation)
            while True:
                request = conversation.send(self.answer(request))
        except StopIteration as end:
            return end.value

    def round(self, portal: NationalPortal, cursor: Any, context: Any = FRESH) -> tuple[list[Polled], Any]:
        """All polls of one round, and the cursor after it, which has been stored as JSON in between."""
        polled = []
        for _ in range(100):
            found = self.told(portal.catalogues(cursor, context))
            assert isinstance(found, Polled), found
            polled.append(found)
            cursor = json.loads(json.dumps(found.cursor))
            if not found.more:
                return polled, cursor
        raise AssertionError("the round has no end")
