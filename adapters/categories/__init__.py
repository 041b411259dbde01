"""The shared category service `dmdc` (danh mục dùng chung) of the national or provincial platform."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.changes import Listing, compared, digest, plausible
from lienthong.ports import Adapter, Capabilities, Context, Polling, poll
from lienthong.requests import Get, Reply, classify
from lienthong.verdicts import Polled, Reject, Retry, Stop, Unreadable

from .settings import CategoriesSettings
from .translate import draft, listing


class Categories(Adapter):
    """Asked: what changed in the code lists. Told: nothing."""

    name = "categories"
    Settings = CategoriesSettings
    capabilities = Capabilities(idempotent=True)

    settings: CategoriesSettings

    @poll("catalogue.changed", every=86400)
    def categories(self, cursor: Any, context: Context) -> Polling:
        """One category a call, in a round; what is not as it was in the round before is told.

        The cursor: {"round": 3, "step": 1, "lists": {"madantoc": {"01": "digest"}}}.
        """
        state: Mapping[str, Any] = cursor if isinstance(cursor, Mapping) else {"round": 0, "step": 0, "lists": {}}
        names = list(self.settings.categories)
        step = state["step"] if state["step"] < len(names) else 0
        name = names[step]
        reply = yield Get(f"{self.settings.path}/{name}")
        rows = _rows(reply, name)
        if not isinstance(rows, list):
            return rows
        found = listing(rows, name, *self.settings.fields(name), f"{name}/{state['round']}")
        known: dict[str, str] = state["lists"].get(name, {})
        last = step + 1 == len(names)
        onward = {"round": state["round"] + last, "step": 0 if last else step + 1}
        if not plausible(len(found), len(known), self.settings.least_share):
            lists = {**state["lists"], name: known}
            return Polled((), {**onward, "lists": lists}, not last, (_shrunk(name, state["round"], found, known),))
        changes = list(compared(found, known))
        told = tuple(draft(change, name, context.system or self.name, state["round"]) for change in changes)
        lists = {each: codes for each, codes in state["lists"].items() if each in names} | {name: _now(found, known)}
        return Polled(told, {**onward, "lists": lists}, not last, found.bad)


def _rows(reply: Reply, name: str) -> list[Any] | Retry | Reject | Stop:
    verdict = classify(reply, Get(name))
    if isinstance(verdict, Reject):
        return Stop(f"the category {name} was answered {reply.status}; check settings.path and settings.categories")
    if isinstance(verdict, Retry | Stop):
        return verdict
    try:
        found = json.loads(reply.content)
    except (ValueError, RecursionError):
        return Retry(f"the category {name} was answered with something that is not JSON")
    return (
        found if isinstance(found, list) else Retry(f"the category {name} was answered with something else than a list")
    )


def _now(found: Listing, known: Mapping[str, str]) -> dict[str, str]:
    """What is known afterwards; what could not be read stays as it was."""
    now = {code: digest(record) for code, record in found.records.items()}
    kept = found.spoilt if found.whole else {*found.spoilt, *known}
    return {code: mark for code, mark in known.items() if code in kept} | now


def _shrunk(name: str, round: int, found: Listing, known: Mapping[str, str]) -> Unreadable:
    reason = (
        f"the category {name} has {len(found)} records after {len(known)}; nothing was taken from it. "
        "Lower settings.least_share for one round if that is real"
    )
    return Unreadable(f"{name}/{round}/shrunk", {"category": name, "records": len(found)}, "implausible", reason)


__all__ = ["Categories", "CategoriesSettings"]
