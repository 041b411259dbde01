"""What a run found, as tables and sums: the differences, what changed since the run before, and the bridge.

The bridge leads from the sum of our books to the sum of the gateway's file, dong by dong, over the outcomes. It is
computed apart from both sums; where it does not arrive, the run is wrong and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from bus.words import Language
from reconciliation.outcomes import OUTCOMES
from reconciliation.words import causes

# What moved, as the gateway's account sees it.
_MONEY = (
    "CASE WHEN {0}.status <> 'paid' OR {0}.kind = 'fee' THEN 0 "
    "WHEN {0}.kind = 'refund' THEN -{0}.amount ELSE {0}.amount END"
)
DIFFERENCE_KEY = (
    "outcome", "cause", "kind", "reference", "gateway_reference", "refund_reference", "our_amount", "our_status",
    "our_fee", "their_amount", "their_status", "their_fee",
)  # fmt: skip
COLUMNS = (
    "outcome", "change", "carried", "kind", "reference", "gateway_reference", "refund_reference", "subject", "line",
    "our_amount", "our_fee", "our_status", "our_time", "their_amount", "their_fee", "their_status", "their_time",
    "difference", "cause", "likely_cause", "next_step",
)  # fmt: skip


class Wrong(Exception):
    """The bridge does not arrive: a mistake of this program, never of the data."""


@dataclass(frozen=True, slots=True)
class Side:
    """Paid lines of one side in the session: counts and sums in dong, refunds and fees apart."""

    payments: int
    paid: int
    refunds: int
    refunded: int
    fees: int

    @property
    def net(self) -> int:
        """What stays after refunds, before fees."""
        return self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Part:
    """One outcome: how many lines or pairs, how many of them go to the neighbouring session, and the money."""

    outcome: str
    lines: int
    carried: int
    difference: int


@dataclass(frozen=True, slots=True)
class Since:
    """Compared with the run before: how many differences are new, the same, gone."""

    number: int
    new: int
    same: int
    gone: int


@dataclass(frozen=True, slots=True)
class Books:
    """The sums of a run. `parts` holds every outcome, and `cut_off`: what belongs to another session; where two books
    of ours were compared, also `own_books`: lines in which they differ."""

    ours: Side
    theirs: Side
    parts: tuple[Part, ...]
    since: Since | None

    @property
    def closed(self) -> bool:
        """Whether every dong is explained: no differences but what the next session settles."""
        return all(part.lines == part.carried for part in self.parts if part.outcome not in ("matched", "cut_off"))

    def part(self, outcome: str) -> Part:
        """That of one outcome."""
        return next(part for part in self.parts if part.outcome == outcome)


def tell_causes(connection: DuckDBPyConnection, kind: str, language: Language) -> None:
    """Makes `causes (cause, likely, next)` in one language."""
    connection.execute("CREATE TABLE causes (cause VARCHAR, likely VARCHAR, next VARCHAR)")
    rows = [(code, getattr(likely, language), getattr(step, language)) for code, (likely, step) in causes(kind).items()]
    connection.executemany("INSERT INTO causes VALUES (?, ?, ?)", rows)


def differences(connection: DuckDBPyConnection) -> None:
    """Makes `differences` with `COLUMNS`, in order by `number`; and `gone`, of the same key, what is no longer one.

    Needs `previous`, the differences of the run before (empty without one).
    """
    order = " ".join(f"WHEN '{outcome}' THEN {place}" for place, outcome in enumerate(OUTCOMES))
    connection.execute(f"""
        CREATE TABLE found AS SELECT
            r.outcome, r.cause, r.carried, coalesce(o.kind, t.kind) AS kind,
            coalesce(o.reference, t.reference) AS reference,
            coalesce(t.gateway_reference, o.gateway_reference) AS gateway_reference,
            coalesce(o.refund_reference, t.refund_reference) AS refund_reference,
            coalesce(o.subject, t.subject) AS subject, t.line,
            o.amount AS our_amount, o.fee AS our_fee, o.status AS our_status, o.moment AS our_time,
            t.amount AS their_amount, t.fee AS their_fee, t.status AS their_status, t.moment AS their_time,
            {_money("t")} - {_money("o")} AS difference,
            row_number() OVER (ORDER BY CASE r.outcome {order} END, t.n NULLS LAST, o.n) AS number
        FROM outcomes r LEFT JOIN ours o ON r.o = o.n LEFT JOIN theirs t ON r.t = t.n
        WHERE r.outcome NOT IN ('matched', 'apart', 'elsewhere')""")
    same = " AND ".join(f"p.{key} IS NOT DISTINCT FROM f.{key}" for key in DIFFERENCE_KEY)
    connection.execute(f"""
        CREATE TABLE differences AS
        SELECT f.*, if(EXISTS (SELECT 1 FROM previous p WHERE {same}), 'same', 'new') AS change,
               c.likely AS likely_cause, c.next AS next_step
        FROM found f JOIN causes c USING (cause) ORDER BY number""")
    connection.execute(f"""
        CREATE TABLE gone AS SELECT p.* FROM previous p
        WHERE NOT EXISTS (SELECT 1 FROM found f WHERE {same}) ORDER BY ALL""")


def books(connection: DuckDBPyConnection, previous: int | None, *, compared: bool = False) -> Books:
    """The sums. `compared`: whether there are two books of ours, with what differs in `own`. Raises `Wrong`."""
    ours, theirs = _side(connection, "ours WHERE inside"), _side(connection, "theirs WHERE true")
    parts = _parts(connection)
    arrived = ours.net + sum(part.difference for part in parts)
    if arrived != theirs.net:
        raise Wrong(f"our books and the differences give {arrived}, the gateway's file {theirs.net}")
    if compared:
        parts = (*parts, Part("own_books", int(_row(connection, "SELECT count(*) FROM own")[0]), 0, 0))
    return Books(ours, theirs, parts, _since(connection, previous))


def _money(side: str) -> str:
    return f"CASE WHEN {side}.n IS NULL THEN 0 ELSE {_MONEY.format(side)} END"


def _side(connection: DuckDBPyConnection, which: str) -> Side:
    row = _row(
        connection,
        f"""SELECT count(*) FILTER (WHERE kind IN ('payment', 'dossier')),
            sum(amount) FILTER (WHERE kind = 'payment'), count(*) FILTER (WHERE kind = 'refund'),
            sum(amount) FILTER (WHERE kind = 'refund'),
            sum(CASE kind WHEN 'fee' THEN amount WHEN 'dossier' THEN 0 ELSE fee END)
            FROM {which} AND (status = 'paid' OR kind = 'dossier')""",
    )
    return Side(*(int(one or 0) for one in row))


def _parts(connection: DuckDBPyConnection) -> tuple[Part, ...]:
    """A matched line of a neighbouring day belongs to this file and not to this day of ours: that is the cut-off.

    What is matched differs by nothing; whether that is so, the bridge shows.
    """
    counted = connection.execute(
        "SELECT outcome, count(*), count(*) FILTER (WHERE carried) FROM outcomes GROUP BY outcome"
    ).fetchall()
    money = connection.execute(f"""
        SELECT outcome, sum(theirs - ours) FROM (
            SELECT r.outcome, {_money("t")} AS theirs,
                   CASE WHEN r.outcome = 'elsewhere' THEN 0 ELSE {_money("o")} END AS ours
            FROM (FROM outcomes WHERE outcome <> 'matched') r
            LEFT JOIN ours o ON r.o = o.n LEFT JOIN theirs t ON r.t = t.n)
        GROUP BY outcome""").fetchall()
    sums = {outcome: int(difference) for outcome, difference in money}
    found = {outcome: Part(outcome, lines, carried, sums.get(outcome, 0)) for outcome, lines, carried in counted}
    return (*(found.get(outcome, Part(outcome, 0, 0, 0)) for outcome in OUTCOMES), _cut_off(connection))


def _cut_off(connection: DuckDBPyConnection) -> Part:
    """Lines whose money counts in another session of ours than here."""
    lines, shifted = _row(
        connection,
        f"""SELECT count(*) FILTER (WHERE ours <> inside OR outcome = 'elsewhere'), coalesce(sum(ours - inside), 0)
            FROM (SELECT r.outcome, CASE WHEN r.outcome = 'elsewhere' THEN 0 ELSE {_money("o")} END AS ours,
                         CASE WHEN o.inside THEN {_money("o")} ELSE 0 END AS inside
                  FROM outcomes r JOIN (FROM ours WHERE NOT inside) o ON r.o = o.n
                  UNION ALL SELECT r.outcome, 0, {_money("o")}
                  FROM outcomes r JOIN (FROM ours WHERE inside) o ON r.o = o.n AND r.outcome = 'elsewhere')""",
    )
    return Part("cut_off", int(lines), 0, int(shifted))


def _since(connection: DuckDBPyConnection, previous: int | None) -> Since | None:
    if previous is None:
        return None
    new, same = _row(
        connection,
        "SELECT count(*) FILTER (WHERE change = 'new'), count(*) FILTER (WHERE change = 'same') FROM differences",
    )
    (gone,) = _row(connection, "SELECT count(*) FROM gone")
    return Since(previous, new, same, gone)


def _row(connection: DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    found = connection.execute(query).fetchone()
    assert found is not None
    return found


__all__ = [
    "COLUMNS",
    "DIFFERENCE_KEY",
    "Books",
    "Part",
    "Side",
    "Since",
    "Wrong",
    "books",
    "differences",
    "tell_causes",
]
