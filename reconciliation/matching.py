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

_FIRST = ("reference", "gateway_reference")
_KEYS = (("refund_reference",), ("reference", "amount"), ("reference",), ("gateway_reference",))
_SIDES = {"ours": "o", "theirs": "t"}


def match(connection: DuckDBPyConnection, say: str, told: Callable[[int], object] = lambda _: None) -> None:
    """Makes `outcomes` out of the pairs: `o` and `t`, the numbers `n` of our line and theirs, and what `say` says of
    the lines `o` and `t` of a pair in SQL. And `lonely_ours (n)`, `lonely_theirs (n)`: what is in none.

    `told` hears of each of the five steps.
    """
    _first(connection, say)
    told(1)
    _remember(connection)
    for keys in _KEYS:
        _step(connection, keys)
        told(1)
    connection.execute(
        f"INSERT INTO outcomes SELECT o.n, t.n, {say} "
        "FROM further p JOIN ours o ON p.o = o.n JOIN theirs t ON p.t = t.n"
    )
    for side, mine in _SIDES.items():
        connection.execute(
            f"CREATE TEMP TABLE lonely_{side} AS SELECT n FROM left_{side} "
            f"WHERE NOT EXISTS (SELECT 1 FROM further WHERE further.{mine} = left_{side}.n)"
        )
        connection.execute(f"DROP TABLE left_{side}")
    connection.execute("DROP TABLE further")


def steps() -> int:
    """How often `match` tells."""
    return len(_KEYS) + 1


def _first(connection: DuckDBPyConnection, say: str) -> None:
    """Nearly everything is paired here, so whole lines are joined once and judged at the same time.

    Keys that stand several times are left over for the ranks below. They are told by their hashes, which are smaller:
    where two keys share one, both are left over too, and come to the same pairs.
    """
    columns = ", ".join(("kind", *_FIRST))
    hashed = "hash({0}.kind, {0}.reference, {0}.gateway_reference)"
    given = "{0}.reference IS NOT NULL AND {0}.gateway_reference IS NOT NULL"
    connection.execute(
        "CREATE TEMP TABLE repeated AS "
        + " UNION ALL ".join(
            f"SELECT {hashed.format(side)} AS key FROM {side} WHERE {given.format(side)} "
            f"GROUP BY key HAVING count(*) > 1"
            for side in _SIDES
        )
    )
    connection.execute(
        f"CREATE TABLE outcomes AS SELECT o.n AS o, t.n AS t, {say} "
        f"FROM ours o JOIN theirs t USING ({columns}) WHERE {hashed.format('o')} NOT IN (SELECT key FROM repeated)"
    )
    connection.execute("DROP TABLE repeated")


def _remember(connection: DuckDBPyConnection) -> None:
    """What the first step left over, and an empty table of `further` pairs."""
    for (side, mine), inside in zip(_SIDES.items(), ("inside", "true"), strict=True):
        connection.execute(
            f"CREATE TEMP TABLE left_{side} AS SELECT n, kind, reference, gateway_reference, refund_reference, amount, "
            f"status = 'paid' AS paid, {inside} AS inside, moment "
            f"FROM {side} WHERE NOT EXISTS (SELECT 1 FROM outcomes WHERE outcomes.{mine} = {side}.n)"
        )
    connection.execute("CREATE TEMP TABLE further (o BIGINT, t BIGINT)")
    _step(connection, _FIRST)


def _step(connection: DuckDBPyConnection, keys: tuple[str, ...]) -> None:
    columns = ", ".join(("kind", *keys))
    given = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    for side, mine in _SIDES.items():
        connection.execute(
            f"CREATE TEMP TABLE next_{side} AS SELECT n, {columns}, paid, inside, moment FROM left_{side} "
            f"WHERE {given} AND NOT EXISTS (SELECT 1 FROM further WHERE further.{mine} = left_{side}.n)"
        )
    # what is unique on both sides needs no ranks
    connection.execute(
        f"CREATE TEMP TABLE repeated AS "
        f"SELECT {columns} FROM next_ours GROUP BY ALL HAVING count(*) > 1 "
        f"UNION SELECT {columns} FROM next_theirs GROUP BY ALL HAVING count(*) > 1"
    )
    connection.execute(
        f"INSERT INTO further SELECT o.n, t.n FROM next_ours o JOIN next_theirs t USING ({columns}) "
        f"ANTI JOIN repeated USING ({columns})"
    )
    ranked = (
        "SELECT n, {columns}, "
        "row_number() OVER (PARTITION BY {columns} ORDER BY paid DESC, inside DESC, moment, n) AS rank "
        "FROM next_{side} SEMI JOIN repeated USING ({columns})"
    )
    ours, theirs = (ranked.format(side=side, columns=columns) for side in _SIDES)
    connection.execute(f"INSERT INTO further SELECT o.n, t.n FROM ({ours}) o JOIN ({theirs}) t USING ({columns}, rank)")
    for table in ("next_ours", "next_theirs", "repeated"):
        connection.execute(f"DROP TABLE {table}")


__all__ = ["match", "steps"]
