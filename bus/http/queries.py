"""`POST /v1/queries/{name}`: request and reply. An answer is personal: it is handed to the caller and forgotten."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bus.queries import Answer, Asked, Failed, may_ask

from . import shapes
from .call import Call, Response, json_response
from .desk import Desk
from .documents import read as read_document
from .problems import Refused

_MOST = 1_000_000
_PROBLEMS = {
    "invalid": "invalid",
    "refused": "query-refused",
    "down": "partner-down",
    "closed": "system-closed",
    "too-late": "too-late",
    "misconfigured": "partner-misconfigured",
    "no-evidence": "ledger-unavailable",
}


class Ask(BaseModel):
    """The body of a query."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] = Field(description="the question, as the query's schema says")
    purpose: str | None = Field(default=None, max_length=100, description="code of the procedure (TTHC) it is for")
    officer: str | None = Field(default=None, max_length=100, description="account of the officer who asks")
    case: str | None = Field(default=None, max_length=100, description="code of the dossier it is for")


class Enquiries:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, call: Call) -> Response:
        """The queries that this client may ask, with what each asks for and how it can end."""
        queries = self._desk.queries
        names = [name for name in (queries.names if queries else []) if may_ask(call.client, name)]
        return json_response({"queries": [self._described(name) for name in names]})

    async def ask(self, call: Call) -> Response:
        """The answer, or a problem that says whose fault it is."""
        name, queries = call.arguments["name"], self._desk.queries
        if not may_ask(call.client, name):
            detail = f"the client {call.name} may not ask this; it needs the query's name under ask"
            raise Refused("not-allowed", detail)
        if queries is None or name not in queries.names:
            raise Refused("unknown-query", "the configuration has no query of this name; GET /v1/queries lists them")
        limit = min(_MOST, self._desk.config.http.max_body)
        body = read_document(Ask, await call.body(limit), self._desk.config.http.max_depth)
        asked = Asked(call.name, name, body.data, body.purpose, body.officer, body.case, _deadline(call))
        answer = await queries.ask(asked)
        return _refuse(answer) if isinstance(answer, Failed) else json_response(_shown(answer))

    def _described(self, name: str) -> dict[str, Any]:
        assert self._desk.queries is not None
        settings, declared = self._desk.config.queries[name], self._desk.queries.declared(name)
        return {
            "name": name,
            "system": settings.system,
            "deadline": settings.deadline,
            "require": settings.require,
            "results": list(declared.results),
            "schema": declared.asks.model_json_schema(),
        }


def _deadline(call: Call) -> float | None:
    """Seconds, from `Request-Timeout`."""
    header = call.header(b"request-timeout")
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Refused("bad-parameter", "the header Request-Timeout is a number of seconds above 0, such as 2.5")
    return seconds


def _shown(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "query": answer.query,
        "system": answer.system,
        "result": answer.result,
        "data": answer.data,
        "time": shapes.moment(answer.at),
        "cached": answer.cached,
    }


def _refuse(failed: Failed) -> Response:
    headers = {} if failed.after is None else {"retry-after": str(max(1, round(failed.after)))}
    raise Refused(
        _PROBLEMS[failed.trouble], failed.reason, failed.problems, headers=headers, more={"question": failed.id}
    )
