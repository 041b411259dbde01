"""Having a running bus ask the gateway, and waiting for the answers with a bar."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lienthong.command.client import Client
from lienthong.command.failures import Exit, Failure
from lienthong.command.opened import actor
from lienthong.command.output import progress
from lienthong.command.reconciling import wrong_call
from lienthong.command.sources import configured_url
from lienthong.command.texts import t

if TYPE_CHECKING:
    from reconciliation.asking import Wanted
    from reconciliation.ports import Theirs
    from reconciliation.reconcile import Told
    from schemas.vocabulary import DossierState

Wait = Annotated[float, typer.Option("--wait", min=0, help=t("reconcile.wait"))]
EventSource = Annotated[str, typer.Option("--source", help=t("reconcile.source"))]
MOST = 10_000  # questions of one command; a file of another merchant would ask about each of its lines
_PATIENCE = 60.0
_QUERY, _PURPOSE = "dossier.state", "reconciliation"


class Asking:
    """`payment.checked` over HTTP, and the answers out of the ledger. `told` is for `--json`."""

    def __init__(
        self,
        url: str | None,
        key_file: str | None,
        config: str | None,
        ledger: str | None,
        system: str,
        source: str,
        wait: float,
    ) -> None:
        if ledger is None:
            raise wrong_call("payments", "wrong.missing", name="-c")
        self._ledger, self._system, self._source, self._wait = ledger, system, source, wait
        self._client = Client(configured_url(url, config), key_file, _PATIENCE)
        self.told: dict[str, Any] = {"asked": {"references": 0, "answered": 0, "left_out": 0}}

    def ask(self, wanted: Sequence[Wanted], reason: str) -> None:
        """Asks about each and waits until all are answered, or the time is up; says how many were."""
        from datetime import UTC, datetime

        from bus.ledger import LedgerError
        from reconciliation.asking import BATCH, Patience, askable, events, groups
        from reconciliation.asking import wait as wait_for

        some = [one for one in wanted if askable(self._system, one)][:MOST]
        now = datetime.now(UTC)
        with progress(t("reconcile.asking"), 2 * len(some)) as bar:
            for group in groups(events(self._system, some, self._source, reason, now)):
                self._client.post("/v1/events", group, BATCH)
                bar.advance(len(group))
            try:
                silent = wait_for(
                    self._ledger, self._system, some, now, Patience(self._wait), time.monotonic, time.sleep, bar.advance
                )
            except LedgerError as error:
                raise Failure("LT110", Exit.UNREACHABLE, reason=str(error)) from error
        asked = self.told["asked"]
        asked["references"] += len(some)
        asked["answered"] += len(some) - len(silent)
        asked["left_out"] += len(wanted) - len(some)
        typer.echo(t("reconcile.asked", **{name: str(count) for name, count in asked.items()}), err=True)


class Looking:
    """The query `dossier.state` over HTTP, one dossier after another, with a bar."""

    def __init__(self, url: str | None, key_file: str | None, config: str | None, system: str, most: int) -> None:
        self._client = Client(configured_url(url, config), key_file, _PATIENCE)
        self._system, self._most, self._officer = system, most, actor()

    def source(self, told: Told) -> Theirs:
        """The other side, for a run."""
        from reconciliation.dossiers import Lookups

        return Lookups(self._ask, self._most, lambda done, all: told("asking", 1))

    def _ask(self, code: str) -> tuple[bool, DossierState | None] | None:
        """What the bus cannot find out about one dossier is no answer; a bus that is away ends the command."""
        from schemas.vocabulary import DossierState

        body = {"data": {"dossier_code": code}, "purpose": _PURPOSE, "officer": self._officer, "case": code}
        try:
            answer = self._client.post(f"/v1/queries/{_QUERY}", body)
        except Failure as failure:
            if failure.exit is Exit.FAILED:
                return None
            raise
        if answer["system"] != self._system:
            reason = t("reconcile.dossiers.other", system=answer["system"])
            raise wrong_call("dossiers", "wrong.value", name="--system", said=reason)
        if answer["result"] != "found":
            return False, None
        state = (answer["data"] or {}).get("state")
        return True, None if state is None else DossierState(state)
