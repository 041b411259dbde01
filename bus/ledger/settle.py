"""The settle: from `sending` to what the verdict says, together with the attempt, the evidence and the follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from . import accept, processes, standing, tasks
from .evidence import Chain, Deed
from .operate import UNFIT
from .records import GIVEN_BACK, Conflict, NewMessage, Settled, Settlement, State, Target
from .session import Session
from .tables import attempt

_UPDATE = """
UPDATE delivery SET
  state = x.state, is_open = x.is_open, leads = false, lease = NULL, claim = NULL,
  attempts = attempts - x.uncounted,
  due_at = {now} + x.delay, publish_after = {now} + x.delay,
  in_doubt_since = CASE x.doubt
    WHEN 'set' THEN coalesce(delivery.in_doubt_since, {now}) WHEN 'keep' THEN delivery.in_doubt_since END,
  verdict = x.verdict, code = x.code, reason = x.reason, pointer = x.pointer,
  value = x.value, reference = coalesce(x.reference, delivery.reference),
  attempts_before = CASE WHEN x.verdict = 'polled' THEN delivery.attempts ELSE delivery.attempts_before END,
  created_at = CASE WHEN x.verdict = 'polled' THEN {now} + x.delay ELSE delivery.created_at END,
  settled_at = CASE WHEN x.state IN ('ready', 'held') THEN NULL ELSE {now} END
FROM {rows:id bigint, lease bigint, number int, state text, is_open boolean, uncounted int, delay double precision,
  doubt text, verdict text, code text, reason text, pointer text, value text, reference text}
WHERE delivery.id = x.id AND delivery.state = 'sending' AND delivery.lease = x.lease AND delivery.attempts = x.number
RETURNING delivery.id
"""

# A late verdict that is definite clears the doubt, unless another worker is sending at this moment.
_LATE = """
UPDATE delivery SET
  state = x.state, is_open = x.is_open, in_doubt_since = NULL, verdict = x.verdict, code = x.code, reason = x.reason,
  pointer = x.pointer, value = x.value, reference = coalesce(x.reference, delivery.reference), settled_at = {now}
FROM {rows:id bigint, state text, is_open boolean, verdict text, code text, reason text, pointer text,
  value text, reference text}
WHERE delivery.id = x.id AND delivery.in_doubt_since IS NOT NULL
  AND delivery.state IN ('ready', 'waiting', 'held', 'dead')
RETURNING delivery.id
"""

_DONE_BEFORE = """
SELECT a.delivery_id FROM {rows:id bigint, lease bigint, number int, at double precision}
JOIN attempt a ON a.delivery_id = x.id AND a.number = x.number AND a.lease = x.lease AND NOT a.late
  AND a.response_out BETWEEN x.at - 1 AND x.at + 1
"""

_NEXT = """
SELECT x.id, (SELECT p.id FROM delivery p WHERE p.system = x.system AND p.lane = x.lane AND p.is_open
  AND p.lane IS NOT NULL ORDER BY p.position LIMIT 1) AS next
