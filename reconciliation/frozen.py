"""What is frozen with a run: both sides' lines, what was known before it, and what the runs after it will ask for."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from reconciliation.outcomes import IDENTITY
from reconciliation.own_books import OWN_HEADER
from reconciliation.runs import FROZEN, Day

_TABLES = {
    "previous": "previous",
    "carried_in": "carried_in",
    "taken_in": "taken",
    "own": "own",
    "unanswered": "unanswered",
}
_EMPTY_KEY = "SELECT kind, reference, gateway_reference, refund_reference, moment FROM ours WHERE false"
_EMPTY_PREVIOUS = """SELECT ''::VARCHAR AS outcome, ''::VARCHAR AS cause, kind, reference, gateway_reference,
    refund_reference, amount AS our_amount, status AS our_status, fee AS our_fee, amount AS their_amount,
    status AS their_status, fee AS their_fee FROM ours WHERE false"""


def freeze(
    connection: DuckDBPyConnection, folder: Path, place: Day, before: Day, own: Path | None, unanswered: Path | None
) -> None:
    """Both sides as they were read, and what earlier runs left. `own` and `unanswered`: see `ports`."""
    _keep(connection, _texts(own, OWN_HEADER), folder / FROZEN / "own.parquet")
    _keep(connection, _texts(unanswered, ("reference",)), folder / FROZEN / "unanswered.parquet")
    for side in ("ours", "theirs"):
        _keep(connection, f"SELECT * FROM {side}", folder / FROZEN / f"{side}.parquet")
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


def _texts(path: Path | None, columns: Sequence[str]) -> str:
    """A query for a file of these columns, or for none of its lines. Amounts are numbers."""
    types = {one: "BIGINT" if one.endswith("_amount") else "VARCHAR" for one in columns}
    if path is None:
        return f"SELECT {', '.join(f'NULL::{type} AS {name}' for name, type in types.items())} WHERE false"
    given = ", ".join(f"'{name}': '{type}'" for name, type in types.items())
    return (
        f"SELECT * FROM read_csv('{quoted(path)}', header=true, auto_detect=false, delim=',', quote='\"', "
        f"escape='\"', columns={{{given}}})"
    )


def thaw_sides(connection: DuckDBPyConnection, folder: Path) -> None:
    """The tables `ours` and `theirs` of a run."""
    for side in ("ours", "theirs"):
        path = quoted(folder / FROZEN / f"{side}.parquet")
        connection.execute(f"CREATE TABLE {side} AS SELECT * FROM read_parquet('{path}') ORDER BY n")


def thaw(connection: DuckDBPyConnection, folder: Path) -> None:
    """The tables of what was known before a run."""
    for name, table in _TABLES.items():
        path = quoted(folder / FROZEN / f"{name}.parquet")
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet('{path}')")


def leave(connection: DuckDBPyConnection, folder: Path) -> None:
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
    # hardly a text stands there twice, so that looking for those that do costs more than it saves
    form = "FORMAT parquet, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1"
    connection.execute(f"COPY ({query}) TO '{quoted(path)}' ({form})")


def quoted(path: Path) -> str:
    return str(path).replace("'", "''")


__all__ = ["freeze", "leave", "quoted", "thaw", "thaw_sides"]
