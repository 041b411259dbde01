"""A bus with a system that can be asked: `register` answers what the test scripted, over the same kind of target."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from bus import registry
from bus.config.model import Config
from bus.queries import Answer, Asked, Failed
from lienthong import Answered, Context, Enquiry, Question, Reply, Request, Soap, query
from tests.bus.dispatch.support import HANG, Anything, Target
from tests.bus.dispatch.world import World

ASKED: Mapping[str, Any] = {"system": "register", "deadline": 2, "tries": 1, "require": []}


class Who(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=3)


class Person(BaseModel):
    name: str


class Register(Anything):
    """Can be told everything that `Anything` can, and be asked."""

    name = "register"

    @query("person.lookup", asks=Who, answers=Person, results=("found", "not-found", "matches", "differs"))
    def look_up(self, question: Question, context: Context) -> Enquiry:
        reply = yield Soap("LookUp", {"number": question.read(Who).number, "id": question.id}, write=False)
        return pickle.loads(reply.content)  # type: ignore[no-any-return]

    @query("person.broken", asks=Who, answers=None, results=("found",))
    def broken(self, question: Question, context: Context) -> Enquiry:
        yield Soap("LookUp", {"number": question.read(Who).number}, write=False)
        raise LookupError("Nguyễn Văn Ví Dụ")


class Desk(Target):
    """Answers questions by the script of their number, after that with `person`; `asked` is what came."""

    def __init__(self, settings: Any = None, system: str = "register") -> None:
        super().__init__(settings, system)
        self.asked: list[Request] = []
        self.now = self.most_at_once = 0

    async def exchange(self, request: Request) -> Reply:
        if request.call is None:
            return await super().exchange(request)
        self.asked.append(request)
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)
        try:
            return await self._told(request)
        finally:
            self.now -= 1

    async def _told(self, request: Request) -> Reply:
        assert request.call is not None
        answer = self._next("ask", [request.call.arguments["number"]])
        await asyncio.sleep(0)
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = None
        if answer is HANG:
            await asyncio.Event().wait()
        if isinstance(answer, BaseException):
            raise answer
        said = Answered("found", Person(name="Nguyễn Văn Ví Dụ")) if answer is None else answer
        return Reply(200, {}, pickle.dumps(said))

    def will(self, number: str, *answers: Any) -> None:
        """The answers to questions about `number`, one after the other."""
        self.answers(number, *answers, path="ask")


class Office(World):
    """A world with the system `register`, asked as `person.lookup`."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        super().__init__(url, patch)
        self.queries: dict[str, Any] = {}
        patch.setattr(registry, "make_adapter", lambda system: Register(Register.Settings()))

    @property
    def desk(self) -> Desk:
        found = self.target_of("register")
        assert isinstance(found, Desk)
        return found

    def target_of(self, system: str) -> Target:
        return self.targets.setdefault(system, Desk() if system == "register" else Target(system=system))

    def config(self, systems: Mapping[str, Any] | None = None, **changes: Any) -> Config:
        asked = {**ASKED, **changes.pop("asked", {})}
        broken = {**ASKED, "tries": 1}
        routes = changes.pop("routes", None) or [{"name": "all", "types": ["test.*"], "to": ["target"]}]
        made = super().config({"register": (systems or {}).get("register", {})}, routes=routes, **changes)
        return Config.model_validate(
            {**made.model_dump(by_alias=True), "queries": {"person.lookup": asked, "person.broken": broken}}
        )

    async def ask(self, number: str = "123", **said: Any) -> Answer | Failed:
        assert self.bus.queries is not None
        name = said.pop("name", "person.lookup")
        return await self.bus.queries.ask(Asked("portal", name, {"number": number}, **said))

    async def evidence(self) -> Sequence[tuple[str, str, str]]:
        rows = await self.rows("SELECT actor, action, detail FROM evidence ORDER BY at, seq")
        return [(row["actor"], row["action"], row["detail"] or "") for row in rows]
