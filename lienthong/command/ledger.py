"""`lienthong ledger`: the ledger itself."""

from __future__ import annotations

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.groups import group
from lienthong.command.output import ConfigPath, Json, progress, show
from lienthong.command.texts import t

app = group("ledger")


@app.callback()
def _group() -> None:
    """A group also while it has one command."""


@app.command("verify", help=t("ledger.verify"))
def verify(config: ConfigPath, json: Json = False) -> None:
    """Exit code 1 if a chain is broken. Changes nothing; a bus may run meanwhile."""
    from bus.ledger import LedgerError
    from bus.ledger.verify import verify as read
    from lienthong.command.run import loaded_config

    url = loaded_config(config, quiet=True).ledger.url.get_secret_value()
    try:
        with progress(t("ledger.verifying")) as bar:
            found = read(url, bar.total, bar.advance)
    except (LedgerError, OSError) as error:
        raise Failure("LT110", Exit.UNREACHABLE, reason=str(error)) from error
    wrong = [{"chain": one.chain, "seq": one.seq} for one in found.broken]
    if json:
        show({"ok": not wrong, "chains": found.chains, "records": found.records, "broken": wrong})
    else:
        for one in found.broken:
            typer.echo(t("ledger.broken", chain=one.chain, seq=one.seq))
        summary = "ledger.wrong" if wrong else "ledger.ok"
        typer.echo(t(summary, chains=found.chains, records=found.records, broken=len(wrong)), err=True)
    raise typer.Exit(Exit.FAILED if wrong else Exit.OK)
