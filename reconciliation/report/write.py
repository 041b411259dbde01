"""All outputs of a run. The same tables give the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from bus.words import Language
from reconciliation.books import COLUMNS, Books
from reconciliation.report import page, workbook
from reconciliation.report.metrics import metrics

RESULT = "result.txt"
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
    """`report.html`, `differences.xlsx`, `differences.csv`, `report.json`, `metrics.prom`, `result.txt`."""
    _csv(connection, folder / "differences.csv")
    told(1)
    _json(connection, report, folder / "report.json")
    told(1)
    told_columns, inputs, books = COLUMNS, report.inputs, report.books
    workbook.write(folder / "differences.xlsx", inputs, books, report.language, told_columns, rows(connection))
    told(1)
    shown = list(_dicts(connection, f"ORDER BY number LIMIT {page.SHOWN}"))
    gone = _dicts_of(connection, f"SELECT * FROM gone LIMIT {page.SHOWN}")
    hours = connection.execute(
        "SELECT hour(coalesce(their_time, our_time)) AS h, count(*) FROM differences WHERE h IS NOT NULL GROUP BY h"
    ).fetchall()
    html = page.page(inputs, books, report.language, shown, list(gone), dict(hours))
    (folder / "report.html").write_text(html, encoding="utf-8")
    told(1)
    (folder / "metrics.prom").write_bytes(metrics(inputs, books))
    _result(connection, folder / RESULT)
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


def _csv(connection: DuckDBPyConnection, path: Path) -> None:
    """With a byte order mark, as spreadsheets want it. Texts that a spreadsheet would compute get an apostrophe."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(map(_harmless, rows(connection)))


def _harmless(row: Sequence[Any]) -> list[Any]:
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(_NO_FORMULA) else cell for cell in row]


def _json(connection: DuckDBPyConnection, report: Report, path: Path) -> None:
    """One difference a line, so that a large report can be read by lines too."""
    head = json.dumps(summary(report), ensure_ascii=False, indent=2)
    with path.open("w", encoding="utf-8") as file:
        file.write(head[:-2] + ',\n  "differences": [')
        comma = "\n"
        for one in _dicts(connection, "ORDER BY number"):
            file.write(comma + "    " + json.dumps(one, ensure_ascii=False))
            comma = ",\n"
        file.write("\n  ]\n}\n")


def _result(connection: DuckDBPyConnection, path: Path) -> None:
    """For the gateway: every line of its file in its order, then what it has not. Nothing of the citizens."""
    quoted = str(path).replace("'", "''")
    connection.execute(f"""
        COPY (
            SELECT t.line, coalesce(t.kind, o.kind) AS kind, coalesce(t.reference, o.reference) AS reference,
                   coalesce(t.gateway_reference, o.gateway_reference) AS gateway_reference,
                   coalesce(t.refund_reference, o.refund_reference) AS refund_reference,
                   t.amount, t.status, r.outcome, o.amount AS merchant_amount, o.status AS merchant_status
            FROM outcomes r LEFT JOIN ours o ON r.o = o.n LEFT JOIN theirs t ON r.t = t.n
            WHERE r.t IS NOT NULL OR r.outcome NOT IN ('apart', 'elsewhere') AND NOT r.carried
            ORDER BY t.n NULLS LAST, o.n
        ) TO '{quoted}' (FORMAT csv, DELIMITER '|', HEADER)""")


__all__ = ["RESULT", "Report", "outputs", "rows", "summary", "write"]
