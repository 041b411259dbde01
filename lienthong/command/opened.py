"""The ledger of a bus, opened by a command: for when no bus runs, and beside one where the database allows it."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from lienthong.command.failures import Exit, Failure
from lienthong.command.problems import problem

if TYPE_CHECKING:
    from pydantic import BaseModel

    from bus.config import Config
    from lienthong.ports import Adapter

T = TypeVar("T")
M = TypeVar("M", bound="BaseModel")


class LedgerSource:
    """Answers as the HTTP pages do, made by the same functions. Personal data is masked here too."""

    def __init__(self, config: Config) -> None:
        from bus.leases import new_incarnation
        from bus.ledger import Ledger, LedgerError

        self._config = config
        try:
            folder = config.ledger.retention.folder if config.ledger.retention is not None else None
            url = config.ledger.url.get_secret_value()
            self._ledger = Ledger(url, id=new_incarnation(), existing=True, archives=folder)
        except (LedgerError, OSError) as error:
            raise Failure("LT110", Exit.UNREACHABLE, reason=str(error)) from error
        self._loop = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._loop:
            self._run(self._ledger.close())

    def search(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import actions

        return self._run(actions.found(self._ledger, wanted, None))

    def show(self, id: str) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import actions, shapes

        return shapes.whole(self._run(actions.row(self._ledger, id, None)), full=False)

    def evidence(self, id: str) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import actions

        return self._run(actions.evidence(self._ledger, {"id": id}))

    def replay(self, id: str, force: bool, system: str | None) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import actions

        wanted = self._checked(actions.Replay, {"force": force, "system": system})
        row = self._run(actions.row(self._ledger, id, None))
        return self._run(actions.replayed(self._ledger, row, wanted, actor()))

    def cancel(self, id: str, reason: str, system: str | None) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import actions

        wanted = self._checked(actions.Cancel, {"reason": reason, "system": system})
        row = self._run(actions.row(self._ledger, id, None))
        return self._run(actions.cancelled(self._ledger, row, wanted, actor()))

    def move(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """See `Source`."""
        from bus import registry
        from bus.http import moves

        systems = self._config.systems
        wanted = self._checked(moves.Move, order)
        return self._run(
            moves.moved(self._ledger, systems, lambda name: registry.make_adapter(systems[name]), wanted, actor())
        )

    def tasks(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import tasks

        return self._run(tasks.found(self._ledger, wanted, tasks.models(self._adapters())))

    def task(self, process: str, key: str, name: str) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import tasks
        from bus.ledger.tasks import Place

        place = Place(process, key, name)
        return self._run(tasks.shown(self._ledger, place, tasks.models(self._adapters())))

    def act(self, process: str, key: str, name: str, order: Mapping[str, Any]) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import tasks
        from bus.ledger.tasks import Place

        wanted, place = self._checked(tasks.Act, order), Place(process, key, name)
        return self._run(tasks.acted(self._ledger, place, wanted, actor(), tasks.models(self._adapters())))

    def process(self, process: str, key: str) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import processes, tasks

        adapters = self._adapters()
        state, work = processes.models(adapters), tasks.models(adapters)
        return self._run(processes.shown(self._ledger, process, key, state, work))

    def _adapters(self) -> dict[str, type[Adapter]]:
        from bus import registry

        return {name: registry.adapter_class(one.adapter) for name, one in self._config.systems.items()}

    def systems(self) -> dict[str, Any]:
        """See `Source`. Whether a breaker is open only a running bus knows."""
        from bus.http import actions
        from bus.ledger import operate
        from bus.ledger.session import Session

        known = {name: system.adapter for name, system in self._config.systems.items()}
        resumed = self._run(self._ledger.read(lambda connection: operate.resumed(Session(connection))))
        configured = {name for name, one in self._config.systems.items() if one.paused} - resumed
        paused = dict.fromkeys(configured, "paused in the configuration")
        return self._run(actions.systems(self._ledger, known, {"paused": paused, "breakers": None}))

    def pause(self, system: str, reason: str) -> dict[str, Any]:
        """See `Source`."""
        from bus.http import actions

        self._known(system)
        wanted = self._checked(actions.Pause, {"reason": reason})
        self._run(self._ledger.pause(system, actor(), wanted.reason))
        return {"system": system, "paused": wanted.reason}

    def resume(self, system: str) -> dict[str, Any]:
        """See `Source`."""
        self._known(system)
        configured = self._config.systems[system].paused
        return {"system": system, "resumed": self._run(self._ledger.resume(system, actor(), configured))}

    def _known(self, system: str) -> None:
        from bus.http import actions

        if system not in self._config.systems:
            raise problem(actions.unknown_system(self._config.systems).document(""))

    def _checked(self, model: type[M], body: Mapping[str, Any]) -> M:
        from pydantic import ValidationError

        from bus.http.documents import flaws
        from bus.http.problems import Refused

        try:
            return model.model_validate(body)
        except ValidationError as error:
            detail = "the request is not as documented; see errors"
            raise problem(Refused("invalid", detail, flaws(error)).document("")) from error

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        from bus.http.problems import Refused
        from bus.ledger import LedgerError

        try:
            return self._loop.run(work)
        except Refused as refused:
            raise problem(refused.document("")) from refused
        except LedgerError as error:
            raise Failure("LT110", Exit.UNREACHABLE, reason=str(error)) from error


def actor() -> str:
    """Who did it, for the evidence: the user of this machine whose command it was."""
    uid = os.getuid()
    try:
        return f"command/{pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"command/{uid}"
