"""`GET /v1/processes/{process}/{key}`: what a process keeps about one business key, and what is around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from pydantic import BaseModel

from bus.ledger import Ledger, processes, read, task_search
from lienthong import Adapter, Process

from . import parameters, shapes
from .call import Call, Response, json_response
from .desk import Desk
from .problems import Refused
from .tasks import Model, may_see
from .tasks import models as task_models

Json = dict[str, Any]
# messages and tasks that are shown; of one business key there are some dozens in all
_MOST = 100


def models(adapters: Mapping[str, type[Adapter]]) -> Callable[[str], type[BaseModel] | None]:
    """By which model the state of a process is masked."""
    return {name: one.State for name, one in adapters.items() if issubclass(one, Process)}.get


async def shown(ledger: Ledger, process: str, key: str, state: Model, work: Model, *, full: bool = False) -> Json:
    """The state under `key`, which may also be one of its names. Raises `Refused` where there is none."""
    if "\0" in process + key:
        raise _unknown()
    found = await ledger.read(lambda connection: processes.whole(connection, process, key))
    if found is None:
        raise _unknown()
    about = read.Search(subject=found["key"], limit=_MOST)
    every = task_search.Search(states=task_search.STATES, process=process, key=found["key"], limit=_MOST)
    messages = await ledger.read(lambda connection: read.search(connection, about))
    rows = await ledger.read(lambda connection: task_search.search(connection, every))
    return {
        **_head(found, state(process), full=full),
        "tasks": [shapes.task(row, work(process), full=full) for row in rows],
        "messages": [shapes.summary(row) for row in messages],
    }


class States:
    """The handler."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        adapters = {name: type(one) for name, one in desk.adapters.items()}
        self._state, self._work = models(adapters), task_models(adapters)

    async def show(self, call: Call) -> Response:
        """One state; with `?data=full` unmasked, for clients that operate."""
        may_see(call, "states of processes")
        full = parameters.full(call.query(), allowed=call.client.operate)
        process, key = call.arguments["process"], call.arguments["key"]
        return json_response(await shown(self._desk.ledger, process, key, self._state, self._work, full=full))


def _head(found: Json, model: type[BaseModel] | None, *, full: bool) -> Json:
    state = orjson.loads(found["state"])
    return {
        "process": found["process"],
        "key": found["key"],
        "names": found["names"],
        "version": found["version"],
        "changed_at": shapes.moment(found["changed_at"]),
        "state": state if full else shapes.vouched(model, state),
        "masked": not full,
        "timers": [_timer(one) for one in found["timers"]],
    }


def _timer(row: Json) -> Json:
    return {"name": row["name"], "generation": row["generation"], "due_at": shapes.moment(row["due_at"])}


def _unknown() -> Refused:
    detail = "this process keeps nothing under this key or name; check both, the process as it is configured"
    return Refused("unknown-process", detail)
