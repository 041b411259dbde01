"""What became of every line: its outcome and the likely cause, in SQL. Needs what `matching.match` makes with `PAIR`.

Money is what moved: a payment counts if it is paid, a refund counts with a minus. Lines without money on either side
(failed, given up, never paid) are `apart`, like charges of the gateway that belong to no payment.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from duckdb import DuckDBPyConnection

from reconciliation.days import Session

OUTCOMES = ("matched", "missing_at_us", "missing_at_gateway", "amount", "status", "duplicate", "refund", "unanswered")
IDENTITY = ("kind", "reference", "gateway_reference", "refund_reference", "moment")
AGREE = ("matched", "apart", "elsewhere")

_OUTCOME_OF_PAIR = """
    CASE WHEN o.status = t.status AND (o.amount = t.amount OR o.status NOT IN ('paid', 'reversed'))
              AND coalesce(o.fee = t.fee, true) THEN 'matched'
         WHEN o.kind = 'refund' THEN 'refund'
         WHEN o.status <> t.status THEN 'status'
         ELSE 'amount' END"""

_CAUSE_OF_PAIR = """
    CASE outcome
        WHEN 'refund' THEN CASE WHEN o.status <> t.status THEN 'refund_status'
            WHEN o.amount <> t.amount THEN 'refund_amount' ELSE 'refund_fee' END
        WHEN 'status' THEN CASE
            WHEN t.status = 'paid' AND o.status = 'reversed' THEN 'reversed_here'
            WHEN t.status = 'paid' THEN 'late_success'
            WHEN o.status = 'paid' AND t.status = 'reversed' THEN 'reversed_there'
            WHEN o.status = 'paid' AND t.status = 'failed' THEN 'failed_there'
            WHEN o.status = 'paid' THEN 'not_confirmed'
            ELSE 'behind' END
        WHEN 'amount' THEN CASE
            WHEN o.amount = t.amount THEN 'fee'
            WHEN t.amount = o.amount * 100 OR o.amount = t.amount * 100 THEN 'hundredfold'
            WHEN t.amount + coalesce(t.fee, o.fee) = o.amount THEN 'net_of_fee'
            WHEN t.amount > o.amount THEN 'over' ELSE 'under' END
        ELSE CASE WHEN o.gateway_reference <> t.gateway_reference AND o.kind <> 'refund'
            THEN 'gateway_reference_differs' ELSE '' END
    END"""


# of a pair of the lines `o` and `t`: outcome, cause, carried
PAIR = f"{_OUTCOME_OF_PAIR} AS outcome, {_CAUSE_OF_PAIR} AS cause, false AS carried"


def judge(connection: DuckDBPyConnection, session: Session, margin: float, *, previous_known: bool) -> None:
    """Adds to `outcomes (o, t, outcome, cause, carried)` what is in no pair.

    Needs also `carried_in (kind, reference, gateway_reference, refund_reference, at)`, what the previous session left
    to this one, and `taken` of the same shape, what it took of this one's lines; and `unanswered (reference)`, of
    which the gateway was not asked, or has not answered. `margin` in seconds;
    `previous_known`: whether the previous session was reconciled at all.
    """
    _theirs(connection)
    _ours(connection, session, margin, previous_known)


def _theirs(connection: DuckDBPyConnection) -> None:
    """What the gateway alone has. Of several payments under one reference the first counts, the others double it."""
    connection.execute("CREATE TEMP TABLE lonely AS SELECT t.* FROM theirs t SEMI JOIN lonely_theirs USING (n)")
    shared = """SELECT t.kind, t.reference, t.gateway_reference FROM theirs t SEMI JOIN lonely l
        ON t.kind = l.kind AND t.{key} = l.{key} ANTI JOIN lonely_theirs x ON t.n = x.n WHERE t.status = 'paid'"""
    connection.execute(
        f"CREATE TEMP TABLE paired AS {shared.format(key='reference')} UNION ALL "
        f"{shared.format(key='gateway_reference')}"
    )
    connection.execute(f"""
        INSERT INTO outcomes SELECT NULL, n, CASE
            WHEN kind = 'fee' OR status IN ('failed', 'reversed') THEN 'apart'
            WHEN kind = 'refund' THEN 'refund'
            WHEN status = 'pending' THEN 'apart'
            WHEN again OR listed THEN 'duplicate'
            ELSE 'missing_at_us' END AS outcome,
            CASE WHEN outcome = 'apart' THEN ''
                 WHEN kind = 'refund' THEN if(listed, 'refund_twice', 'refund_missing_at_us')
                 WHEN listed THEN 'listed_twice' WHEN again THEN 'paid_twice'
                 WHEN reference IS NULL THEN 'not_ours' ELSE 'notice_lost' END,
            false
        FROM (SELECT *, {_seen("reference")} AS again, {_seen("gateway_reference")} AS listed FROM lonely)
    """)
    connection.execute("DROP TABLE lonely")
    connection.execute("DROP TABLE paired")


def _seen(key: str) -> str:
    """Whether a paid line of the same kind with this key is in a pair, or stands further up among the lonely ones."""
    earlier = (
        f"count(*) FILTER (WHERE status = 'paid') OVER (PARTITION BY kind, {key} ORDER BY moment, n "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > 0"
    )
    paired = f"(kind, {key}) IN (SELECT (kind, {key}) FROM paired WHERE {key} IS NOT NULL)"
    return f"({key} IS NOT NULL AND ({earlier} OR {paired}))"


def _ours(connection: DuckDBPyConnection, session: Session, margin: float, previous_known: bool) -> None:
    """What we alone have, of this session or left over from the one before."""
    since, until = session.since, session.until
    early, late = since + timedelta(seconds=margin), until - timedelta(seconds=margin)
    same = " AND ".join(f"c.{key} IS NOT DISTINCT FROM l.{key}" for key in IDENTITY)
    connection.execute("CREATE TEMP TABLE alone AS SELECT o.* FROM ours o SEMI JOIN lonely_ours USING (n)")
    connection.execute(f"""
        CREATE TEMP TABLE lonely AS
        SELECT l.*, EXISTS (SELECT 1 FROM carried_in c WHERE {same}) AS waited,
               EXISTS (SELECT 1 FROM taken c WHERE {same}) AS gone,
               EXISTS (SELECT 1 FROM unanswered u WHERE u.reference = l.reference) AS silent
        FROM alone l
    """)
    connection.execute(f"""
        INSERT INTO outcomes SELECT n, NULL, CASE
            WHEN gone THEN 'elsewhere'
            WHEN silent THEN 'unanswered'
            WHEN status IN ('failed', 'reversed') OR kind = 'fee' THEN 'apart'
            WHEN kind = 'refund' AND status = 'paid' THEN 'refund'
            WHEN status = 'pending' THEN 'apart'
            WHEN again THEN 'duplicate'
            ELSE 'missing_at_gateway' END AS outcome,
            CASE WHEN outcome IN ('apart', 'elsewhere') THEN ''
                 WHEN outcome = 'unanswered' THEN 'not_answered'
                 WHEN waited THEN 'cut_off_twice'
                 WHEN moment >= {_moment(late)} THEN 'cut_off_next'
                 WHEN moment < {_moment(early)} AND NOT {str(previous_known).lower()} THEN 'cut_off_previous'
                 WHEN kind = 'refund' THEN 'refund_missing_at_gateway'
                 WHEN again THEN 'booked_twice' ELSE 'not_settled' END AS cause,
            cause IN ('cut_off_next', 'cut_off_previous')
        FROM (SELECT *, reference IS NOT NULL AND (kind, reference) IN (
                SELECT (o.kind, o.reference) FROM ours o SEMI JOIN alone USING (reference)
                    ANTI JOIN lonely_ours USING (n)
                WHERE o.status = 'paid') AS again
              FROM lonely WHERE inside OR waited)
    """)
    connection.execute("DROP TABLE lonely")
    connection.execute("DROP TABLE alone")


def _moment(at: datetime) -> str:
    return f"TIMESTAMP '{at:%Y-%m-%d %H:%M:%S}'"


__all__ = ["AGREE", "IDENTITY", "OUTCOMES", "PAIR", "judge"]
