"""One transaction on either database. Statements are written once, with `:name` parameters and three words that differ:

`{rows:a int, b text}` is a table made of the JSON array bound to `:rows`; `{now}` is the database's time in seconds;
`{lock}` locks the rows of a sub-select where the database has more than one writer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql

_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")
_ROWS = re.compile(r"\{rows:([^}]*)\}")
_WORD = re.compile(r"\{(now|lock)\}")
_NOW_POSTGRES = "CAST(extract(epoch FROM statement_timestamp()) AS double precision)"


class Session:
    """The statements of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.postgres = connection.dialect.name == "postgresql"

    def run(self, statement: str, **parameters: Any) -> Sequence[Row[Any]]:
        """Execute one statement (see the module's head) and return its rows, if it has any."""
        if "rows" in parameters:
            parameters["rows"] = orjson.dumps(parameters["rows"]).decode()
        if not self.postgres:
            parameters["now"] = time.time()
        result = self._connection.exec_driver_sql(translate(statement, self.postgres), parameters)
        return result.fetchall() if result.returns_rows else ()

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, each with a value for every column of `table`."""
        if not rows:
            return
        if self.postgres:
            self._connection.exec_driver_sql(_insert_postgres(table), {"rows": orjson.dumps(rows).decode()})
        else:
            self._connection.exec_driver_sql(_insert_sqlite(table), [dict(row) for row in rows])

    def now(self) -> float:
        """The database's time."""
        return time.time() if not self.postgres else float(self.run("SELECT {now}")[0][0])

    def positions(self, count: int) -> list[int]:
        """`count` new lane positions, higher than any that a committed transaction has."""
        if self.postgres:
            rows = self.run("SELECT nextval('delivery_position') FROM generate_series(1, :count)", count=count)
            return [row[0] for row in rows]
        last = self.run("UPDATE counter SET value = value + :count RETURNING value", count=count)[0][0]
        return list(range(last - count + 1, last + 1))


@cache
def translate(statement: str, postgres: bool) -> str:
    """The statement in the database's own words."""
    words = {"now": _NOW_POSTGRES if postgres else ":now", "lock": "FOR UPDATE" if postgres else ""}
    text = _WORD.sub(lambda match: words[match[1]], statement)
    if not postgres:
        return _ROWS.sub(lambda match: _rows_sqlite(match[1]), text)
    text = _ROWS.sub(lambda match: f"json_to_recordset(CAST(:rows AS json)) AS x({match[1]})", text)
    return _PARAMETER.sub(r"%(\1)s", text)


def _rows_sqlite(columns: str) -> str:
    names = [column.split()[0] for column in columns.split(",")]
    fields = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in names)
    return f"(SELECT {fields} FROM json_each(:rows)) AS x"


@cache
def _insert_sqlite(table: Table) -> str:
    names = [column.name for column in table.columns]
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


@cache
def _insert_postgres(table: Table) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it unannotated
    names = ", ".join(column.name for column in table.columns)
    typed = ", ".join(f"{column.name} {column.type.compile(dialect=dialect)}" for column in table.columns)
    source = f"json_to_recordset(CAST(%(rows)s AS json)) AS x({typed})"
    return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source}"
