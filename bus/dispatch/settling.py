"""From outcomes to settlements: the rule of the verdict, and its follow-ups validated apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

import uuid_utils

from bus.intake.inspect import digest, receipt
from bus.intake.intake import OWN, Incoming, drafted
from bus.ledger import Claimed, Marks, NewMessage, Settlement, State, Target
from bus.policy import judge
from lienthong import Delivered, Draft, Problem, Reject

from .call import Item, Outcome


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
        claimed = outcome.item.claimed
        rule = judge(
            outcome.verdict, claimed, outcome.item.policy, answered=outcome.ran.answered, now=now, chance=chance
        )
        marks = Marks(claimed.claimed_at, outcome.ran.request_out, outcome.ran.response_in, now)
        follow_ups = outcome.verdict.follow_ups if isinstance(outcome.verdict, Delivered | Reject) else ()
        return Settlement(
            claimed=claimed,
            marks=marks,
            follow_ups=tuple(self._follow_up(claimed, draft, index) for index, draft in enumerate(follow_ups)),
            state=rule.state,
            verdict=rule.verdict,
            is_open=rule.is_open,
            doubt=rule.doubt,
            delay=rule.delay,
            counts=rule.counts,
            code=rule.code,
            reason=rule.reason,
            pointer=rule.pointer,
            reference=rule.reference,
        )

    def give_back(self, item: Item, now: float) -> Settlement:
        """Nothing was sent: as if it had not been claimed."""
        marks = Marks(item.claimed.claimed_at, None, None, now)
        return Settlement(
            item.claimed, State.READY, "given-back", marks, is_open=True, doubt="keep", counts=False, code="given-back"
        )

    def _follow_up(self, claimed: Claimed, draft: Draft, index: int) -> NewMessage:
        key = f"{claimed.id}.{claimed.generation}.{index}"
        event = drafted(draft, self._source, key, claimed.message.trace)
        made = self._prepare(OWN, event, cause=claimed.id)
        return made if isinstance(made, NewMessage) else self._dead_letter(event, made, claimed)

    def _dead_letter(self, event: Incoming, problems: Sequence[Problem], claimed: Claimed) -> NewMessage:
        """A follow-up that intake would refuse is kept as it is, where operators see it."""
        raw = json.dumps(event.data, default=str)
        target = Target(
            self._system,
            "follow-up",
            None,
            "",
            state=State.REJECTED,
            code=problems[0].code,
            reason=problems[0].reason,
            pointer=problems[0].pointer,
        )
        return NewMessage(
            id=str(uuid_utils.uuid7()),
            client=OWN,
            source=event.source,
            key=event.key,
            type=event.type,
            subject=event.subject,
            time=claimed.claimed_at,
            received_at=claimed.claimed_at,
            schema="",
            data=raw,
            receipt=receipt(OWN, event.source, event.key),
            digest=digest(event.type, event.subject, "", raw),
            targets=(target,),
            trace=event.trace,
            cause=claimed.id,
        )
