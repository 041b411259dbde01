"""Notices and attempts -> lines, in SQL. Pure data."""

from __future__ import annotations

EVENTS = """
    CREATE TABLE events AS SELECT * FROM read_csv(?, header=false, auto_detect=false, delim=',', quote='"', escape='"',
        columns={'id': 'VARCHAR', 'reference': 'VARCHAR', 'gateway_reference': 'VARCHAR', 'refund_reference': 'VARCHAR',
            'gateway_refund_reference': 'VARCHAR', 'outcome': 'VARCHAR', 'amount': 'BIGINT', 'fee': 'BIGINT',
            'moment': 'TIMESTAMP', 'subject': 'VARCHAR',
            'origin': 'VARCHAR', 'received': 'TIMESTAMP', 'dated': 'BOOLEAN'})
"""

# Where a notice names no movement of the gateway's, and there is only one of this reference, it speaks of that one.
_MONEY = """
    SELECT reference, coalesce(gateway_reference, only_one) AS gateway_reference,
        coalesce(arg_min(amount, id) FILTER (WHERE outcome = 'paid'), max(amount), 0) AS amount, max(fee) AS fee,
        if(bool_or(outcome = 'reversed'), 'reversed', 'paid') AS status,
        coalesce(arg_min(moment, id) FILTER (WHERE outcome = 'paid'), min(moment)) AS moment, max(subject) AS subject
    FROM (SELECT *, if(count(DISTINCT gateway_reference) OVER of_reference = 1,
                       max(gateway_reference) OVER of_reference, NULL) AS only_one
          FROM events WHERE outcome IN ('paid', 'reversed')
          WINDOW of_reference AS (PARTITION BY reference))
    GROUP BY ALL"""

_ATTEMPTS = """
    SELECT reference, max(gateway_reference) AS gateway_reference, coalesce(max(amount), 0) AS amount, max(fee) AS fee,
        if(arg_max(outcome, id) IN ('failed', 'expired', 'not_found'), 'failed', 'pending') AS status,
        arg_min(moment, id) AS moment, max(subject) AS subject
    FROM events e WHERE NOT starts_with(outcome, 'refund')
        AND NOT EXISTS (SELECT 1 FROM events p WHERE p.reference = e.reference AND p.outcome IN ('paid', 'reversed'))
    GROUP BY reference"""

_REFUNDS = """
    SELECT max(reference) AS reference, max(gateway_refund_reference) AS gateway_reference,
        max(refund_reference) AS refund_reference,
        coalesce(arg_max(amount, id) FILTER (WHERE outcome = 'refunded'), max(amount), 0) AS amount, max(fee) AS fee,
        CASE WHEN bool_or(outcome = 'refunded') THEN 'paid'
             WHEN arg_max(outcome, id) = 'refunding' THEN 'pending' ELSE 'failed' END AS status,
        coalesce(arg_min(moment, id) FILTER (WHERE outcome = 'refunded'), min(moment)) AS moment,
        max(subject) AS subject
    FROM events WHERE starts_with(outcome, 'refund')
    GROUP BY coalesce(refund_reference, gateway_refund_reference, reference)"""

LINES = f"""
    SELECT 'payment' AS kind, NULL::VARCHAR AS refund_reference, * FROM ({_MONEY})
    UNION ALL BY NAME SELECT 'payment' AS kind, NULL::VARCHAR AS refund_reference, * FROM ({_ATTEMPTS})
    UNION ALL BY NAME SELECT 'refund' AS kind, * FROM ({_REFUNDS})
"""

# Of money and refunds; attempts without money are in no books.
_KEY = """CASE {0}.kind WHEN 'refund' THEN concat('refund ', coalesce({0}.refund_reference, {0}.gateway_reference,
    {0}.reference)) ELSE concat('payment ', {0}.reference, ' ', {0}.gateway_reference) END"""
_MOVED = "(kind = 'refund' OR status IN ('paid', 'reversed'))"

