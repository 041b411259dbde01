"""A settlement file -> a table of canonical lines in the engine, checked as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection

from reconciliation.layout import AnyLayout
from reconciliation.refusals import Flaw, Refused
from reconciliation.statements import sheet
from reconciliation.statements.checks import Checks
from reconciliation.statements.document import Document
from reconciliation.statements.parsing import Parser
from reconciliation.statements.rows import Plan, Source, plan
from reconciliation.statements.scan import Scan, scan
from reconciliation.statements.sheet import Sheet
from reconciliation.statements.text import Text, opened

Told = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: `lines` canonical lines from a file of this hash."""

    sha256: str
    size: int
    lines: int


def read(
    connection: DuckDBPyConnection,
    path: Path,
    name: str,
    layout: AnyLayout,
    table: str,
    reach: tuple[datetime, datetime],
    work: Path,
    told: Told = lambda _: None,
    fast: bool = True,
) -> Read:
    """Makes the view `table`: n, line, kind, reference, gateway_reference, refund_reference, amount, fee, status,
    moment, subject.

    `name` is what messages call the file, `reach` the first and last moment of the lines it may hold, `work` a folder
    for what is in between. Raises `Refused`; then there is no table.
    """
    seen = scan(path, name, layout.encoding, layout.quote, told)
    source, found = _source(path, name, seen, layout)
    formats = (*layout.time.formats, *(sheet.FORMATS if isinstance(source, Sheet) else ()))
    if isinstance(source, Text) and layout.totals is None and layout.final_newline and not seen.ends:
        last = seen.breaks + 1
        raise Refused(name, [Flaw("cut-off", last)])
    parser = Parser(connection, name, layout, source, found, formats, reach, table)
    plainly = fast and seen.plain and isinstance(source, Text) and parser.plainly(path, source.delimiter, seen)
    rewritten = work / f"{table}.plain"
    if not plainly:
        parser.rewritten(rewritten, padded=isinstance(source, Sheet | Document))
    try:
        Checks(connection, name, layout, source, found, parser.parsed, reach, formats).all()
    finally:
        connection.execute("DROP VIEW raw")
        rewritten.unlink(missing_ok=True)
    # a view, because a copy of a million lines takes as long as matching them
    connection.execute(
        f"CREATE TEMP VIEW {table} AS SELECT * EXCLUDE (sort, written, flaw) FROM {parser.parsed} WHERE sort = 'line'"
    )
    counted = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert counted is not None
    return Read(seen.sha256, seen.size, counted[0])


def _source(path: Path, name: str, seen: Scan, layout: AnyLayout) -> tuple[Source, Plan]:
    kind = layout.format
    if kind == "auto":
        kind = "xlsx" if seen.is_zip else "json" if _begins_json(path, seen.encoding) else "text"
    if kind == "text":
        return opened(path, name, seen.encoding, layout)
    source = Sheet(path, name, layout) if kind == "xlsx" else Document(path, name, seen.encoding, seen.size, layout)
    if kind == "json" and (numbers := [str(one) for one in layout.needed() if isinstance(one, int)]):
        raise Refused(name, [Flaw("header", values={"missing": numbers[0], "found": "names"})])
    return source, plan(name, source, layout)


def _begins_json(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding) as file:
        return file.read(200).lstrip().startswith(("{", "["))


__all__ = ["Read", "read"]
