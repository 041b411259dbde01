"""The list of new dossiers: which of them were not known, and what could not be read."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import Context
from lienthong.verdicts import Draft, Unreadable
from schemas.filings import Filing, FilingCollected

from .sending import rejected
from .settings import NewDossiers
from .translate import filing


def compared(
    rows: list[Any], known: list[str], settings: NewDossiers, context: Context
) -> tuple[list[Draft], list[Unreadable], list[str]]:
    """Messages of what is new, what could not be read, and all codes that are listed."""
    drafts: list[Draft] = []
    bad: list[Unreadable] = []
    listed: list[str] = []
    for row in rows:
        try:
            found, reference = filing(row, settings, context.system or "igate")
        except (ValidationError, Untranslatable) as error:
            refused = rejected(error)
            bad.append(Unreadable(f"new/{_digest(row)}", row, refused.code, refused.reason, refused.pointer))
            continue
        listed.append(found.dossier_code)
        if found.dossier_code not in known:
            drafts.extend(_drafts(found, reference, context))
    return drafts, bad, listed


def _drafts(found: Filing, reference: str | None, context: Context) -> list[Draft]:
    """The dossier, and what the connector wants to hear of it: a route sends that back."""
    taken = FilingCollected(system=found.system, dossier_code=found.dossier_code, reference=reference)
    key = f"new/{found.dossier_code}"
    return [
        Draft("filing.received", found.dossier_code, found, key=key, time=context.now),
        Draft("filing.collected", found.dossier_code, taken, key=f"{key}/collected", time=context.now),
    ]


def _digest(row: Any) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]


__all__ = ["compared"]
