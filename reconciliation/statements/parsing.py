"""Cells -> canonical lines, in one pass of the engine over the file, or over one that was written plainly from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection, Error

from reconciliation.layout import AnyLayout
from reconciliation.statements import values
from reconciliation.statements.rows import ABSENT, SEPARATOR, Plan, Source, write_plain
from reconciliation.statements.scan import Scan

_IN_MEMORY = 2_000_000  # lines of a file, at some 120 bytes each


@dataclass(frozen=True, slots=True)
class Parser:
    """Makes `parsed` (n, line, `values.lines`) and `raw` (n, cells as written), where `n` counts lines from 1."""

    connection: DuckDBPyConnection
    name: str
    layout: AnyLayout
    source: Source
    found: Plan
    formats: Sequence[str]
    reach: tuple[datetime, datetime]
    table: str

    @property
    def parsed(self) -> str:
        """Name of the view."""
        return f"{self.table}_parsed"

    def plainly(self, path: Path, delimiter: str, seen: Scan) -> bool:
        """The engine splits the lines itself. Gives `False` where it does not read every line with all its cells."""
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(self.found.width))
        relation = f"""read_csv({values.text(str(path))}, delim={values.text(delimiter)}, quote='', escape='',
            comment='', header=false, skip={self.found.first - 1}, auto_detect=false, nullstr={values.text(ABSENT)},
            columns={{{columns}}}, strict_mode=true)"""
        plain = seen.simple or (seen.ascii and delimiter == "\t")
        expected = seen.breaks + (not seen.ends) - (self.found.first - 1)
        for form in (values.Form.BARE, values.Form.SPACED) if plain else (values.Form.ANY,):
            try:
                counted = self._parse(values.Cells(relation, self._columns, form=form), expected)
            except Error:
                return False  # the slow way says what is wrong and where
            if counted == expected and not (form is values.Form.BARE and self._flawed()):
                self._see(relation, f"rowid + {self.found.first} AS line")
                return True
            self.connection.execute(f"DROP TABLE {self._rows}")
        return False

    def rewritten(self, path: Path, *, padded: bool) -> None:
        """Python splits the lines, into a plain file at `path`. `padded`: every row has all cells. Raises `Refused`."""
        written = write_plain(self.name, self.source, self.found, self.source.rows(), path, lambda _: None)
        names = ["line", "width", *self._columns]
        columns = ", ".join(f"'{one}': '{'BIGINT' if one in ('line', 'width') else 'VARCHAR'}'" for one in names)
        relation = f"""read_csv({values.text(str(path))}, delim='{SEPARATOR}', quote='', escape='', comment='',
            header=false, auto_detect=false, nullstr='{ABSENT}', columns={{{columns}}}, strict_mode=true)"""
        width = None if padded else self.found.width
        self._parse(values.Cells(relation, self._columns, ("line", "width"), width=width), written)
        self._see(relation, "line")

    @property
    def _columns(self) -> list[str]:
        return [f"c{index}" for index in self.found.wanted]

    @property
    def _rows(self) -> str:
        return f"{self.table}_rows"

    def _parse(self, cells: values.Cells, count: int) -> int:
        """What fits into the memory stays there as it is; more than that is compressed, onto the disk."""
        lines = values.lines(
            self.layout, lambda column: f"c{self.found.index[column]}", cells, self.formats, self.reach
        )
        kind = "TEMP TABLE" if count <= _IN_MEMORY else "TABLE"
        made = self.connection.execute(f"CREATE {kind} {self._rows} AS {lines}").fetchone()
        return int(made[0]) if made else 0

    def _flawed(self) -> bool:
        found = self.connection.execute(f"SELECT count(flaw) FROM {self._rows}").fetchone()
        return found != (0,)

    def _see(self, relation: str, line: str) -> None:
        columns = ("sort", *values.LINE, "written", "flaw")
        self.connection.execute(
            f"CREATE TEMP VIEW {self.parsed} AS SELECT rowid + 1 AS n, {line}, {', '.join(columns)} FROM {self._rows}"
        )
        self.connection.execute(f"CREATE TEMP VIEW raw AS SELECT row_number() OVER () AS n, * FROM {relation}")


__all__ = ["Parser"]
