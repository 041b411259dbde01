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
from reconciliation.layout import CANONICAL, Layout
from reconciliation.matching import match
from reconciliation.outcomes import IDENTITY, judge
from reconciliation.ports import Ours
from reconciliation.report.write import Report, write
from reconciliation.runs import FROZEN, INPUTS, Day
from reconciliation.statements import Read, read
from schemas.base import ZONE

FORMAT = 1  # of the frozen files
_EMPTY_KEY = "SELECT kind, reference, gateway_reference, refund_reference, moment FROM ours WHERE false"
_EMPTY_PREVIOUS = """SELECT ''::VARCHAR AS outcome, ''::VARCHAR AS cause, kind, reference, gateway_reference,
    refund_reference, amount AS our_amount, status AS our_status, fee AS our_fee, amount AS their_amount,
    status AS their_status, fee AS their_fee FROM ours WHERE false"""

# (what, how much of how many): "exporting", "reading", "matching", "writing"
Told = Callable[[str, int], object]


@dataclass(frozen=True, slots=True)
class Request:
    """What to reconcile. `day` is any day of the session; `now` goes into the record."""

    system: str
    day: date
    statement: Path
    layout: Layout
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
        statement = work / "statement"
        shutil.copyfile(wanted.statement, statement)  # what is hashed is what is read
        theirs = read(
            connection,
            statement,
            str(wanted.statement),
            wanted.layout,
            "theirs",
            session.reach,
            work,
            lambda by: told("reading", by),
        )
        statement.unlink()
        inputs = _inputs(wanted, session, number, exported, theirs, place, before)
        _freeze(connection, folder, place, before)
        found = _judged(connection, inputs, folder, told)
        _leave(connection, folder)
        (folder / INPUTS).write_text(_json(inputs), encoding="utf-8")
    return Done(number, place.run(number), session, found, inputs)


def again(place: Day, number: int, limits: Limits = LIMITS, told: Told = lambda what, by: None) -> Done:
    """The outputs of a run, made anew from what was frozen with it. Bytes that differ are replaced and named.

    Raises `runs.Unknown`, `runs.Locked`, `OSError`.
    """
    inputs = place.inputs(number)
    folder = place.run(number)
    with place.locked(), engine(limits, place.folder) as (connection, work):
        target = work / "again"
        target.mkdir()
        for side in ("ours", "theirs"):
            path = folder / FROZEN / f"{side}.parquet"
            connection.execute(f"CREATE TABLE {side} AS SELECT * FROM read_parquet('{_quoted(path)}') ORDER BY n")
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


def _ours(
    connection: DuckDBPyConnection, wanted: Request, session: Session, ours: Ours, work: Path, told: Told
) -> tuple[Read, str]:
    since, until = session.reach
    zoned = (since.replace(tzinfo=ZONE), until.replace(tzinfo=ZONE))
    told("exporting", 0)
    exported = ours.export(wanted.system, *zoned, work)
    layout = CANONICAL.model_copy(update={"outside": "keep", "allow_empty": True})
    path = exported.path
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            path = _unpacked(connection, path, work)
    told_bytes: Callable[[int], object] = lambda by: told("exporting", by)  # noqa: E731
    found = read(connection, path, str(exported.path), layout, "all_ours", session.reach, work, told_bytes)
    inside = f"moment >= TIMESTAMP '{session.since}' AND moment < TIMESTAMP '{session.until}'"
    connection.execute(
        f"CREATE VIEW ours AS SELECT *, {inside} AS inside FROM all_ours "
        f"WHERE moment >= TIMESTAMP '{since}' AND moment < TIMESTAMP '{until}'"
    )
    return found, exported.as_of


def _unpacked(connection: DuckDBPyConnection, path: Path, work: Path) -> Path:
    """Parquet as the canonical text, so that there is one way of reading and checking."""
    target = work / "ours.csv"
    connection.execute(
        f"COPY (SELECT * FROM read_parquet('{_quoted(path)}')) TO '{_quoted(target)}' (FORMAT csv, HEADER)"
    )
    return target


def _inputs(
    wanted: Request, session: Session, number: int, ours: tuple[Read, str], theirs: Read, place: Day, before: Day
) -> dict[str, Any]:
    read_ours, as_of = ours
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
        "statement": {"file": wanted.statement.name, **asdict(theirs)},
        "ours": {"as_of": as_of, **asdict(read_ours)},
        "layout": wanted.layout.model_dump(mode="json"),
        "previous_run": place.last(),
        "previous_session": {"day": before.day.isoformat(), "run": before.last()},
    }


def _freeze(connection: DuckDBPyConnection, folder: Path, place: Day, before: Day) -> None:
    for side in ("ours", "theirs"):
        _keep(connection, f"SELECT * FROM {side} ORDER BY n", folder / FROZEN / f"{side}.parquet")
    last, earlier = place.last(), before.last()
    copies = {
        "previous": (place, last, "differences", _EMPTY_PREVIOUS),
        "carried_in": (before, earlier, "carried", _EMPTY_KEY),
        "taken_in": (before, earlier, "taken", _EMPTY_KEY),
    }
    for name, (whose, number, source, empty) in copies.items():
        target = folder / FROZEN / f"{name}.parquet"
        if number is None:
            _keep(connection, empty, target)
        else:
            shutil.copyfile(whose.run(number) / FROZEN / f"{source}.parquet", target)


def _judged(connection: DuckDBPyConnection, inputs: Mapping[str, Any], folder: Path, told: Told) -> Books:
    """From the tables `ours` and `theirs` and the frozen files in `folder` to the outputs in `folder`."""
    for name, table in (("previous", "previous"), ("carried_in", "carried_in"), ("taken_in", "taken")):
        path = folder / FROZEN / f"{name}.parquet"
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet('{_quoted(path)}')")
    connection.execute("SET preserve_insertion_order = false")  # less memory; whoever needs an order says so
    match(connection, lambda by: told("matching", by))
    known = inputs["previous_session"]["run"] is not None
    judge(connection, _session_of(inputs), inputs["margin"], previous_known=known)
    tell_causes(connection, inputs["language"])
    differences(connection)
    found = books(connection, inputs["previous_run"])
    write(connection, Report(inputs, found, inputs["language"]), folder, lambda by: told("writing", by))
    return found


def _leave(connection: DuckDBPyConnection, folder: Path) -> None:
    """What the runs after this one will ask for."""
    identity = ", ".join(f"o.{key}" for key in IDENTITY)
    joined = "FROM outcomes r JOIN ours o ON r.o = o.n"
    frozen = folder / FROZEN
    _keep(
        connection,
        "SELECT * EXCLUDE (number, likely_cause, next_step) FROM differences ORDER BY number",
        frozen / "differences.parquet",
    )
    _keep(
        connection,
        f"SELECT {identity} {joined} WHERE r.cause = 'cut_off_next' ORDER BY ALL",
        frozen / "carried.parquet",
    )
    _keep(
        connection,
        f"SELECT {identity} {joined} WHERE r.t IS NOT NULL AND NOT o.inside ORDER BY ALL",
        frozen / "taken.parquet",
    )


def _keep(connection: DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO '{_quoted(path)}' (FORMAT parquet)")


def _session_of(inputs: Mapping[str, Any]) -> Session:
    said = inputs["session"]
    cut_off = datetime.strptime(said["cut_off"], "%H:%M:%S").time()
    return Session(date.fromisoformat(said["first"]), date.fromisoformat(said["day"]), cut_off)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


__all__ = ["Done", "Request", "again", "reconcile"]
