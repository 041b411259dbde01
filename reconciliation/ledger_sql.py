"""Notices and attempts -> lines, in SQL. Pure data."""

from __future__ import annotations

EVENTS = """
    CREATE TABLE events AS SELECT * FROM read_csv(?, header=false, auto_detect=false, delim=',', quote='"', escape='"',
        columns={'id': 'VARCHAR', 'reference': 'VARCHAR', 'gateway_reference': 'VARCHAR', 'refund_reference': 'VARCHAR',
            'gateway_refund_reference': 'VARCHAR', 'outcome': 'VARCHAR', 'amount': 'BIGINT', 'fee': 'BIGINT',
            'moment': 'TIMESTAMP', 'subject': 'VARCHAR'})
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

__all__ = ["EVENTS", "LINES"]
