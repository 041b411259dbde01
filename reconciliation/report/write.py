"""All outputs of a run. The same tables give the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from bus.words import Language
from reconciliation.books import COLUMNS, Books
from reconciliation.own_books import OWN_HEADER
from reconciliation.report import page, workbook
from reconciliation.report.metrics import metrics

RESULT, OWN_BOOKS = "result.txt", "own-books.csv"
_GROUP = 5_000
_NO_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Report:
    """What is known about a run beside its differences."""

    inputs: Mapping[str, Any]
    books: Books
    language: Language


def summary(report: Report) -> dict[str, Any]:
    """The run as JSON, without its differences."""
    inputs, books = report.inputs, report.books
    since = None if books.since is None else asdict(books.since)
    return {
        "run": inputs["run"],
        "kind": inputs["kind"],
        "system": inputs["system"],
        "session": inputs["session"],
        "closed": books.closed,
        "outcomes": [asdict(part) for part in books.parts],
        "ours": asdict(books.ours),
        "theirs": asdict(books.theirs),
        "since": since,
        "inputs": {name: inputs[name] for name in ("made", "statement", "ours", "previous_session")},
    }


def write(connection: DuckDBPyConnection, report: Report, folder: Path, told: Callable[[int], object]) -> None:
    """`report.html`, `differences.xlsx`, `differences.csv`, `report.json`, `metrics.prom`, `result.txt`; and
    `own-books.csv` where two books of ours were compared.

    The engine writes what has all lines while Python writes what has the differences alone, each on its connection.
    """
    with ThreadPoolExecutor(1) as beside:
        result = beside.submit(_result, connection, folder / RESULT)
        _differences(connection.cursor(), report, folder, told)
        result.result()
    told(1)


def _own_books(connection: DuckDBPyConnection, report: Report, folder: Path) -> list[dict[str, Any]]:
    """Where two books of ours were compared: a file of what differs in them, and the first of it for the page."""
    if not report.inputs["ours"]["compared"]:
        return []
    query = f"SELECT {', '.join(OWN_HEADER)} FROM own ORDER BY ALL"
    with (folder / OWN_BOOKS).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(OWN_HEADER)
        cursor = connection.cursor().execute(query)
        while group := cursor.fetchmany(_GROUP):
            writer.writerows(map(_harmless, group))
    return list(_dicts_of(connection, f"{query} LIMIT {page.SHOWN}"))


def _differences(connection: DuckDBPyConnection, report: Report, folder: Path, told: Callable[[int], object]) -> None:
    kind = report.inputs["kind"]
    _csv(connection, kind, folder / "differences.csv")
    told(1)
    _json(connection, report, folder / "report.json")
    told(1)
    told_columns, inputs, books = _titles(kind), report.inputs, report.books
    workbook.write(folder / "differences.xlsx", inputs, books, report.language, told_columns, rows(connection))
    told(1)
    shown = list(_dicts(connection, f"ORDER BY number LIMIT {page.SHOWN}"))
    gone = _dicts_of(connection, f"SELECT * FROM gone ORDER BY ALL LIMIT {page.SHOWN}")
    hours = connection.execute(
        "SELECT hour(coalesce(their_time, our_time)) AS h, count(*) FROM differences WHERE h IS NOT NULL GROUP BY h"
    ).fetchall()
    own = _own_books(connection, report, folder)
    html = page.page(inputs, books, report.language, shown, list(gone), dict(hours), own)
    (folder / "report.html").write_text(html, encoding="utf-8")
    (folder / "metrics.prom").write_bytes(metrics(inputs, books))
    told(1)


def outputs() -> int:
    """How often `write` tells."""
    return 5


def rows(connection: DuckDBPyConnection, rest: str = "ORDER BY number") -> Iterator[tuple[Any, ...]]:
    """The differences with `COLUMNS`; times as text."""
    columns = ", ".join(f"strftime({one}, '%Y-%m-%d %H:%M:%S')" if one.endswith("_time") else one for one in COLUMNS)
    cursor = connection.cursor()
    cursor.execute(f"SELECT {columns} FROM differences {rest}")
    while group := cursor.fetchmany(_GROUP):
        yield from group


def _dicts(connection: DuckDBPyConnection, rest: str) -> Iterator[dict[str, Any]]:
    return (dict(zip(COLUMNS, row, strict=True)) for row in rows(connection, rest))


def _dicts_of(connection: DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    cursor = connection.cursor().execute(query)
    names = [one[0] for one in cursor.description or ()]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _titles(kind: str) -> tuple[str, ...]:
    """What the columns are called: the amount of a dossier is how many steps it has, the fee what is not delivered."""
    if kind != "dossiers":
        return COLUMNS
    return tuple(one.replace("amount", "steps").replace("fee", "undelivered") for one in COLUMNS)


def _csv(connection: DuckDBPyConnection, kind: str, path: Path) -> None:
    """With a byte order mark, as spreadsheets want it. Texts that a spreadsheet would compute get an apostrophe."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(_titles(kind))
        writer.writerows(map(_harmless, rows(connection)))


