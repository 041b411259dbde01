"""What can be reconciled: how the lines of each kind are read and judged. Everything else is the same for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from duckdb import DuckDBPyConnection

from reconciliation import dossier_outcomes, outcomes
from reconciliation.days import Calendar, Session
from reconciliation.layout import CANONICAL, DOSSIERS, AnyLayout, DossierLayout, Layout


class Judge(Protocol):
    """See `outcomes.judge`."""

    def __call__(
        self, connection: DuckDBPyConnection, session: Session, margin: float, *, previous_known: bool
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """`canonical`: how our own text is laid out; `layout`: the model of the other side's layout, and `default` the
    layout where none is given. `pair` and `judge`: see `outcomes`. `one_each`: lines of the other side that share a
    reference are one (fees and charges have receipts of their own)."""

    canonical: AnyLayout
    layout: type[AnyLayout]
    default: AnyLayout
    pair: str
    judge: Judge
    one_each: bool = False


# a receipt may be issued days after its payment, and a state is that of now: there is no session on the other side
_EVERY_DAY = Calendar(merge=False, margin=0)
SUBJECTS: Mapping[str, Subject] = {
    "payments": Subject(CANONICAL, Layout, CANONICAL, outcomes.PAIR, outcomes.judge),
    "receipts": Subject(
        CANONICAL,
        Layout,
        CANONICAL.model_copy(update={"calendar": _EVERY_DAY, "outside": "keep", "allow_empty": True}),
        outcomes.PAIR,
        outcomes.judge,
        one_each=True,
    ),
    "dossiers": Subject(
        DOSSIERS,
        DossierLayout,
        DOSSIERS.model_copy(update={"allow_empty": True}),
        dossier_outcomes.PAIR,
        dossier_outcomes.judge,
    ),
}

FOLD = """
    SELECT min(n) AS n, min(line) AS line, kind, reference, string_agg(gateway_reference, ' ' ORDER BY n)
        AS gateway_reference, NULL::VARCHAR AS refund_reference, sum(amount)::BIGINT AS amount, sum(fee)::BIGINT AS fee,
        status, min(moment) AS moment, max(subject) AS subject
    FROM {0} GROUP BY kind, reference, status, CASE WHEN reference IS NULL THEN n END"""

__all__ = ["FOLD", "SUBJECTS", "Subject"]
