"""Pairing our lines with the gateway's, in SQL. Needs the tables `ours` (with `inside`) and `theirs`.

Every line is in at most one pair. The keys are tried in this order, each on what the ones before left over:

1. reference and gateway reference;
2. of refunds, the merchant's reference of the refund;
3. reference and amount, then reference alone;
4. gateway reference alone.

Where a key stands several times on a side, paid lines come before others, those of the session before its
neighbours', then earlier ones before later ones.
"""

from __future__ import annotations

from collections.abc import Callable

from duckdb import DuckDBPyConnection

_KEYS = (
    ("reference", "gateway_reference"),
    ("refund_reference",),
    ("reference", "amount"),
    ("reference",),
    ("gateway_reference",),
)


def match(connection: DuckDBPyConnection, told: Callable[[int], object] = lambda _: None) -> None:
    """Makes `pairs (o, t)`: the numbers `n` of our line and theirs. `told` hears of each of the five steps."""
    connection.execute("CREATE TABLE pairs (o BIGINT, t BIGINT)")
    for keys in _KEYS:
        _step(connection, keys)
        told(1)


def steps() -> int:
    """How often `match` tells."""
    return len(_KEYS)


def _step(connection: DuckDBPyConnection, keys: tuple[str, ...]) -> None:
    columns = ", ".join(("kind", *keys))
    for side, mine, inside in (("ours", "o", "inside"), ("theirs", "t", "true")):
        given = " AND ".join(f"{key} IS NOT NULL" for key in keys)
        connection.execute(
            f"CREATE TEMP TABLE left_{side} AS "
            f"SELECT n, {columns}, status = 'paid' AS paid, {inside} AS inside, moment "
            f"FROM {side} WHERE {given} AND NOT EXISTS (SELECT 1 FROM pairs WHERE pairs.{mine} = {side}.n)"
        )
    # what is unique on both sides needs no ranks, and that is nearly everything
    connection.execute(
        f"CREATE TEMP TABLE repeated AS "
        f"SELECT {columns} FROM left_ours GROUP BY ALL HAVING count(*) > 1 "
        f"UNION SELECT {columns} FROM left_theirs GROUP BY ALL HAVING count(*) > 1"
    )
    connection.execute(
        f"INSERT INTO pairs SELECT o.n, t.n FROM left_ours o JOIN left_theirs t USING ({columns}) "
        f"ANTI JOIN repeated USING ({columns})"
    )
    ranked = (
        "SELECT n, {columns}, "
        "row_number() OVER (PARTITION BY {columns} ORDER BY paid DESC, inside DESC, moment, n) AS rank "
        "FROM left_{side} SEMI JOIN repeated USING ({columns})"
    )
    ours, theirs = (ranked.format(side=side, columns=columns) for side in ("ours", "theirs"))
    connection.execute(f"INSERT INTO pairs SELECT o.n, t.n FROM ({ours}) o JOIN ({theirs}) t USING ({columns}, rank)")
    for table in ("left_ours", "left_theirs", "repeated"):
        connection.execute(f"DROP TABLE {table}")


__all__ = ["match", "steps"]