BOOKED = f"""
    CREATE TABLE booked AS SELECT b.* REPLACE (coalesce(b.moment, l.moment) AS moment), l.moment IS NOT NULL AS told
    FROM (SELECT *, {_KEY.format("r")} AS key FROM read_csv(?, header=false, auto_detect=false, delim=',', quote='"',
        escape='"', columns={{'kind': 'VARCHAR', 'reference': 'VARCHAR', 'gateway_reference': 'VARCHAR',
            'refund_reference': 'VARCHAR', 'amount': 'BIGINT', 'fee': 'BIGINT', 'status': 'VARCHAR',
            'moment': 'TIMESTAMP', 'subject': 'VARCHAR'}}) r) b
    LEFT JOIN (SELECT {_KEY.format("lines")} AS key, min(moment) AS moment FROM lines GROUP BY key) l USING (key)
"""

DIFFER = f"""
    SELECT coalesce(m.kind, b.kind) AS kind, coalesce(m.reference, b.reference) AS reference,
        coalesce(m.gateway_reference, b.gateway_reference) AS gateway_reference,
        coalesce(m.refund_reference, b.refund_reference) AS refund_reference, coalesce(m.subject, b.subject) AS subject,
        m.amount AS messages_amount, m.status AS messages_status, b.amount AS process_amount,
        b.status AS process_status, coalesce(b.moment, m.moment) AS moment
    FROM (SELECT *, {_KEY.format("lines")} AS key FROM lines WHERE {_MOVED}) m
    FULL JOIN (SELECT * FROM booked WHERE {_MOVED}) b USING (key)
    WHERE m.amount IS DISTINCT FROM b.amount OR m.status IS DISTINCT FROM b.status"""

OUTSIDE = "SELECT count(*) FROM booked WHERE moment IS NULL"

_COLUMNS = "kind, reference, gateway_reference, refund_reference, amount, fee, status, moment, subject"
OWN_LINES = f"""
    SELECT {_COLUMNS} FROM booked
    UNION ALL BY NAME SELECT {_COLUMNS} FROM lines l
    WHERE NOT {_MOVED} AND NOT EXISTS (SELECT 1 FROM booked b WHERE b.kind = 'payment' AND b.reference = l.reference)"""

# The gateway's own word: what it answered to questions after the day had ended. The newest answer about a reference
# counts, and of money that it names, the newest about each.
_ASKED = "SELECT * FROM events WHERE origin = 'query' AND received >= $since"
ANSWERS = f"""
    CREATE TABLE answers AS
    WITH payments AS (FROM ({_ASKED}) WHERE NOT starts_with(outcome, 'refund')),
         refunds AS (FROM ({_ASKED}) WHERE starts_with(outcome, 'refund')),
         newest AS (SELECT reference, arg_max(outcome, id) AS outcome, arg_max(amount, id) AS amount
                    FROM payments GROUP BY reference)
    SELECT 'payment' AS kind, reference, gateway_reference, NULL::VARCHAR AS refund_reference,
        coalesce(arg_max(amount, id), 0) AS amount, arg_max(fee, id) AS fee, arg_max(outcome, id) AS status,
        arg_max(moment, id) FILTER (WHERE dated) AS moment
    FROM payments SEMI JOIN (FROM newest WHERE outcome IN ('paid', 'reversed')) USING (reference)
    WHERE outcome IN ('paid', 'reversed') GROUP BY reference, gateway_reference
    UNION ALL SELECT 'payment', reference, NULL, NULL, coalesce(amount, 0), NULL,
        if(outcome IN ('failed', 'expired'), 'failed', 'pending'), NULL
    FROM newest WHERE outcome NOT IN ('paid', 'reversed', 'not_found')
    UNION ALL SELECT 'refund', max(reference), max(gateway_refund_reference), max(refund_reference),
        coalesce(arg_max(amount, id), 0), arg_max(fee, id), CASE arg_max(outcome, id) WHEN 'refunded' THEN 'paid'
        WHEN 'refunding' THEN 'pending' ELSE 'failed' END, arg_max(moment, id) FILTER (WHERE dated)
    FROM refunds GROUP BY coalesce(refund_reference, gateway_refund_reference, reference)
    HAVING arg_max(outcome, id) <> 'refund_not_found'
"""
ANSWERED = f"SELECT DISTINCT reference FROM ({_ASKED})"

__all__ = ["ANSWERED", "ANSWERS", "BOOKED", "DIFFER", "EVENTS", "LINES", "OUTSIDE", "OWN_LINES"]
