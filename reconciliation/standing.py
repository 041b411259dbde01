"""Where a session stands: whether it was reconciled, and whether anything of it is still open."""

from __future__ import annotations

from datetime import datetime

from reconciliation.runs import Day
from reconciliation.schedule import Standing
from reconciliation.work import FILE, State, Work


def standing(place: Day) -> Standing:
    """A day is closed if its last run explained every dong, or if somebody accepted every difference that is left."""
    last = place.last()
    if last is None:
        return Standing()
    inputs = place.inputs(last)
    return Standing(datetime.fromisoformat(inputs["made"]), bool(inputs["closed"]) or _accepted(place, last))


def _accepted(place: Day, run: int) -> bool:
    if not (place.out / FILE).exists():
        return False
    items = Work(place.out).items(kind=place.kind, system=place.system, day=place.day)
    here = [one for one in items if one.run == run and one.closed_run is None]
    left = sum(not one["carried"] for one in place.differences(run))
    return len(here) == left > 0 and all(one.state is State.ACCEPTED for one in here)


__all__ = ["standing"]
