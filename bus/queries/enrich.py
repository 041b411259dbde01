"""What a route wants to know before it delivers: asked in the delivery's turn, heard in memory, kept as an outcome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jq  # type: ignore[import-not-found]  # an extension module without stubs
import orjson
import structlog

from bus.config.condition import document
from bus.dispatch.call import Answers, Item
from bus.ledger import Deed, Ledger, LedgerError, read
from bus.policy import Asks, Held
from lienthong import Answered, Reject, Retry

from .answers import Failed
from .asked import Asked
from .queries import Queries

_log = structlog.get_logger("lienthong.queries")

ACTION = "enriched"
REFUSED = "refused"
_CLIENT = "bus"


@dataclass(frozen=True, slots=True)
class Heard:
    """An outcome of an earlier attempt. `generation`: how often the delivery had been replayed by then."""

    query: str
    outcome: str
    generation: int
    at: float


class Enricher:
    """For all outlets of one process. `now` tells seconds since 1970."""

    def __init__(self, queries: Queries | None, ledger: Ledger, now: Callable[[], float] = time.time) -> None:
        self._queries = queries
        self._ledger = ledger
        self._now = now

    async def __call__(self, items: Sequence[Item]) -> list[Answers | Retry | Held | Reject]:
        """For each item its answers by query, or why it is not delivered now."""
        try:
            heard = await self._recall([item for item in items if item.claimed.attempt > 1])
        except LedgerError:
            return [Retry("the ledger is away, and what was asked before is not known")] * len(items)
        return await asyncio.gather(*(self._one(item, heard.get(item.claimed.id, ())) for item in items))

    async def _recall(self, items: Iterable[Item]) -> Mapping[int, list[Heard]]:
        ids = [item.claimed.message.id for item in items]
        found: dict[int, list[Heard]] = {}
        for row in await self._ledger.read(lambda connection: read.deeds(connection, ids, ACTION)) if ids else ():
            kept = orjson.loads(row["detail"])
            one = Heard(kept["query"], kept["outcome"], kept["generation"], row["at"])
            found.setdefault(row["delivery_id"], []).append(one)
        return found

    async def _one(self, item: Item, heard: Iterable[Heard]) -> Answers | Retry | Held | Reject:
        answers: dict[str, Answered] = {}
        for asks in item.policy.enrich:
            before = [one for one in heard if one.query == asks.query]
            answer = self._reused(asks, before) or await self._ask(asks, item)
            if isinstance(answer, Retry | Held):
                return answer
            if answer is None:
                continue
            answers[asks.query] = answer
            overruled = any(one.outcome == answer.result and one.generation < item.claimed.generation for one in before)
            rule = dict(asks.on).get(answer.result, "hold" if answer.result == REFUSED else "deliver")
            if rule != "deliver" and not overruled:
                return _stopped(rule, asks.query, answer.result)
        return answers

    def _reused(self, asks: Asks, before: Sequence[Heard]) -> Answered | None:
        last = max(before, key=lambda one: one.at, default=None)
        return None if last is None or self._now() - last.at >= asks.reuse_for else Answered(last.outcome)

    async def _ask(self, asks: Asks, item: Item) -> Answered | Retry | Held | None:
        if self._queries is None or asks.query not in self._queries.names:
            return Held("enrich-unknown-query", f"the configuration has no query {asks.query}; add it, then replay")
        message = item.claimed.message
        read_by_jq = document(message.type, message.source, message.subject, message.data)
        try:
            data, purpose = _first(asks.ask, read_by_jq), _first(asks.purpose, read_by_jq)
        except ValueError:  # jq's words may quote the message
            return Held("enrich-question", f"the jq program that makes the question {asks.query} fails on this message")
        if data is None:
            return None
        said = purpose if isinstance(purpose, str) else None
        asked = Asked(_CLIENT, asks.query, data, said, asks.officer, message.subject)
        answer = await self._queries.ask(asked)
        if isinstance(answer, Failed) and answer.trouble not in ("invalid", "refused"):
            return Retry(f"{asks.query}: {answer.reason}", answer.after)
        outcome = REFUSED if isinstance(answer, Failed) else answer.result
        if not await self._keep(item, asks.query, outcome, answer.id):
            return Retry("the ledger is away, and what was answered could not be recorded")
        return Answered(outcome, None if isinstance(answer, Failed) else answer.data)

    async def _keep(self, item: Item, query: str, outcome: str, question: str) -> bool:
        claimed = item.claimed
        detail = {"query": query, "outcome": outcome, "question": question, "generation": claimed.generation}
        deed = Deed(self._now(), _CLIENT, ACTION, claimed.message.id, claimed.id, orjson.dumps(detail).decode())
        try:
            await self._ledger.record([deed])
        except LedgerError as error:
            _log.warning("not enriched: the ledger is away", query=query, reason=str(error))
            return False
        return True


def _stopped(rule: str, query: str, outcome: str) -> Held | Reject:
    reason = f"{query} ended with {outcome}"
    if rule == "reject":
        return Reject(f"enrich-{outcome}", reason)
    return Held(f"enrich-{outcome}", f"{reason}; replay delivers it all the same, cancel gives it up")


def _first(program: str, document: str) -> Any:
    return next(iter(_compiled(program).input_text(document)), None)


@cache
def _compiled(program: str) -> Any:
    return jq.compile(program)
