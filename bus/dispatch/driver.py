"""Driving one conversation: the adapter's generator on one side, the connector on the other.

What every ending means is decided here, once: which errors were surely without effect, and which were not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, get_args

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_random

from lienthong import (
    Answered,
    Connector,
    Each,
    Lost,
    Misconfigured,
    NotSent,
    Polled,
    Reject,
    Reply,
    Request,
    Retry,
    Single,
    Split,
    Stop,
    TransportError,
    Unknown,
    Unsendable,
    Verdict,
)

_log = structlog.get_logger("lienthong.dispatch")

V = TypeVar("V")
Heard = Answered | Polled | Retry | Reject | Stop
_DELIVERY: tuple[type, ...] = (*get_args(Single), Each, Split)
_QUESTION: tuple[type, ...] = get_args(Heard)

_QUICK_WAIT = wait_random(0.02, 0.1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one conversation may take: seconds, requests, received bytes; and its quick retries."""

    deadline: float
    requests: int
    received: int
    quick_tries: int
    quick_within: float


@dataclass(slots=True)
class Ran(Generic[V]):
    """How a conversation went. Marks are seconds since 1970; `answered`: the target replied at least once."""

    verdict: V
    request_out: float | None = None
    response_in: float | None = None
    answered: bool = False
    requests: int = 0


class Driver:
    """Drives conversations with one system. `clock` tells seconds since 1970."""

    def __init__(self, connector: Connector, bounds: Bounds, clock: Callable[[], float]) -> None:
        self._connector = connector
        self._bounds = bounds
        self._clock = clock

    async def run(self, conversation: Generator[Request, Reply, Verdict]) -> Ran[Verdict]:
        """The conversation's verdict. Never raises but for cancellation."""
        return await self._run(conversation, _DELIVERY, self._bounds.deadline)

    async def ask(self, conversation: Generator[Request, Reply, Heard], deadline: float | None = None) -> Ran[Heard]:
        """The same for a conversation that changes nothing at the target, in at most `deadline` seconds, which the
        partner is given too."""
        within = self._bounds.deadline if deadline is None else deadline
        ran = await self._run(conversation, _QUESTION, within, share=deadline is not None)
        if isinstance(ran.verdict, Unknown):
            ran.verdict = Retry(ran.verdict.reason)
        return ran

    async def _run(
        self, conversation: Generator[Request, Reply, Any], ends: tuple[type, ...], deadline: float, share: bool = False
    ) -> Ran[Any]:
        until = asyncio.get_running_loop().time() + deadline if share else None
        state = _State(Ran(Unknown("the conversation did not end")), ends, until)
        try:
            async with asyncio.timeout(deadline):
                state.ran.verdict = await self._converse(conversation, state)
        except TimeoutError:
            state.ran.verdict = state.failed(Lost(f"no end after {deadline:g} s"))
        except TransportError as error:
            state.ran.verdict = state.failed(error)
        except Exception as error:  # a defect of the adapter is a verdict on this delivery, not the end of the bus
            _log.exception("adapter failed", error_type=type(error).__name__)
            state.ran.verdict = state.defect(error)
        finally:
            _end(conversation)
        return state.ran

    async def _converse(self, conversation: Generator[Request, Reply, Any], state: _State) -> Any:
        ran, received = state.ran, 0
        try:
            request = next(conversation)
            while True:
                ran.requests += 1
                if ran.requests > self._bounds.requests:
                    return state.failed(Lost(f"more than {self._bounds.requests} requests"))
                try:
                    reply = await self._exchange(request, state)
                except TransportError as error:
                    request = conversation.throw(error)
                    continue
                received += len(reply.content)
                if received > self._bounds.received:
                    return state.failed(Lost(f"more than {self._bounds.received} bytes received"))
                request = conversation.send(reply)
        except StopIteration as end:
            return end.value if _is_verdict(end.value, state.ends) else state.defect(TypeError("no verdict"))

    async def _exchange(self, request: Request, state: _State) -> Reply:
        ran, request = state.ran, state.hurried(request)
        if ran.request_out is None:
            ran.request_out = self._clock()
        before, state.wrote = state.wrote, state.wrote or request.write
        try:
            reply = await self._connector.exchange(request)
        except NotSent as error:
            state.wrote = before
            reply = await self._quickly(request, state, error)
        except (Unsendable, Misconfigured):
            state.wrote = before
            raise
        ran.response_in = self._clock()
        ran.answered = True
        return reply

    async def _quickly(self, request: Request, state: _State, error: NotSent) -> Reply:
        """Again at once, because the request surely was not sent."""
        before = state.wrote
        tries = self._bounds.quick_tries - 1
        if tries < 1:
            raise error
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(NotSent),
            stop=stop_after_attempt(tries) | stop_after_delay(self._bounds.quick_within),
            wait=_QUICK_WAIT,
            reraise=True,
        )
        await asyncio.sleep(_QUICK_WAIT.wait_random_min)
        async for attempt in retrying:
            with attempt:
                state.wrote = before or request.write
                try:
                    return await self._connector.exchange(request)
                except (NotSent, Unsendable, Misconfigured):
                    state.wrote = before
                    raise
        raise error


@dataclass(slots=True)
class _State:
    """What is known of the effect so far. `wrote`: a write may have reached the target. `until`: the loop's time at
    which the answer is of no use any more, where the partner is to be hurried."""

    ran: Ran[Any]
    ends: tuple[type, ...]
    until: float | None = None
    wrote: bool = False

    def hurried(self, request: Request) -> Request:
        """The request with a time-out that ends no later than the conversation."""
        if self.until is None:
            return request
        left = max(0.001, self.until - asyncio.get_running_loop().time())
        return request if request.timeout is not None and request.timeout <= left else replace(request, timeout=left)

    def failed(self, error: TransportError) -> Verdict:
        """The verdict on an error that the adapter did not handle."""
        reason = f"{_WORDS[type(error)]}: {error}"
        if self.wrote:
            return Unknown(reason)
        if isinstance(error, Misconfigured):
            return Stop(reason)
        if isinstance(error, Unsendable):
            return Reject("unsendable", reason)
        return Retry(reason)

    def defect(self, error: Exception) -> Verdict:
        """The verdict on an exception of the adapter: only its type is told, its text may hold personal data."""
        if self.ran.requests == 0:
            return Reject("adapter-error", f"the adapter failed before it sent anything: {type(error).__name__}")
        return Unknown(f"adapter-error: the adapter failed on the answer: {type(error).__name__}")


def _is_verdict(value: object, ends: tuple[type, ...]) -> bool:
    """Whether an adapter returned what it promised; anything else could not be settled."""
    if isinstance(value, Each) and isinstance(value, ends):
        return isinstance(value.verdicts, Sequence) and all(isinstance(one, Single) for one in value.verdicts)
    return isinstance(value, ends)


def _end(conversation: Generator[Request, Reply, Any]) -> None:
    try:
        conversation.close()
    except Exception as error:  # the verdict stands, whatever an adapter does when it is told to end
        _log.warning("adapter did not end", error_type=type(error).__name__)


_WORDS: dict[type[TransportError], str] = {
    NotSent: "not-sent",
    Lost: "no-answer",
    Unsendable: "unsendable",
    Misconfigured: "misconfigured",
}