FROM {rows:id bigint, system text, lane text}
"""


def settle(session: Session, chain: Chain, settlements: Sequence[Settlement], hint_timeout: float) -> list[Settled]:
    """Settle each by compare-and-set on (worker, attempt). What another worker took over meanwhile is `late`."""
    given, settlements = settlements, _not_overtaken(session, settlements)
    rows = [_row(settlement) for settlement in settlements]
    mine = {row.id for row in session.run(_UPDATE, rows=rows)}
    missed = [s for s in settlements if s.claimed.id not in mine]
    again = _done_before(session, missed) if missed else set()
    late = [s for s in missed if s.claimed.id not in again]
    cleared = _clear_late(session, late)
    fresh = [s for s in settlements if s.claimed.id not in again]
    session.insert(attempt, [_attempt(s, s.claimed.id not in mine) for s in fresh if s.rule.counts])
    effective = [s for s in fresh if s.claimed.id in mine or s.claimed.id in cleared]
    back = _write(session, effective)
    chain.append(session, [*(_deed(s) for s in effective if s.rule.state is not State.READY), *back])
    standing.keep(session, {s.claimed.id: s.cursor for s in effective if s.cursor is not None})
    deliveries = _follow_ups(session, effective, hint_timeout)
    return [
        Settled(
            late=s.claimed.id not in mine and s.claimed.id not in again,
            deliveries=deliveries.get(s.claimed.id, ()),
            overtaken=s is not before and s.claimed.id in mine,
        )
        for s, before in zip(settlements, given, strict=True)
    ]


def _not_overtaken(session: Session, settlements: Sequence[Settlement]) -> Sequence[Settlement]:
    """A step from a version that no longer stands is not taken: its event is given back."""
    steps = [s.change for s in settlements if s.change is not None]
    if not steps:
        return settlements
    fit = iter(processes.lock(session, steps))
    return [s if s.change is None or next(fit) else Settlement(s.claimed, s.marks, GIVEN_BACK) for s in settlements]


def _write(session: Session, effective: Sequence[Settlement]) -> list[Deed]:
    """Write what the steps of processes change; the evidence of tasks that were settled and are open again."""
    steps = {(s.change.process, s.change.key): s for s in effective if s.change is not None}
    again = processes.write(session, [s.change for s in steps.values() if s.change is not None])
    return [_reopened(place, steps[place.process, place.key]) for place in again]


def _reopened(place: tasks.Place, settlement: Settlement) -> Deed:
    claimed = settlement.claimed
    return tasks.reopened(place, settlement.marks.response_out, claimed.system, claimed.id)


def heads(session: Session, settlements: Sequence[Settlement]) -> dict[int, int]:
    """After the commit: the delivery now at the head of each settled delivery's lane, by the settled one's id."""
    rows = [
        {"id": s.claimed.id, "system": s.claimed.system, "lane": s.claimed.lane}
        for s in settlements
        if s.claimed.lane is not None and not s.rule.is_open
    ]
    return {row.id: row.next for row in session.run(_NEXT, rows=rows) if row.next is not None} if rows else {}


def _row(settlement: Settlement) -> dict[str, Any]:
    claimed, rule = settlement.claimed, settlement.rule
    return {
        "id": claimed.id,
        "lease": claimed.lease,
        "number": claimed.attempt,
        "state": rule.state.value,
        "is_open": rule.is_open,
        "uncounted": 0 if rule.counts else 1,
        "delay": rule.delay,
        "doubt": rule.doubt,
        "verdict": rule.verdict,
        "code": rule.code,
        "reason": rule.reason,
        "pointer": rule.pointer,
        "value": rule.value,
        "reference": rule.reference,
    }


def _done_before(session: Session, missed: Sequence[Settlement]) -> set[int]:
    """Those that this worker settled already, in a transaction whose COMMIT was not answered."""
    rows = [
        {"id": s.claimed.id, "lease": s.claimed.lease, "number": s.claimed.attempt, "at": s.marks.response_out}
        for s in missed
    ]
    return {row.delivery_id for row in session.run(_DONE_BEFORE, rows=rows)}


def _clear_late(session: Session, late: Sequence[Settlement]) -> set[int]:
    # a step that comes late is another worker's by now
    definite = [s for s in late if s.rule.doubt == "clear" and s.change is None]
    if not definite:
        return set()
    return {row.id for row in session.run(_LATE, rows=[_row(s) for s in definite])}


def _attempt(settlement: Settlement, late: bool) -> dict[str, Any]:
    marks, rule = settlement.marks, settlement.rule
    return {
        "delivery_id": settlement.claimed.id,
        "number": settlement.claimed.attempt,
        "lease": settlement.claimed.lease,
        "request_in": marks.request_in,
        "request_out": marks.request_out,
        "response_in": marks.response_in,
        "response_out": marks.response_out,
        "verdict": rule.verdict,
        "code": rule.code,
        "reason": rule.reason,
        "late": late,
    }


def _deed(settlement: Settlement) -> Deed:
    claimed, rule = settlement.claimed, settlement.rule
    detail = rule.code or rule.reference
    return Deed(settlement.marks.response_out, claimed.system, rule.state.value, claimed.message.id, claimed.id, detail)


def _reused(system: str, new: NewMessage) -> NewMessage:
    """A follow-up whose own key stands for another body already: kept where operators see it, never dropped."""
    reason = f"its key {new.key} was used before for another body; the adapter must give each follow-up its own"
    target = Target(system, UNFIT, None, "", state=State.REJECTED, code="key-reused", reason=reason)
    return replace(new, targets=(target,))


def _follow_ups(
    session: Session, settlements: Sequence[Settlement], hint_timeout: float
) -> dict[int, tuple[tuple[str, int], ...]]:
    """Follow-ups are messages of their own; one that was stored before (a repeated answer) is not stored again."""
    news = [(s.claimed.system, new) for s in settlements for new in s.follow_ups]
    if not news:
        return {}
    answers, fresh = accept.take(session, [[new] for _, new in news])
    reused = [_reused(*one) for one, answer in zip(news, answers, strict=True) if isinstance(answer, Conflict)]
    deliveries = accept.store(session, fresh + reused, hint_timeout)
    return {
        s.claimed.id: tuple(pair for new in s.follow_ups for pair in deliveries.get(new.id, ())) for s in settlements
    }