def _harmless(row: Sequence[Any]) -> list[Any]:
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(_NO_FORMULA) else cell for cell in row]


def _json(connection: DuckDBPyConnection, report: Report, path: Path) -> None:
    """One difference a line, so that a large report can be read by lines too."""
    head = json.dumps(summary(report), ensure_ascii=False, indent=2)
    with path.open("w", encoding="utf-8") as file:
        file.write(head[:-2] + ',\n  "differences": [')
        comma = "\n"
        titles = _titles(report.inputs["kind"])
        for row in rows(connection):
            file.write(comma + "    " + json.dumps(dict(zip(titles, row, strict=True)), ensure_ascii=False))
            comma = ",\n"
        file.write("\n  ]\n}\n")


def _result(connection: DuckDBPyConnection, path: Path) -> None:
    """For the gateway: every line of its file in its order, then what it has not. Nothing of the citizens.

    A matched line of money is the same on both sides, so only the others are looked up in ours.
    """
    quoted = str(path).replace("'", "''")
    connection.execute("""
        CREATE TEMP TABLE told AS
        SELECT r.t, r.outcome, o.amount, o.status FROM outcomes r LEFT JOIN ours o ON r.o = o.n
        WHERE r.t IS NOT NULL AND r.outcome <> 'matched'
        UNION ALL SELECT r.t, r.outcome, o.amount, o.status
        FROM (SELECT n FROM theirs WHERE status NOT IN ('paid', 'reversed')) t
            JOIN outcomes r ON r.t = t.n AND r.outcome = 'matched' JOIN ours o ON r.o = o.n""")
    connection.execute(f"""
        COPY (
            SELECT * EXCLUDE (n, o) FROM (
                SELECT t.n, NULL AS o, t.line, t.kind, t.reference, t.gateway_reference, t.refund_reference,
                    t.amount, t.status, coalesce(x.outcome, 'matched') AS outcome,
                    if(x.t IS NULL, t.amount, x.amount) AS merchant_amount,
                    if(x.t IS NULL, t.status, x.status) AS merchant_status
                FROM theirs t LEFT JOIN told x ON x.t = t.n
                UNION ALL SELECT NULL, o.n, NULL, o.kind, o.reference, o.gateway_reference, o.refund_reference,
                    NULL, NULL, r.outcome, o.amount, o.status
                FROM outcomes r JOIN ours o ON r.o = o.n
                WHERE r.t IS NULL AND r.outcome NOT IN ('apart', 'elsewhere') AND NOT r.carried)
            ORDER BY n NULLS LAST, o
        ) TO '{quoted}' (FORMAT csv, DELIMITER '|', HEADER)""")
    connection.execute("DROP TABLE told")


__all__ = ["RESULT", "Report", "outputs", "rows", "summary", "write"]
