"""A conversation is bounded in steps, time and bytes; quick retries are bounded and only for what was not sent."""

from __future__ import annotations

import asyncio
import time

import pytest

from bus.dispatch.driver import Bounds, Driver
from lienthong import Delivered, Get, Lost, NotSent, Post, Reject, Reply, Request, Retry, Stop, Unknown
from lienthong.ports import Conversation
from lienthong.requests import Misconfigured, TransportError, Unsendable

from .support import HANG, say
from .world import World


class Line:
    """A connector that answers from a list, and notes when it was asked."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self.requests: list[str] = []

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def exchange(self, request: Request) -> Reply:
        self.requests.append(request.path)
        answer = self._answers.pop(0) if self._answers else say(Delivered())
        if answer is HANG:
            await asyncio.Event().wait()
        if isinstance(answer, BaseException):
            raise answer
        assert isinstance(answer, Reply)
        return answer


def driver(line: Line, **changes: float) -> Driver:
    bounds = Bounds(
        deadline=changes.get("deadline", 1.0),
        requests=int(changes.get("requests", 20)),
        received=int(changes.get("received", 1000)),
        quick_tries=int(changes.get("quick_tries", 3)),
        quick_within=changes.get("quick_within", 1.0),
    )
    return Driver(line, bounds, time.time)  # type: ignore[arg-type]  # a Line has no Settings


def log_in_then_write() -> Conversation:
    yield Get("log-in")
    yield Post("write")
    return Delivered("R")


def write_twice() -> Conversation:
    yield Post("upload")
    yield Post("submit")
    return Delivered("R")


def forever(write: bool) -> Conversation:
    while True:
        yield Post("more", write=write)


async def test_quick_retries_repeat_what_surely_was_not_sent() -> None:
    line = Line(NotSent("refused"), NotSent("refused"))
    ran = await driver(line).run(log_in_then_write())
    assert ran.verdict == Delivered("R")
    assert line.requests == ["log-in", "log-in", "log-in", "write"]


async def test_quick_retries_are_bounded_in_tries() -> None:
    line = Line(*[NotSent("refused")] * 9)
    ran = await driver(line).run(log_in_then_write())
    assert ran.verdict == Retry("not-sent: refused")
    assert len(line.requests) == 3


async def test_quick_retries_are_bounded_in_time() -> None:
    line = Line(*[NotSent("refused")] * 99)
    ran = await driver(line, quick_tries=50, quick_within=0.05).run(log_in_then_write())
    assert isinstance(ran.verdict, Retry)
    assert len(line.requests) < 10


@pytest.mark.parametrize("error", [Lost("gone"), Misconfigured("refused"), Unsendable("header")])
async def test_nothing_else_is_repeated(error: TransportError) -> None:
    line = Line(error)
    await driver(line).run(log_in_then_write())
    assert line.requests == ["log-in"]


@pytest.mark.parametrize(
    ("error", "on_read", "on_write", "after_a_write"),
    [
        (NotSent("x"), Retry, Retry, Unknown),
        (Lost("x"), Retry, Unknown, Unknown),
        (Unsendable("x"), Reject, Reject, Unknown),
        (Misconfigured("x"), Stop, Stop, Unknown),
    ],
)
async def test_what_an_unhandled_error_means(
    error: TransportError, on_read: type, on_write: type, after_a_write: type
) -> None:
    reply = say(Delivered())
    read = await driver(Line(error), quick_tries=1).run(log_in_then_write())
    write = await driver(Line(reply, error), quick_tries=1).run(log_in_then_write())
    later = await driver(Line(reply, error), quick_tries=1).run(write_twice())
    assert [type(one.verdict) for one in (read, write, later)] == [on_read, on_write, after_a_write]


async def test_a_lost_write_found_in_a_quick_retry_is_unknown() -> None:
    ran = await driver(Line(NotSent("refused"), Lost("gone"))).run(write_twice())
    assert ran.verdict == Unknown("no-answer: gone")


async def test_an_adapter_may_handle_an_error_itself() -> None:
    def patient() -> Conversation:
        try:
            yield Post("write")
        except Lost:
            yield Get("find")
            return Delivered("found")
        return Delivered()

    assert (await driver(Line(Lost("gone"))).run(patient())).verdict == Delivered("found")


async def test_bounded_in_steps() -> None:
    line = Line()
    ran = await driver(line, requests=4, received=10**9).run(forever(write=True))
    assert ran.verdict == Unknown("no-answer: more than 4 requests")
    assert len(line.requests) == 4
    assert isinstance((await driver(Line(), requests=4, received=10**9).run(forever(write=False))).verdict, Retry)


async def test_bounded_in_bytes() -> None:
    line = Line(*[Reply(200, {}, b"x" * 400)] * 9)
    ran = await driver(line).run(forever(write=True))
    assert ran.verdict == Unknown("no-answer: more than 1000 bytes received")
    assert len(line.requests) == 3


async def test_bounded_in_time() -> None:
    started = time.monotonic()
    ran = await driver(Line(say(Delivered()), HANG), deadline=0.05).run(log_in_then_write())
    assert ran.verdict == Unknown("no-answer: no end after 0.05 s")
    assert (await driver(Line(HANG), deadline=0.05).run(log_in_then_write())).verdict == Retry(
        "no-answer: no end after 0.05 s"
    )
    assert time.monotonic() - started < 5


async def test_cancellation_is_no_verdict() -> None:
    task = asyncio.create_task(driver(Line(HANG)).run(log_in_then_write()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_endless_conversation_of_the_bus_ends(world: World) -> None:
    await world.start(max_requests=5)
    await world.send("endless", "k1")
    row = await world.becomes("k1", "held")
    assert row["reason"] == "no-answer: more than 5 requests"
    assert len(world.target.sent) == 5


async def test_a_huge_answer_ends_it(world: World) -> None:
    await world.start(max_received=1000)
    world.target.answers("k1", Reply(200, {}, b"x" * 1001))
    await world.send("hold", "k1")
    assert (await world.becomes("k1", "held"))["reason"] == "no-answer: more than 1000 bytes received"


async def test_a_hanging_target_ends_at_the_deadline(world: World) -> None:
    await world.start(deadline=0.05)
    world.target.answers("k1", HANG)
    await world.send("hold", "k1")
    assert (await world.becomes("k1", "held"))["reason"] == "no-answer: no end after 0.05 s"
