"""From records to what is told: the one citizen who was asked for, or the changes that are news. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.fields import Untranslatable
from lienthong.verdicts import Answered, Draft, Polled, Reject, Stop, Unreadable

from .answers import Collection, Record
from .facts import digits
from .feed import Period, digest, onward, page_digest
from .settings import PopulationSettings
from .translate import Asked, citizen, name_of


def answered(found: Collection, asked: Asked, settings: PopulationSettings) -> Answered | Reject:
    """Nobody, or the citizen who was asked for: another one's data must not reach the asker."""
    records = [record for record in found.records if name_of(record) is not None]
    if not records:
        return Answered("not-found")
    alike = [record for record in records if _is(record, asked)]
    if not alike:
        return Reject("other-citizen", "the answer is about another citizen than the one asked for; tell the partner")
    if len(alike) > 1:
        return Reject("several-citizens", "the answer names several citizens with this number; tell the partner")
    return Answered("found", citizen(alike[0], settings, found.as_of, asked))


def _is(record: Record, asked: Asked) -> bool:
    """Whether a record may be about the one who was asked for: no number in it is another one."""
    if asked.personal_number is not None:
        return digits(record.get("SoDinhDanh"), 12) in (None, asked.personal_number)
    return digits(record.get("SoCMND"), 9) in (None, asked.old_id_number)


def polled(found: Collection, asked: Period, settings: PopulationSettings) -> Polled | Stop:
    """The page's records that are news, and where it goes on."""
    digests = [digest(record) for record in found.records]
    if digests and asked.last == page_digest(digests):
        return Stop(f"page {asked.page} of the changes repeats the page before; check settings.changes.page_size")
    known = {*asked.before, *asked.now}
    told: list[Draft | Unreadable] = []
    for record, mark in zip(found.records, digests, strict=True):
        if mark not in known:
            known.add(mark)
            told.append(_changed(record, f"{mark}-{asked.since}", found.as_of, settings))
    cursor, more = onward(asked, digests, settings.changes)
    messages = tuple(each for each in told if isinstance(each, Draft))
    return Polled(messages, cursor, more, tuple(each for each in told if isinstance(each, Unreadable)))


def _changed(record: Record, key: str, as_of: str | None, settings: PopulationSettings) -> Draft | Unreadable:
    try:
        found = citizen(_body(record), settings, as_of)
    except Untranslatable as error:
        return Unreadable(key, dict(record), error.code, error.reason, error.place or None)
    number = found.personal_number or found.old_id_number or ""
    # the subject is shown in lists and logs, so it does not show the number
    return Draft("citizen.changed", f"citizen-{digest({'number': number})}", found, key)


def _body(record: Record) -> Record:
    """The record in `Body` (JSON in CDATA), with the number that stands beside it; or the record itself."""
    body = record.get("Body")
    if body is None:
        return record
    found = _decoded(body)
    inner = found.get("CongDan", found) if isinstance(found, Mapping) else found
    if not isinstance(inner, Mapping):
        raise Untranslatable("not-json", "is not an object in JSON", "/Body")
    return {"SoDinhDanh": record.get("SoDinhDanh"), **inner}


def _decoded(body: Any) -> Any:
    try:
        return json.loads(body) if isinstance(body, str) else body
    except (ValueError, RecursionError):
        return None


__all__ = ["answered", "polled"]
