"""Driving one conversation: the adapter's generator on one side, the connector on the other.

What every ending means is decided here, once: which errors were surely without effect, and which were not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_random

from lienthong import (
    Connector,
    Each,
    Lost,
    Misconfigured,
    NotSent,
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
class Ran:
    """How a conversation went. Marks are seconds since 1970; `answered`: the target replied at least once."""

    verdict: Verdict
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

    async def run(self, conversation: Generator[Request, Reply, Verdict]) -> Ran:
        """The conversation's verdict. Never raises but for cancellation."""
        state = _State(Ran(Unknown("the conversation did not end")))
        try:
            async with asyncio.timeout(self._bounds.deadline):
                state.ran.verdict = await self._converse(conversation, state)
        except TimeoutError:
            state.ran.verdict = state.failed(Lost(f"no end after {self._bounds.deadline:g} s"))
        except TransportError as error:
            state.ran.verdict = state.failed(error)
        except Exception as error:  # a defect of the adapter is a verdict on this delivery, not the end of the bus
            _log.exception("adapter failed", error_type=type(error).__name__)
            state.ran.verdict = state.defect(error)
        finally:
            _end(conversation)
        return state.ran

    async def _converse(self, conversation: Generator[Request, Reply, Verdict], state: _State) -> Verdict:
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
            verdict: Verdict = end.value if _is_verdict(end.value) else state.defect(TypeError("no verdict"))
            return verdict

    async def _exchange(self, request: Request, state: _State) -> Reply:
        ran = state.ran
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
    """What is known of the effect so far. `wrote`: a write may have reached the target."""

    ran: Ran
    wrote: bool = False

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


def _is_verdict(value: object) -> bool:
    """Whether an adapter returned what it promised; anything else could not be settled."""
    if isinstance(value, Each):
        return isinstance(value.verdicts, Sequence) and all(isinstance(one, Single) for one in value.verdicts)
    return isinstance(value, Single | Split)


def _end(conversation: Generator[Request, Reply, Verdict]) -> None:
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
