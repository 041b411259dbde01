"""Whether a file as a whole is right: every line, and what its totals row says. If not, it is refused with places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from duckdb import DuckDBPyConnection

from reconciliation.layout import AnyLayout, Column, Totals
from reconciliation.refusals import Flaw, Refused
from reconciliation.statements import values
from reconciliation.statements.rows import Plan, Source

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Checks:
    """Looks at the views `raw` (n, cells as written), which is the file itself, and `parsed`."""

    connection: DuckDBPyConnection
    name: str
    layout: AnyLayout
    source: Source
    found: Plan
    parsed: str
    reach: tuple[datetime, datetime]
    formats: Sequence[str]

    def all(self) -> None:
        """Raises `Refused`."""
        self._lines()
        if self.layout.totals is not None:
            self._totals(self.layout.totals)
        elif not self.layout.allow_empty and self._one(f"SELECT count(*) FROM {self.parsed} WHERE sort = 'line'") == (
            0,
        ):
            raise Refused(self.name, [Flaw("no-lines", self.found.first)])

    def _lines(self) -> None:
        wrong = self.connection.execute(
            f"SELECT n, line, flaw FROM {self.parsed} WHERE flaw IS NOT NULL ORDER BY n LIMIT {_SHOWN}"
        ).fetchall()
        if wrong:
            (count,) = self._one(f"SELECT count(*) FROM {self.parsed} WHERE flaw IS NOT NULL")
            raise Refused(self.name, [self._flaw(*one) for one in wrong], count - len(wrong))

    def _flaw(self, n: int, line: int, flaw: str) -> Flaw:
        if flaw in ("width", "reference"):
            cells = next((len(row.cells) for row in self.source.rows() if row.line == line), 0)
            index = min(cells, self.found.width) if flaw == "width" else 0
            return Flaw(flaw, *self.source.place(line, index), {"found": str(cells), "width": str(self.found.width)})
        column = self._column(flaw)
        (value,) = self._one(f"SELECT {self._cell(column)} FROM raw WHERE n = {n}")
        told = {
            "column": str(column),
            "value": str(value)[:40] if value else '""',
            "formats": ", ".join(self.formats),
            "session": f"{self.reach[0]:%Y-%m-%d} .. {self.reach[1]:%Y-%m-%d}",
        }
        return Flaw("amount" if flaw == "fee" else flaw, *self.source.place(line, self.found.index[column]), told)

    def _column(self, flaw: str) -> Column:
        named = self.layout.columns
        time = next(iter(named.times()), None)
        columns: dict[str, Column | None] = {
            "fee": named.fee,
            "kind": named.kind,
            "status": named.status,
            "currency": named.currency,
            "time": time,
            "outside": time,
        }
        found = columns.get(flaw) or named.amount
        assert found is not None, f"the flaw {flaw} is of a column that the layout does not name"
        return found

    def _totals(self, totals: Totals) -> None:
        rows = self.connection.execute(
            f"SELECT n, line FROM {self.parsed} WHERE sort = 'totals' ORDER BY n LIMIT 2"
        ).fetchall()
        if not rows:
            (last,) = self._one(f"SELECT max(line) FROM {self.parsed}")
            raise Refused(
                self.name, [Flaw("totals-missing", last or self.found.first, values={"starts": totals.starts_with})]
            )
        if len(rows) > 1:
            raise Refused(self.name, [Flaw("totals-twice", *self.source.place(rows[1][1], 0))])
        n, line = rows[0]
        (after,) = self._one(f"SELECT min(line) FROM {self.parsed} WHERE sort = 'line' AND n > {n}")
        if after is not None:
            raise Refused(self.name, [Flaw("totals-before", *self.source.place(after, 0))])
        self._sums(totals, n, line)

    def _sums(self, totals: Totals, n: int, line: int) -> None:
        sums = self._one(
            f"SELECT count(*), coalesce(sum(written), 0), coalesce(sum(fee), 0) FROM {self.parsed} WHERE sort = 'line'"
        )
        money, count = self.layout.amount, self.layout.amount.model_copy(update={"minor_units": 1})
        columns = (("count", totals.count, count), ("amount", totals.amount, money), ("fee", totals.fee, money))
        for (what, column, form), real in zip(columns, sums, strict=True):
            if column is None:
                continue
            (said,) = self._one(
                f"SELECT {values.number(values.cleaned(self._cell(column)), form)} FROM raw WHERE n = {n}"
            )
            place = self.source.place(line, self.found.index[column])
            if said is None:
                raise Refused(self.name, [Flaw("totals-unreadable", *place, {"what": what})])
            if said != real:
                told = {"what": what, "said": str(said), "found": str(real)}
                raise Refused(self.name, [Flaw("totals-differ", *place, told)])

    def _cell(self, column: Column) -> str:
        return f"c{self.found.index[column]}"

    def _one(self, query: str) -> tuple[Any, ...]:
        found = self.connection.execute(query).fetchone()
        assert found is not None
        return found


__all__ = ["Checks"]
