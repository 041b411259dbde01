"""What became of every dossier: its outcome and the likely cause, in SQL. `status` is the state, `amount` the number of
steps, and `fee` of ours how many messages the other side has not taken yet."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from reconciliation.days import Session

_LATE = "coalesce(o.fee, 0) > 0"

# of a pair of the lines `o` and `t`: outcome, cause, carried. A side that does not count steps has none to compare.
PAIR = f"""
    CASE WHEN o.status <> t.status THEN 'status' WHEN o.amount <> t.amount THEN 'amount' ELSE 'matched' END AS outcome,
    CASE WHEN outcome = 'matched' THEN '' WHEN {_LATE} THEN 'dossier_not_delivered'
         WHEN outcome = 'status' THEN 'dossier_state'
         WHEN t.amount < o.amount THEN 'steps_missing' ELSE 'steps_more' END AS cause,
    false AS carried"""


def judge(connection: DuckDBPyConnection, session: Session, margin: float, *, previous_known: bool) -> None:
    """Adds to `outcomes (o, t, outcome, cause, carried)` what is in no pair. See `outcomes.judge`."""
    since, until = (f"TIMESTAMP '{one}'" for one in (session.since, session.until))
    connection.execute(f"""
        INSERT INTO outcomes SELECT NULL, n,
            if(moment < {since} OR moment >= {until}, 'apart', 'missing_at_us') AS outcome,
            if(outcome = 'apart', '', 'dossier_unknown'), false
        FROM theirs SEMI JOIN lonely_theirs USING (n)""")
    connection.execute(f"""
        INSERT INTO outcomes SELECT n, NULL,
            if(silent, 'unanswered', 'missing_at_gateway') AS outcome,
            CASE WHEN silent THEN 'dossier_not_answered' WHEN {_LATE} THEN 'dossier_not_delivered'
                 ELSE 'dossier_lost' END, false
        FROM (SELECT l.*, EXISTS (SELECT 1 FROM unanswered u WHERE u.reference = l.reference) AS silent
              FROM ours l SEMI JOIN lonely_ours USING (n) WHERE inside) o""")


__all__ = ["PAIR", "judge"]
