"""A settlement file -> a table of canonical lines in the engine, checked as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection, Error

from reconciliation.layout import Column, Layout
from reconciliation.refusals import Flaw, Refused
from reconciliation.statements import sheet, values
from reconciliation.statements.checks import Checks
from reconciliation.statements.document import Document
from reconciliation.statements.rows import ABSENT, SEPARATOR, Plan, Source, plan, write_plain
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
    layout: Layout,
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
    plainly = fast and seen.plain and isinstance(source, Text) and _fast(connection, path, source, found, seen)
    if not plainly:
        _slow(connection, name, source, found, work / f"{table}.plain", told)
    cell = _cell(found)
    parsed = f"{table}_parsed"
    connection.execute(f"CREATE TABLE {parsed} AS {values.lines(layout, cell, found.width, formats, reach)}")
    try:
        Checks(connection, name, layout, source, found, parsed, reach, formats).all()
    finally:
        connection.execute("DROP VIEW raw")
        connection.execute("DROP TABLE cells")
    # a view, because a copy of a million lines takes as long as matching them
    connection.execute(
        f"CREATE VIEW {table} AS SELECT * EXCLUDE (sort, written, flaw) FROM {parsed} WHERE sort = 'line'"
    )
    counted = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert counted is not None
    return Read(seen.sha256, seen.size, counted[0])


def _source(path: Path, name: str, seen: Scan, layout: Layout) -> tuple[Source, Plan]:
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


def _fast(connection: DuckDBPyConnection, path: Path, source: Text, found: Plan, seen: Scan) -> bool:
    """The engine splits the lines itself. Gives `False` where it does not read every line, or not as many cells."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(found.width))
    wanted = ", ".join(f"c{index}" for index in found.wanted)
    query = f"""
        CREATE TEMP TABLE cells AS SELECT {wanted}, c{found.width - 1} IS NULL AS short
        FROM read_csv({values.text(str(path))}, delim={values.text(source.delimiter)}, quote='', escape='', comment='',
            header=false, skip={found.first - 1}, auto_detect=false, null_padding=true, nullstr={values.text(ABSENT)},
            columns={{{columns}}}, strict_mode=true)
    """
    try:
        connection.execute(query)
    except Error:
        return False  # the slow way says what is wrong and where
    expected = seen.breaks + (not seen.ends) - (found.first - 1)
    counted = connection.execute("SELECT count(*) FROM cells").fetchone()
    if counted != (expected,):
        connection.execute("DROP TABLE cells")
        return False
    connection.execute(
        f"CREATE TEMP VIEW raw AS SELECT rowid + 1 AS n, rowid + {found.first} AS line, "
        f"CASE WHEN short THEN 0 ELSE {found.width} END AS cells, * EXCLUDE (short) FROM cells"
    )
    return True


def _slow(connection: DuckDBPyConnection, name: str, source: Source, found: Plan, path: Path, told: Told) -> None:
    write_plain(name, source, found, source.rows(), path, lambda _: None)
    names = ["line", "width", *(f"c{index}" for index in found.wanted)]
    columns = ", ".join(f"'{one}': '{'BIGINT' if one in ('line', 'width') else 'VARCHAR'}'" for one in names)
    connection.execute(f"""
        CREATE TEMP TABLE cells AS SELECT * FROM read_csv({values.text(str(path))}, delim='{SEPARATOR}', quote='',
            escape='', comment='', header=false, auto_detect=false, nullstr='{ABSENT}',
            columns={{{columns}}}, strict_mode=true)
    """)
    path.unlink()
    width = str(found.width) if isinstance(source, Sheet | Document) else "width"
    connection.execute(
        f"CREATE TEMP VIEW raw AS SELECT rowid + 1 AS n, line, {width} AS cells, * EXCLUDE (line, width) FROM cells"
    )


def _cell(found: Plan) -> Callable[[Column], str]:
    return lambda column: f"c{found.index[column]}"


__all__ = ["Read", "read"]
