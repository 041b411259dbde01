"""The portal's catalogues, kept up by a poll: bounded work a call, changes found through the cursor."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from pydantic import BaseModel, ValidationError

from adapters.changes import Change, Listing, compared, digest, plausible
from adapters.fields import Untranslatable
from lienthong.ports import Context, Polling, poll
from lienthong.requests import Reply, Request
from lienthong.verdicts import Draft, Polled, PollVerdict, Reject, Unreadable
from schemas.catalogue import CatalogueChange

from ..channel import Channel
from ..unread import unreadable
from . import translate
from .cursor import Cursor, Known
from .sources import Source, listing, sources

CHANGED, DETAILS = "catalogue.changed", "LayThuTuc"
_RECORD = {"agencies": "agency", "fields": "field", "services": "service", "codes": "entry", "procedures": "procedure"}


class Catalogues(Channel):
    """Asked regularly: procedures, agencies, fields, services, further code lists."""

    @poll(CHANGED, every=3600)
    def catalogues(self, cursor: Any, context: Context) -> Polling:
        """One list, or the details of a few procedures; `more` until the round is over."""
        state = Cursor.model_validate(cursor or {})
        if state.queue:
            return (yield from self._details(state, context))
        lists = sources(self.settings.catalogues)
        if state.step >= len(lists):  # none, or fewer than when the round began
            return Polled(cursor=state.after(0).as_json())
        source = lists[state.step]
        rows = yield from self.rows(source.service)
        if isinstance(rows, Reject):
            return self._polled((), (_refused(source, rows, context),), state)
        return self._list(source, rows, state, context) if isinstance(rows, tuple) else rows

    def _list(self, source: Source, rows: tuple[Any, ...], state: Cursor, context: Context) -> Polled:
        found = listing(source, rows, self._wanted)
        known = state.procedures if source.name == "procedures" else state.lists.get(source.name, {})
        if not plausible(len(found), len(known), self.settings.catalogues.least_share):
            return self._polled((), (*found.bad, _unbelieved(source, len(found), len(known), context)), state)
        take = self._queue if source.name == "procedures" else self._compare
        changes = take(source, found, state, context)
        drafts = tuple(self._draft(source.name, source.catalogue, change, state, context) for change in changes)
        return self._polled(drafts, found.bad, state)

    def _wanted(self, record: BaseModel) -> bool:
        sectors = self.settings.catalogues.sectors
        return not sectors or not hasattr(record, "sector") or record.sector in sectors

    def _compare(self, source: Source, found: Listing, state: Cursor, context: Context) -> list[Change]:
        known = dict(state.lists.get(source.name, {}))
        changes = list(compared(found, known))
        for change in changes:
            if change.change == "withdrawn":
                del known[change.code]
            else:
                known[change.code] = change.digest
        state.lists[source.name] = known
        return changes

    def _queue(self, source: Source, found: Listing, state: Cursor, context: Context) -> list[Change]:
        """What is new, renamed or was not looked at for long is read one by one; what is gone is told at once."""
        oldest = self.settings.catalogues.reread_days
        for code, record in found.records.items():
            row, known = digest(record), state.procedures.get(code)
            if known is None or known.row != row or (context.now.date() - known.day).days >= oldest:
                state.rows[code] = row
                state.queue.append(code)
        gone = list(found.missing(state.procedures))
        for change in gone:
            del state.procedures[change.code]
        return gone

    def _details(self, state: Cursor, context: Context) -> Generator[Request, Reply, PollVerdict]:
        drafts: list[Draft] = []
        bad: list[Unreadable] = []
        for done in range(min(len(state.queue), self.settings.catalogues.details_at_once)):
            code = state.queue[0]
            rows = yield from self.rows(DETAILS, {"maTTHC": code})
            if not isinstance(rows, tuple | Reject):
                if done == 0:
                    return rows
                break  # what was read so far is kept
            state.queue.pop(0)
            row, found = state.rows.pop(code), _procedure(code, rows)
            if isinstance(found, Unreadable):
                bad.append(found)
            else:
                drafts.extend(self._seen(code, row, found, state, context))
        return self._polled(tuple(drafts), tuple(bad), state)

    def _seen(self, code: str, row: str, found: BaseModel, state: Cursor, context: Context) -> list[Draft]:
        now, before = digest(found), state.procedures.get(code)
        state.procedures[code] = Known(row, now, context.now.date())
        if before is not None and before.details == now:
            return []
        change = Change(code, "added" if before is None else "changed", now, found)
        return [self._draft("procedures", "procedures", change, state, context)]

    def _draft(self, name: str, catalogue: str, change: Change, state: Cursor, context: Context) -> Draft:
        data = CatalogueChange.model_validate(
            {
                "system": context.system or "national-portal",
                "catalogue": catalogue,
                "change": change.change,
                "code": change.code,
                "list": name.removeprefix("codes/") if catalogue == "codes" else None,
                "local_codes": self.settings.local_codes(change.code) if catalogue == "procedures" else (),
                **({} if change.record is None else {_RECORD[catalogue]: change.record}),
            }
        )
        # the round keeps a record that changes and changes back from being taken for a repeat
        key = f"{name}/{change.code}/{state.round}/{change.digest}"
        return Draft(CHANGED, f"{name}/{change.code}", data, key=key, time=context.now)

    def _polled(self, drafts: tuple[Draft, ...], bad: tuple[Unreadable, ...], state: Cursor) -> Polled:
        """The step is over, unless details are to be read first."""
        if state.queue:
            return Polled(drafts, state.as_json(), more=True, unreadable=bad)
        last = state.step + 1 >= len(sources(self.settings.catalogues))
        return Polled(drafts, state.after(0 if last else state.step + 1).as_json(), more=not last, unreadable=bad)


def _procedure(code: str, rows: tuple[Any, ...] | Reject) -> BaseModel | Unreadable:
    key = f"procedures/{code}/{digest(rows if isinstance(rows, tuple) else rows.reason)}"
    if isinstance(rows, Reject):
        return Unreadable(key, {"maTTHC": code}, rows.code, rows.reason)
    if len(rows) != 1:
        return Unreadable(key, list(rows), "not-one-record", f"{len(rows)} records instead of the one asked for")
    try:
        found = translate.procedure(rows[0])
    except (ValidationError, Untranslatable) as error:
        return unreadable(key, rows[0], error)
    if found.code != code:
        return Unreadable(key, rows[0], "another-procedure", "the answer is about another code", "/MATTHC")
    return found


def _refused(source: Source, said: Reject, context: Context) -> Unreadable:
    key = f"{source.name}/refused/{context.now.date().isoformat()}"
    reason = f"{source.service}: {said.reason}; leave it out of catalogues.lists if it is not open to us"
    return Unreadable(key, {"service": source.service}, said.code, reason)


def _unbelieved(source: Source, found: int, known: int, context: Context) -> Unreadable:
    reason = (
        f"{source.service} lists {found} records where {known} were known; nothing was taken from it. If this is real, "
        "lower catalogues.least_share for one round"
    )
    key = f"{source.name}/unbelieved/{context.now.date().isoformat()}/{found}"
    return Unreadable(key, {"records": found, "known": known}, "implausible-list", reason)


__all__ = ["Catalogues"]
