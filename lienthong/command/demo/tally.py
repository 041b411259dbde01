"""What the demo counts, from the ledger and from what the simulators really hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from simulators.national_portal.audit import Audit

from .money import Payments
from .settings import NATIONAL

Totals = Mapping[str, Mapping[str, int]]
BUSY = ("ready", "waiting", "sending")


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one demo. `lost`, `duplicates`, `out_of_order` and `unexpected` compare what the bus accepted
    with what the simulated national portal holds, not with the ledger; `acknowledged` counts call-backs; `verified`
    counts applicants by what the population database said of them; `payments` is the money."""

    dossiers: int
    accepted: int
    delivered: int
    rejected: int
    dead: int
    held: int
    acknowledged: int
    lost: int
    duplicates: int
    out_of_order: int
    unexpected: int
    seconds: float
    verified: Mapping[str, int]
    payments: Payments

    @property
    def ok(self) -> bool:
        """Nothing lost, doubled, altered or out of order, and every đồng where it should be."""
        return self.arrived and self.payments.ok

    @property
    def arrived(self) -> bool:
        """Nothing lost, doubled, altered or out of order."""
        return not (self.lost or self.duplicates or self.out_of_order or self.unexpected)

    def as_json(self) -> dict[str, Any]:
        """The last line of `--json`."""
        figures = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**figures, "payments": self.payments.as_json(), "seconds": round(self.seconds, 3), "ok": self.ok}


def tally(
    dossiers: int,
    accepted: int,
    totals: Totals,
    acknowledged: int,
    audit: Audit,
    verified: Mapping[str, int],
    payments: Payments,
    seconds: float,
) -> Tally:
    """Put the figures together."""
    national = totals.get(NATIONAL, {})
    return Tally(
        dossiers=dossiers,
        accepted=accepted,
        delivered=national.get("delivered", 0),
        rejected=national.get("rejected", 0),
        dead=national.get("dead", 0),
        held=national.get("held", 0),
        acknowledged=acknowledged,
        lost=len(audit.lost),
        duplicates=len(audit.duplicates),
        out_of_order=len(audit.out_of_order),
        unexpected=len(audit.unexpected),
        seconds=seconds,
        verified=dict(sorted(verified.items())),
        payments=payments,
    )


def unfinished(totals: Totals) -> int:
    """Deliveries that will still move by themselves."""
    return sum(counts.get(state, 0) for counts in totals.values() for state in BUSY)
