"""From outcomes to settlements: the rule of the verdict, and its follow-ups validated apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import orjson
import structlog

from bus.intake.intake import OWN, Incoming, drafted, of_our_own
from bus.ledger import GIVEN_BACK, Claimed, Marks, NewMessage, Rule, Settlement, State, Target
from bus.policy import judge
from lienthong import Delivered, Draft, Message, Polled, Problem, Reject, Unknown, Unreadable

from .call import Item, Outcome
from .pointed import pointed

_log = structlog.get_logger("lienthong.dispatch")


class Prepare(Protocol):
    """Intake's validation and routing."""

    def __call__(self, client: str, event: Incoming, cause: int | None = None) -> NewMessage | list[Problem]:
        """A message, or what is wrong with it."""


class Settling:
    """Makes the settlements of one system."""

    def __init__(self, system: str, prepare: Prepare) -> None:
        self._source = f"/systems/{system}"
        self._system = system
        self._prepare = prepare

    def settlement(self, outcome: Outcome, now: float, chance: float) -> Settlement:
        """What `outcome` does to its delivery. `now`: seconds since 1970; `chance`: in [0, 1), for the jitter."""
        try:
            return self._settlement(outcome, now, chance)
        except Exception as error:  # a verdict with nonsense in it must not leave the delivery in `sending` for ever
            _log.error("verdict unusable", system=self._system, error_type=type(error).__name__)
            unusable = Unknown(f"adapter-error: the verdict cannot be used: {type(error).__name__}")
            return self._settlement(replace(outcome, verdict=unusable), now, chance)

    def _settlement(self, outcome: Outcome, now: float, chance: float) -> Settlement:
        claimed = outcome.item.claimed
        # The age is told by the database's clock alone: a worker whose own clock is wrong gives nothing up for it.
        policy, definite = outcome.item.policy, outcome.definite
        rule = judge(outcome.verdict, claimed, policy, answered=definite, now=claimed.claimed_at, chance=chance)
        marks = Marks(claimed.claimed_at, outcome.ran.request_out, outcome.ran.response_in, now)
        settled, verdict = _storable_rule(rule, claimed.message), outcome.verdict
        if isinstance(verdict, Polled):
            return Settlement(claimed, marks, settled, self._found(claimed, verdict), _json(verdict.cursor))
        follow_ups = verdict.follow_ups if isinstance(verdict, Delivered | Reject) else ()
        told = tuple(self._follow_up(claimed, draft, index) for index, draft in enumerate(follow_ups))
        return Settlement(claimed, marks, settled, told, change=outcome.change)

    def _found(self, claimed: Claimed, polled: Polled) -> tuple[NewMessage, ...]:
        """What a poll found, and what of it nobody can read: a dead letter each."""
        if any(draft.key is None for draft in polled.messages):
            raise TypeError("a polled message needs the source's own key: without one its repeat would be a new one")
        messages = [self._follow_up(claimed, draft, index) for index, draft in enumerate(polled.messages)]
        return (*messages, *(self._unreadable(claimed, one) for one in polled.unreadable))

    def _unreadable(self, claimed: Claimed, one: Unreadable) -> NewMessage:
        event = Incoming(self._source, one.key, claimed.operation.replace(":", "."), claimed.message.subject, one.raw)
        return self._dead_letter(event, [Problem(one.code, one.pointer or "", one.reason)], claimed)

    def give_back(self, item: Item, now: float) -> Settlement:
        """Nothing was sent: as if it had not been claimed."""
        marks = Marks(item.claimed.claimed_at, None, None, now)
        return Settlement(item.claimed, marks, GIVEN_BACK)

    def _follow_up(self, claimed: Claimed, draft: Draft, index: int) -> NewMessage:
        key = f"{claimed.id}.{claimed.generation}.{index}"
        try:
            event = drafted(draft, self._source, key, claimed.message.trace)
            made = self._prepare(OWN, event, cause=claimed.id)
        except Exception as error:  # a defect of the adapter; the delivery itself settles
            event = Incoming(draft.source or self._source, draft.key or key, draft.type, draft.subject, draft.data)
            made = [Problem("adapter-error", "/data", f"the follow-up is no JSON document: {type(error).__name__}")]
        return made if isinstance(made, NewMessage) else self._dead_letter(event, made, claimed)

    def _dead_letter(self, event: Incoming, problems: Sequence[Problem], claimed: Claimed) -> NewMessage:
        """A follow-up that intake would refuse is kept as it is, where operators see it."""
        problem, raw = problems[0], _raw(event.data)
        inside = problem.pointer.removeprefix("/data") if f"{problem.pointer}/".startswith("/data/") else None
        value = pointed(_text(event.type), None, raw, inside)
        target = Target(
            self._system,
            "follow-up",
            None,
            "",
            state=State.REJECTED,
            code=problem.code,
            reason=_storable(problem.reason),
            pointer=_storable(problem.pointer),
            value=_storable(value),
        )
        source, key, type, subject = (_text(part) for part in (event.source, event.key, event.type, event.subject))
        trace = claimed.message.trace
        return of_our_own(source, key, type, subject, raw, target, claimed.claimed_at, trace=trace, cause=claimed.id)


def _storable_rule(rule: Rule, message: Message) -> Rule:
    """With the value at which the pointer points in the data of `message`."""
    pointer = _storable(rule.pointer)
    return replace(
        rule,
        code=_storable(rule.code),
        reason=_storable(rule.reason),
        pointer=pointer,
        value=_storable(pointed(message.type, message.schema, message.data, pointer)),
        reference=_storable(rule.reference),
    )


def _json(cursor: Any) -> str:
    """Raises `TypeError` for what is no JSON: then the poll did not happen, and nothing it found is lost."""
    return orjson.dumps(cursor).decode()


def _storable(text: str | None) -> str | None:
    return None if text is None else _text(text)


def _text(value: object) -> str:
    """As text that every database takes: what a target answered may hold NUL and lone surrogates."""
    return str(value).replace("\0", "\ufffd").encode(errors="replace").decode()


def _raw(data: object) -> str:
    """As JSON, as far as it is any."""
    try:
        return json.dumps(data, default=str)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(_text(f"{data!r:.10000}"))
