"""Work for people: `/v1/tasks`. Whoever looks and acts: a request, or a command that opened the ledger itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bus.ledger import Ledger, read, task_search, tasks
from bus.ledger.tasks import Action, Kept, Place
from lienthong import Adapter, Problem, Process
from schemas.payments import Difference

from . import parameters, shapes
from .call import Call, Response, json_response
from .desk import Desk
from .documents import read as read_document
from .messages import SMALL, may_operate
from .problems import Refused

Json = dict[str, Any]
Model = Callable[[str], type[BaseModel] | None]
_NO_NUL = r"^[^\x00]*$"
# what finds work besides the processes, and what its tasks say
_OTHERS: Mapping[str, type[BaseModel]] = {"reconciliation": Difference}
_OWNED, _EXPLAINED = ("take", "settle"), ("settle", "reopen")


class Act(BaseModel):
    """The body of an act on a task."""

    model_config = ConfigDict(extra="forbid", strict=True)

    action: Action = Field(description="settle and reopen need a note")
    owner: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        pattern=_NO_NUL,
        description="of take and settle: whose it is; the client's own if absent",
    )
    note: str | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        pattern=_NO_NUL,
        description="for the evidence too; nothing personal",
    )
    seen: str | None = Field(
        default=None, max_length=40, description="`changed_at` as it was seen: refused if it changed meanwhile"
    )


def models(adapters: Mapping[str, type[Adapter]]) -> Model:
    """By which model the body of a task is masked, by who found it. `adapters`: those of the configured systems."""
    works = {name: one.Work for name, one in adapters.items() if issubclass(one, Process)}
    return lambda process: works.get(process) or _OTHERS.get(process)


async def found(ledger: Ledger, query: Mapping[str, str], model: Model) -> Json:
    """One page, the longest open first; `next` is the cursor of the following page, or null. Raises `Refused`."""
    wanted = parameters.tasks(query)
    more = replace(wanted, limit=wanted.limit + 1)
    rows = await ledger.read(lambda connection: task_search.search(connection, more))
    page = rows[: wanted.limit]
    following = task_search.cursor(page[-1]) if len(rows) > wanted.limit else None
    return {"tasks": [shapes.task(row, model(row["process"]), full=False) for row in page], "next": following}


async def shown(ledger: Ledger, place: Place, model: Model, *, full: bool = False) -> Json:
    """One task with its evidence. Raises `Refused`."""
    _storable(place)
    row = await ledger.read(lambda connection: task_search.one(connection, place))
    if row is None:
        raise _unknown()
    deeds = await ledger.read(lambda connection: read.deeds(connection, [place.id]))
    told = shapes.task(row, model(place.process), full=full)
    return {**told, "evidence": [shapes.deed(one) for one in deeds]}


async def acted(ledger: Ledger, place: Place, wanted: Act, actor: str, model: Model) -> Json:
    """The task as it is now. Raises `Refused`."""
    _storable(place)
    order = tasks.Act(wanted.action, wanted.owner, wanted.note, _seen(wanted))
    if mistakes := _mistakes(wanted):
        raise Refused("invalid", "the request is not as documented; see errors", mistakes)
    done = await ledger.call(lambda session, chain: tasks.act(session, chain, place, order, actor))
    if done is None:
        raise _unknown()
    if isinstance(done, Kept):
        told = {"state": done.state, "owner": done.owner}
        raise Refused("task-kept", f"the task was left as it is: {done.reason}", more={"task": told})
    return shapes.task(done, model(place.process), full=False)


class Tasks:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._model = models({name: type(one) for name, one in desk.adapters.items()})

    async def search(self, call: Call) -> Response:
        """One page."""
        may_see(call, "tasks")
        return json_response(await found(self._desk.ledger, call.query(), self._model))

    async def show(self, call: Call) -> Response:
        """One task; with `?data=full` unmasked, for clients that operate."""
        may_see(call, "tasks")
        full = parameters.full(call.query(), allowed=call.client.operate)
        return json_response(await shown(self._desk.ledger, _place(call), self._model, full=full))

    async def act(self, call: Call) -> Response:
        """Take, release, settle or reopen."""
        may_operate(call)
        may_see(call, "tasks")
        wanted = read_document(Act, await call.body(SMALL), self._desk.config.http.max_depth)
        return json_response(await acted(self._desk.ledger, _place(call), wanted, call.name, self._model))


def may_see(call: Call, what: str) -> None:
    """Raises `Refused` for who may not see what is about everybody's messages."""
    if call.client.read != "all":
        raise Refused("not-allowed", f"the client {call.name} may see no {what}; it needs read: all")


def _place(call: Call) -> Place:
    return Place(call.arguments["process"], call.arguments["key"], call.arguments["name"])


def _storable(place: Place) -> None:
    if "\0" in place.process + place.key + place.name:
        raise _unknown()


def _unknown() -> Refused:
    return Refused("unknown-task", "there is no task of this process, key and name; GET /v1/tasks lists them")


def _seen(wanted: Act) -> float | None:
    if wanted.seen is None:
        return None
    try:
        found = datetime.fromisoformat(wanted.seen)
        if found.tzinfo is not None:
            return found.timestamp()
    except (ValueError, OverflowError):
        pass
    mistake = Problem("time-format", "/seen", "is no time with an offset; send changed_at as it was answered")
    raise Refused("invalid", "the request is not as documented; see errors", [mistake])


def _mistakes(wanted: Act) -> list[Problem]:
    mistakes = []
    if wanted.owner is not None and wanted.action not in _OWNED:
        reason = f"does not belong to {wanted.action}; leave it out"
        mistakes.append(Problem("unknown-field", "/owner", reason))
    if wanted.note is None and wanted.action in _EXPLAINED:
        mistakes.append(Problem("missing", "/note", f"is missing; say why, {wanted.action} needs it"))
    return mistakes
