"""One run from its inputs to its reports; and the same run again, from what was frozen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from bus.words import Language
from reconciliation import days
from reconciliation.books import Books, books, differences, tell_causes
from reconciliation.days import Session
from reconciliation.engine import LIMITS, Limits, engine
from reconciliation.frozen import freeze, leave, quoted, thaw, thaw_sides
from reconciliation.layout import AnyLayout
from reconciliation.matching import match
from reconciliation.ports import Exported, Ours, Stated, Statement, Theirs
from reconciliation.report.write import Report, write
from reconciliation.runs import FROZEN, INPUTS, Day, Unknown
from reconciliation.statements import Read, read
from reconciliation.subjects import FOLD, SUBJECTS
from schemas.base import ZONE

FORMAT = 2  # of the frozen files
# (what, how much of how many): "exporting", "asking", "reading", "matching", "writing"
Told = Callable[[str, int], object]


@dataclass(frozen=True, slots=True)
class Request:
    """What to reconcile. `day` is any day of the session; `now` goes into the record.

    `statement`: the gateway's file, or who else knows its side.
    """

    system: str
    day: date
    statement: Path | Theirs
    layout: AnyLayout
    out: Path
    now: datetime
    language: Language = "en"
    kind: str = "payments"
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True)
class Done:
    """A run that came to its end. `changed`: names of outputs whose bytes were not as before (only of a repetition)."""

    number: int
    folder: Path
    session: Session
    books: Books
    inputs: Mapping[str, Any]
    changed: tuple[str, ...] = ()


def reconcile(wanted: Request, ours: Ours, told: Told = lambda what, by: None) -> Done:
    """Raises `Refused` for a file, `runs.Locked`, `OSError`; `books.Wrong` for a mistake of ours."""
    calendar = wanted.layout.calendar
    session = days.session(wanted.day, calendar)
    place = Day(wanted.out, wanted.kind, wanted.system, session.day)
    before = replace(place, day=days.before(session, calendar).day)
    with place.locked(), place.new() as (number, folder), engine(wanted.limits, place.folder) as (connection, work):
        exported = _ours(connection, wanted, session, ours, work, told)
        theirs = _theirs(connection, wanted, session, exported, work, told)
        inputs = _inputs(wanted, session, number, exported, theirs, place, before)
        freeze(connection, folder, place, before, exported.file.own, theirs.file.unanswered)
        found = _judged(connection, inputs, folder, told)
        leave(connection, folder)
        inputs["closed"] = found.closed
        (folder / INPUTS).write_text(_json(inputs), encoding="utf-8")
    return Done(number, place.run(number), session, found, inputs)


def again(place: Day, number: int, limits: Limits = LIMITS, told: Told = lambda what, by: None) -> Done:
    """The outputs of a run, made anew from what was frozen with it. Bytes that differ are replaced and named.

    Raises `runs.Unknown`, `runs.Locked`, `OSError`.
    """
    inputs = place.inputs(number)
    if inputs["format"] != FORMAT:
        raise Unknown(f"there is no run {number} that this version can repeat; it was made by another one")
    folder = place.run(number)
    with place.locked(), engine(limits, place.folder) as (connection, work):
        target = work / "again"
        target.mkdir()
        thaw_sides(connection, folder)
        (target / FROZEN).symlink_to((folder / FROZEN).resolve())
        found = _judged(connection, inputs, target, told)
        (target / FROZEN).unlink()
        changed = tuple(sorted(one.name for one in target.iterdir() if _moved(one, folder / one.name)))
    return Done(number, folder, _session_of(inputs), found, inputs, changed)


def _moved(made: Path, kept: Path) -> bool:
    """Whether the bytes differ; then those made now take the place."""
    if kept.is_file() and kept.read_bytes() == made.read_bytes():
        return False
    shutil.copyfile(made, kept)
    return True


@dataclass(frozen=True, slots=True)
class _Ours:
    file: Exported
    text: Path
    read: Read


@dataclass(frozen=True, slots=True)
class _Theirs:
    file: Stated
    read: Read


def _ours(
    connection: DuckDBPyConnection, wanted: Request, session: Session, ours: Ours, work: Path, told: Told
) -> _Ours:
    since, until = session.reach
    zoned = (since.replace(tzinfo=ZONE), until.replace(tzinfo=ZONE))
    told("exporting", 0)
    exported = ours.export(wanted.system, *zoned, work)
    layout = SUBJECTS[wanted.kind].canonical.model_copy(update={"outside": "keep", "allow_empty": True})
    path = exported.path
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            path = _unpacked(connection, path, work)
    told_bytes: Callable[[int], object] = lambda by: told("exporting", by)  # noqa: E731
    found = read(connection, path, str(exported.path), layout, "all_ours", session.reach, work, told_bytes)
    inside = f"moment >= TIMESTAMP '{session.since}' AND moment < TIMESTAMP '{session.until}'"
    connection.execute(
        f"CREATE TEMP VIEW ours AS SELECT *, {inside} AS inside FROM all_ours "
        f"WHERE moment >= TIMESTAMP '{since}' AND moment < TIMESTAMP '{until}'"
    )
    return _Ours(exported, path, found)


def _theirs(
    connection: DuckDBPyConnection, wanted: Request, session: Session, ours: _Ours, work: Path, told: Told
) -> _Theirs:
    source = Statement(wanted.statement) if isinstance(wanted.statement, Path) else wanted.statement
    stated = source.statement(wanted.system, session, ours.text, work)
    layout, told_bytes = stated.layout or wanted.layout, lambda by: told("reading", by)
    one_each = SUBJECTS[wanted.kind].one_each
    table = "their_lines" if one_each else "theirs"
    found = read(connection, stated.path, stated.name, layout, table, session.reach, work, told_bytes)
    stated.path.unlink()
    if one_each:
        connection.execute(f"CREATE TEMP TABLE theirs AS {FOLD.format(table)}")
    return _Theirs(stated, found)


def _unpacked(connection: DuckDBPyConnection, path: Path, work: Path) -> Path:
    """Parquet as the canonical text, so that there is one way of reading and checking."""
    target = work / "ours.csv"
    connection.execute(
        f"COPY (SELECT * FROM read_parquet('{quoted(path)}')) TO '{quoted(target)}' (FORMAT csv, HEADER)"
    )
    return target


def _inputs(
    wanted: Request, session: Session, number: int, ours: _Ours, theirs: _Theirs, place: Day, before: Day
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "run": number,
        "kind": wanted.kind,
        "system": wanted.system,
        "session": {
            "first": session.first.isoformat(),
            "day": session.day.isoformat(),
            "cut_off": str(session.cut_off),
        },
        "made": wanted.now.astimezone(ZONE).isoformat(timespec="seconds"),
        "language": wanted.language,
        "margin": wanted.layout.calendar.margin,
        "statement": {"file": Path(theirs.file.name).name, **asdict(theirs.read)},
        "ours": {
            "as_of": ours.file.as_of,
            "compared": ours.file.own is not None,
            "undated": ours.file.undated,
            **asdict(ours.read),
        },
        "layout": wanted.layout.model_dump(mode="json"),
        "previous_run": place.last(),
        "previous_session": {"day": before.day.isoformat(), "run": before.last()},
    }


def _judged(connection: DuckDBPyConnection, inputs: Mapping[str, Any], folder: Path, told: Told) -> Books:
    """From the tables `ours` and `theirs` and the frozen files in `folder` to the outputs in `folder`."""
    thaw(connection, folder)
    connection.execute("SET preserve_insertion_order = false")  # less memory; whoever needs an order says so
    subject = SUBJECTS[inputs["kind"]]
    match(connection, subject.pair, lambda by: told("matching", by))
    known = inputs["previous_session"]["run"] is not None
    subject.judge(connection, _session_of(inputs), inputs["margin"], previous_known=known)
    tell_causes(connection, inputs["kind"], inputs["language"])
    differences(connection)
    found = books(connection, inputs["previous_run"], compared=inputs["ours"]["compared"])
    write(connection, Report(inputs, found, inputs["language"]), folder, lambda by: told("writing", by))
    return found


def _session_of(inputs: Mapping[str, Any]) -> Session:
    said = inputs["session"]
    cut_off = datetime.strptime(said["cut_off"], "%H:%M:%S").time()
    return Session(date.fromisoformat(said["first"]), date.fromisoformat(said["day"]), cut_off)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


__all__ = ["Done", "Request", "again", "reconcile"]
