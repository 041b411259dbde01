"""What a caller says with a question, checked before anybody is asked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError

from bus.config.condition import takes
from bus.config.model import Client
from bus.config.model import Query as Settings
from lienthong import Problem, Query, Question
from schemas.flaws import flaws

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of `client`. `officer`, `purpose` (procedure code) and `case` (dossier code) are for the evidence.

    `data` is JSON-like; `deadline` in seconds, where the caller wants less than the configuration gives;
    `party`: who stands behind the client, such as a member of X-Road.
    """

    client: str
    name: str
    data: Any
    purpose: str | None = None
    officer: str | None = None
    case: str | None = None
    deadline: float | None = None
    party: str | None = None


def may_ask(client: Client, name: str) -> bool:
    """Whether a client may ask this query."""
    return any(takes(pattern, name) for pattern in client.ask)


def question(asked: Asked, query: Query, settings: Settings, id: str) -> Question | list[Problem]:
    """The question as the adapter gets it, or every mistake in it. Problems never show personal data."""
    problems = [
        Problem("missing", f"/{name}", f"say {name}: the query {asked.name} is asked for a reason that is recorded")
        for name in settings.require
        if not getattr(asked, name)
    ]
    problems += [
        Problem("too-long", f"/{name}", f"has more than {_LONGEST} characters")
        for name in ("purpose", "officer", "case")
        if len(getattr(asked, name) or "") > _LONGEST
    ]
    try:
        data = query.asks.model_validate_json(orjson.dumps(asked.data))
    except ValidationError as error:
        problems += [Problem(one.code, f"/data{one.pointer}", one.reason) for one in flaws(error)]
    if problems:
        return problems
    body = data.model_dump_json(exclude_none=True, by_alias=True).encode()
    return Question(id, asked.name, body, asked.purpose, asked.officer, asked.case)
