"""What the payment process knows of one of our attempts: asked in this one place."""

from __future__ import annotations

from collections.abc import Generator

from lienthong.requests import Accept, Find, Found, Outcome
from lienthong.verdicts import QueryVerdict
from schemas.payments import Standing

Step = Find | Accept
Told = Found | Outcome | QueryVerdict


def standing(system: str, reference: str) -> Generator[Step, Told, Standing | None]:
    """What is known of our attempt `reference` at `system`; `None` if there is none."""
    found = yield Find("process", f"payment/{system}/{reference}")
    if not isinstance(found, Found) or found.data is None:
        return None
    return Standing.model_validate(found.data)


__all__ = ["Step", "Told", "standing"]
