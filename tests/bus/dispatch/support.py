"""A target without a network: its connector does what the test scripted, its adapter says what the target answered.

The target answers with a pickled verdict, so that a test says `target.answers("k1", Retry("busy"))` and means it. What
it cannot show: bytes, HTTP and time-outs of a real connection (tests/connectors does).
"""

from __future__ import annotations

import asyncio
import pickle
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel

from lienthong import Absent, Adapter, Context, Delivered, Each, Get, Message, NoSettings, Post, Reply, Request
from lienthong.ports import Conversation, Lookup, lookup, operation


class Gate(NamedTuple):
    """Answers only after the test opened it."""

    opened: asyncio.Event
    answer: Any


HANG = object()


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as the target got it."""

    path: str
    keys: tuple[str, ...]
    in_doubt: bool
    attempt: int


class Target:
    """The connector of the test system and the target behind it.

    `answers(key, ...)` scripts what is answered, call after call, to requests whose first item has that key; the last
    script line is not repeated: what is not scripted succeeds. An answer is a verdict, a `Reply`, an exception, `HANG`,
    a `Gate`. `effects` are the keys of what it said it delivered, in the order in which it did.
    """

    Settings: ClassVar[type[BaseModel]] = NoSettings

    def __init__(self, settings: Any = None, system: str = "target") -> None:
        self.sent: list[Sent] = []
        self.effects: list[str] = []
        self.most = 0
        self.overlaps: list[str] = []
        self.opened = self.closed = 0
        self.always: Any = None
        self._script: dict[str, deque[Any]] = defaultdict(deque)
        self._lanes: Counter[str] = Counter()
        self._now = 0

    def answers(self, key: str, *answers: Any, path: str = "write") -> None:
        self._script[f"{path} {key}"].extend(answers)

    async def open(self) -> None:
        self.opened += 1

    async def close(self) -> None:
        self.closed += 1

    async def exchange(self, request: Request) -> Reply:
        keys, lanes = tuple(request.json["keys"]), set(request.json["lanes"])
        self.sent.append(Sent(request.path, keys, request.json["in_doubt"], request.json["attempt"]))
        self.overlaps += [lane for lane in lanes if lane and self._lanes[lane]]
        self._lanes.update(lanes)
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            return await self._answer(self._next(request.path, keys), request.path, keys)
        finally:
            self._now -= 1
            self._lanes.subtract(lanes)

    def _next(self, path: str, keys: Sequence[str]) -> Any:
        script = self._script[f"{path} {keys[0]}"]
        return script.popleft() if script else self.always

    async def _answer(self, answer: Any, path: str, keys: Sequence[str]) -> Reply:
        await asyncio.sleep(0)
        if answer is HANG:
            await asyncio.Event().wait()
        if isinstance(answer, Gate):
            await answer.opened.wait()
            answer = answer.answer
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Reply):
            return answer
        if answer is None:
            answer = Absent() if path == "find" else Each([Delivered("R")] * len(keys))
        said = answer.verdicts if isinstance(answer, Each) else [answer] * len(keys)
        if path == "write":
            self.effects += [key for key, one in zip(keys, said, strict=False) if isinstance(one, Delivered)]
        return say(answer)

    def keys(self, path: str = "write") -> list[str]:
        """The items of all calls, flattened, in the order in which they arrived."""
        return [key for sent in self.sent if sent.path == path for key in sent.keys]


def say(verdict: Any) -> Reply:
    """The answer by which the target says `verdict` (anything that pickles, so that it may be nonsense)."""
    return Reply(200, {}, pickle.dumps(verdict))


def _read(reply: Reply, count: int) -> Any:
    said = pickle.loads(reply.content)
    return said.verdicts[0] if count == 1 and isinstance(said, Each) and len(said.verdicts) == 1 else said


def _body(messages: Sequence[Message], context: Context) -> dict[str, Any]:
    return {
        "keys": [message.key for message in messages],
        "lanes": [message.subject for message in messages if message.type != "test.free"],
        "in_doubt": context.in_doubt,
        "attempt": context.attempt,
    }


def _write(message: Message, context: Context) -> Conversation:
    reply = yield Post("write", json=_body([message], context))
    return _read(reply, 1)  # type: ignore[no-any-return]


def _write_all(messages: Sequence[Message], context: Context) -> Conversation:
    reply = yield Post("write", json=_body(messages, context))
    return _read(reply, 0)  # type: ignore[no-any-return]


def _group(message: Message) -> object:
    return pickle.dumps(message.data)


class Anything(Adapter):
    """Operations of every kind."""

    name = "anything"

    @operation("test.single", on_unknown="lookup")
    def single(self, message: Message, context: Context) -> Conversation:
        return _write(message, context)

    @operation("test.resend", on_unknown="resend")
    def resend(self, message: Message, context: Context) -> Conversation:
        return _write(message, context)

    @operation("test.hold")
    def hold(self, message: Message, context: Context) -> Conversation:
        return _write(message, context)

    @operation("test.free", ordered=False, on_unknown="resend")
    def free(self, message: Message, context: Context) -> Conversation:
        return _write(message, context)

    @operation("test.batch", batch=4, on_unknown="lookup")
    def batch(self, messages: Sequence[Message], context: Context) -> Conversation:
        return _write_all(messages, context)

    @operation("test.keyed", batch=4, batch_key=_group)
    def keyed(self, messages: Sequence[Message], context: Context) -> Conversation:
        return _write_all(messages, context)

    @operation("test.run", batch=3, run=True, on_unknown="resend")
    def run(self, messages: Sequence[Message], context: Context) -> Conversation:
        return _write_all(messages, context)

    @operation("test.keyed_run", batch=3, run=True, batch_key=_group)
    def keyed_run(self, messages: Sequence[Message], context: Context) -> Conversation:
        return _write_all(messages, context)

    @operation("test.broken_before")
    def broken_before(self, message: Message, context: Context) -> Conversation:
        raise LookupError("Nguyễn Văn Ví Dụ")

    @operation("test.broken_after")
    def broken_after(self, message: Message, context: Context) -> Conversation:
        yield Post("write", json=_body([message], context))
        raise LookupError("Nguyễn Văn Ví Dụ")

    @operation("test.endless")
    def endless(self, message: Message, context: Context) -> Conversation:
        while True:
            yield Post("write", json=_body([message], context))

    @operation("test.asking")
    def asking(self, message: Message, context: Context) -> Conversation:
        reply = yield Post("find", json=_body([message], context), write=False)
        return _read(reply, 1)  # type: ignore[no-any-return]

    @operation("test.clinging")
    def clinging(self, message: Message, context: Context) -> Conversation:
        """Will not let go: it says good-bye even when it is told to end."""
        try:
            reply = yield Post("write", json=_body([message], context))
        finally:
            yield Get("bye")
        return _read(reply, 1)  # type: ignore[no-any-return]

    @lookup("single", "batch")
    def find(self, message: Message, context: Context) -> Lookup:
        reply = yield Post("find", json=_body([message], context), write=False)
        return _read(reply, 1)  # type: ignore[no-any-return]
