"""`lienthong ledger`: the ledger itself, and its archives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lienthong.command import evidence
from lienthong.command.failures import Exit, Failure
from lienthong.command.groups import group
from lienthong.command.output import ConfigPath, Json, OptionalConfigPath, progress, show, table
from lienthong.command.texts import t

if TYPE_CHECKING:
    from bus.config import Config
    from bus.ledger.retention.archiver import Run
    from bus.ledger.retention.proof import Proof
    from bus.ledger.verify import Verified

app = group("ledger")
evidence.register(app)

Folder = Annotated[Path | None, typer.Option("--archives", help=t("ledger.folder"), show_default=False)]


@app.command("verify", help=t("ledger.verify"))
def verify(config: OptionalConfigPath = None, archives: Folder = None, json: Json = False) -> None:
    """Exit code 1 if something is broken. Changes nothing; a bus may run meanwhile. Without a configuration only the
    archives are checked."""
    if config is None and archives is None:
        raise Failure("LT100", Exit.USAGE, reason=t("wrong.missing", name="-c"), command="lienthong ledger verify")
    found = _verified(config, archives) if config is not None else None
    proof = found.proof if found is not None else _proved(archives or Path())
    ok = not (found is not None and found.broken) and not (proof is not None and proof.wrong)
    if json:
        show({"ok": ok, **_of_ledger(found), "archives": _of_archives(proof)})
    else:
        _say(found, proof)
    raise typer.Exit(Exit.OK if ok else Exit.FAILED)


@app.command("archive", help=t("ledger.archive"))
def archive(config: ConfigPath, json: Json = False) -> None:
    """Exit code 1 if it did not come to its end; what was archived until then stays archived."""
    from lienthong.command.run import loaded_config

    loaded = loaded_config(config, quiet=True)
    if loaded.ledger.retention is None:
        raise Failure("LT111", Exit.FAILED, reason=t("archive.unset"))
    done = _archived(loaded)
    if json:
        files, partitions = list(done.files), list(done.partitions)
        counts = {"messages": done.messages, "evidence": done.evidence, "bytes": done.bytes}
        left = {"cleared": list(done.cleared), "kept": list(done.kept)}
        show({"busy": done.busy, "files": files, **counts, "partitions": partitions, **left})
        return
    for name in done.kept:
        typer.echo(t("archive.kept", name=name), err=True)
    for name in done.files:
        typer.echo(name)
    said = "archive.busy" if done.busy else "archive.done"
    typer.echo(t(said, messages=done.messages, files=len(done.files)), err=True)


@app.command("archives", help=t("ledger.archives"))
def archives(
    config: ConfigPath,
    find: Annotated[str | None, typer.Option("--find", help=t("archives.find"), show_default=False)] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Without `--find` a list, oldest first. Exit code 1 if nothing is found."""
    from bus.http.shapes import moment
    from lienthong.command.run import loaded_config

    loaded = loaded_config(config, quiet=True)
    rows = _rows(loaded)
    if find is not None:
        _found(rows, folder or _folder(loaded), find, json)
        return
    times = [{name: moment(row[name]) for name in ("oldest", "newest", "at")} for row in rows]
    plain = ("number", "file", "digest", "chained", "messages", "deliveries", "attempts", "evidence", "bytes")
    if json:
        kept = [{**{name: row[name] for name in plain}, **said} for row, said in zip(rows, times, strict=True)]
        show({"archives": kept})
        return
    columns = ("number", "oldest", "newest", "messages", "bytes", "file")
    table(columns, [[str({**row, **said}[name]) for name in columns] for row, said in zip(rows, times, strict=True)])


def _verified(config: str, folder: Path | None) -> Verified:
    from bus.ledger import LedgerError
    from bus.ledger.verify import verify as read
    from lienthong.command.run import loaded_config

    url = loaded_config(config, quiet=True).ledger.url.get_secret_value()
    try:
        with progress(t("ledger.verifying")) as bar:
            return read(url, bar.total, bar.advance, folder)
    except (LedgerError, OSError) as error:
        raise Failure("LT110", Exit.UNREACHABLE, reason=str(error)) from error


def _proved(folder: Path) -> Proof:
    from bus.ledger import LedgerError
    from bus.ledger.retention.proof import prove

    try:
        with progress(t("ledger.proving")) as bar:
            return prove(folder, begin=bar.total, read=bar.advance)
    except (LedgerError, OSError) as error:
        raise _unreadable(folder, error) from error


def _of_ledger(found: Verified | None) -> dict[str, Any]:
    if found is None:
        return {"chains": None, "records": None, "archived": None, "broken": []}
    wrong = [{"chain": one.chain, "seq": one.seq} for one in found.broken]
    return {"chains": found.chains, "records": found.records, "archived": found.archived, "broken": wrong}


def _of_archives(proof: Proof | None) -> dict[str, Any] | None:
    if proof is None:
        return None
    wrong = [{"place": one.place, "what": one.what} for one in proof.wrong]
    counts = {"files": proof.files, "messages": proof.messages, "records": proof.records}
    return {**counts, "last": proof.last or None, "wrong": wrong}


def _say(found: Verified | None, proof: Proof | None) -> None:
    if found is not None:
        for broken in found.broken:
            typer.echo(t("ledger.broken", chain=broken.chain, seq=broken.seq))
        summary = "ledger.wrong" if found.broken else "ledger.ok"
        typer.echo(t(summary, chains=found.chains, records=found.records, broken=len(found.broken)), err=True)
    if proof is not None:
        for wrong in proof.wrong:
            typer.echo(f"{wrong.place}: {wrong.what}")
        summary = "archives.wrong" if proof.wrong else "archives.ok"
        told = {"files": proof.files, "records": proof.records, "wrong": len(proof.wrong), "last": proof.last[:16]}
        typer.echo(t(summary, **told), err=True)


def _archived(config: Config) -> Run:
    import asyncio

    from bus.ledger import LedgerError

    try:
        return asyncio.run(_run(config))
    except LedgerError as error:
        raise Failure("LT111", Exit.FAILED, reason=str(error)) from error
    except OSError as error:
        raise Failure("LT111", Exit.FAILED, reason=error.strerror or str(error)) from error


async def _run(config: Config) -> Run:
    from bus.keeping import plan
    from bus.leases import new_incarnation
    from bus.ledger import Ledger, LedgerError
    from bus.ledger.retention.archiver import Archiver, Progress
    from lienthong.command.opened import actor

    assert config.ledger.retention is not None
    try:
        ledger = Ledger(config.ledger.url.get_secret_value(), id=new_incarnation(), existing=True)
    except (LedgerError, OSError) as error:
        raise Failure("LT110", Exit.UNREACHABLE, reason=str(error)) from error
    try:
        with progress(t("archive.writing")) as bar:
            archiver = Archiver(ledger, plan(config.ledger.retention), actor())
            return await archiver.run(Progress(bar.total, bar.advance))
    finally:
        await ledger.close()


def _rows(config: Config) -> list[dict[str, Any]]:
    from bus.ledger import LedgerError, look, read

    url = config.ledger.url.get_secret_value()
    try:
        if not look.is_there(url):
            raise LedgerError("there is no ledger")
        return look.look(url, read.archives)
    except (LedgerError, OSError) as error:
        raise Failure("LT110", Exit.UNREACHABLE, reason=str(error)) from error


def _folder(config: Config) -> Path:
    if config.ledger.retention is None:
        raise Failure("LT111", Exit.FAILED, reason=t("archive.unset"))
    return config.ledger.retention.folder


def _found(rows: list[dict[str, Any]], folder: Path, wanted: str, json: bool) -> None:
    """Personal data is masked, as in `messages show`."""
    from bus.http import shapes
    from lienthong.command.messages import print_message

    found = [(file, shapes.whole(row, full=False)) for file, row in _messages(rows, folder, wanted)]
    if json:
        show({"messages": [{**message, "archive": file} for file, message in found]})
    else:
        for file, message in found:
            print_message(message)
            typer.echo(f"  {file}")
    if not found:
        typer.echo(t("messages.none"), err=True)
        raise typer.Exit(Exit.FAILED)


def _messages(rows: list[dict[str, Any]], folder: Path, wanted: str) -> list[tuple[str, dict[str, Any]]]:
    from uuid import UUID

    from bus.ledger import LedgerError
    from bus.ledger.retention.files import Archives

    shelf = Archives(folder, rows)
    try:
        id = str(UUID(wanted))
    except ValueError:
        id = None
    try:
        if id is not None:
            found = shelf.find(id)
            if found.message is None and found.archives:
                raise LedgerError(f"it may be in {', '.join(found.archives)}, which is not there")
            return [] if found.message is None or found.file is None else [(found.file, found.message.row())]
        with progress(t("archives.searching"), sum(row["bytes"] for row in rows)) as bar:
            return [(file, message.row()) for file, message in shelf.about(wanted, bar.advance)]
    except (LedgerError, OSError) as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: Exception) -> Failure:
    return Failure("LT104", Exit.USAGE, path=str(folder), reason=str(error), hint=t("archives.hint"))
