"""Questions and answers (hỏi đáp): the portal's questions come in by a poll, answers and own questions go out."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from adapters.changes import digest
from adapters.fields import Untranslatable
from lienthong.ports import Context, Conversation, Enquiry, Lookup, Message, Polling, lookup, operation, poll, query
from lienthong.ports import Question as Enquired
from lienthong.requests import Reply, Request
from lienthong.verdicts import Absent, Answered, Delivered, Draft, Polled, Reject, Single, Unreadable
from schemas.questions import AnswersQuestion, GivenAnswers, Origin, PublishedQuestion, QuestionAnswer

from ..channel import Channel
from ..told import told
from ..unread import rejected, unreadable
from . import translate

SENT, OWN, ANSWERS = "LayDanhSachHoiDapGuiTuDVCQG", "LayDanhSachHoiDapBoCoQuan", "LayNoiDungTraLoiTheoCauHoi"
PUBLISH, ANSWER = "DongBoHoiDap", "DongBoKetQuaHoiDapGuiTuDVCQG"

M = TypeVar("M", bound=BaseModel)


class Questions(Channel):
    """Asked regularly: questions. Told: answers to them, and questions of the own body."""

    @poll("question.received", "question.updated", every=300)
    def questions(self, cursor: Any, context: Context) -> Polling:
        """One list a call; the cursor holds the list that is next and a digest of every question that is listed."""
        state = cursor or {"next": 0, "known": {}}
        lists: list[tuple[str, Origin]] = [(SENT, "national_portal")]
        if self.settings.questions.own_body:
            lists.append((OWN, "own_body"))
        service, origin = lists[state["next"] % len(lists)]
        rows = yield from self.rows(service)
        if not isinstance(rows, tuple):
            return rows
        drafts, known, bad = _compared(rows, origin, state["known"].get(origin, {}), context)
        last = state["next"] + 1 >= len(lists)
        after = {"next": 0 if last else state["next"] + 1, "known": {**state["known"], origin: known}}
        return Polled(tuple(drafts), after, more=not last, unreadable=tuple(bad))

    @query("question.answers", asks=AnswersQuestion, answers=GivenAnswers, results=("found", "not-found"))
    def answers(self, question: Enquired, context: Context) -> Enquiry:
        """The answers that the portal has to a question."""
        asked = question.read(AnswersQuestion).question_id
        rows = yield from self.rows(ANSWERS, {"cauhoiid": asked})
        if not isinstance(rows, tuple):
            return rows
        try:
            found = tuple(translate.given(row) for row in rows)
        except (ValidationError, Untranslatable) as error:
            return rejected(error)
        return Answered("found", GivenAnswers(question_id=asked, answers=found)) if found else Answered("not-found")

    @operation("question.answered", on_unknown="lookup")
    def answer_question(self, message: Message, context: Context) -> Conversation:
        """The answer to a question that was sent from the portal."""
        native = _native(message, QuestionAnswer, self._answered)
        return native if isinstance(native, Reject) else (yield from self._tell(ANSWER, native))

    @operation("question.published", on_unknown="lookup")
    def publish_question(self, message: Message, context: Context) -> Conversation:
        """A question of the own body."""
        native = _native(message, PublishedQuestion, translate.published)
        return native if isinstance(native, Reject) else (yield from self._tell(PUBLISH, native))

    @lookup("answer_question")
    def find_answer(self, message: Message, context: Context) -> Lookup:
        """Whether the portal has an answer of these words to the question."""
        native = _native(message, QuestionAnswer, self._answered)
        if isinstance(native, Reject):
            return native
        rows = yield from self.rows(ANSWERS, {"cauhoiid": native["HOIDAPID"]})
        if not isinstance(rows, tuple):
            return rows
        return _there(rows, {"NOIDUNGTRALOI": native["NOIDUNGTRALOI"]})

    @lookup("publish_question")
    def find_question(self, message: Message, context: Context) -> Lookup:
        """Whether the own body's list has a question of that id and these words."""
        native = _native(message, PublishedQuestion, translate.published)
        if isinstance(native, Reject):
            return native
        rows = yield from self.rows(OWN)
        if not isinstance(rows, tuple):
            return rows
        return _there(rows, {name: native[name] for name in ("HOIDAPID", "NOIDUNG", "NOIDUNGTRALOI")})

    def _answered(self, said: QuestionAnswer) -> BaseModel:
        return translate.answered(said, self.settings.questions.time_form)

    def _tell(self, service: str, native: dict[str, str]) -> Generator[Request, Reply, Single]:
        request = self.call(service, {"data": [native]})
        return told((yield request), request, self.settings.answers)


def _native(message: Message, model: type[M], translate: Callable[[M], BaseModel]) -> dict[str, str] | Reject:
    try:
        native: dict[str, str] = translate(message.read(model)).model_dump()
    except (ValidationError, Untranslatable) as error:
        return rejected(error)
    return native


def _compared(
    rows: tuple[Any, ...], origin: Origin, known: dict[str, list[Any]], context: Context
) -> tuple[list[Draft], dict[str, list[Any]], list[Unreadable]]:
    """Of each question that is listed: its digest, and how often it changed, so that a change back is none of old."""
    drafts: list[Draft] = []
    now: dict[str, list[Any]] = {}
    bad: list[Unreadable] = []
    for row in rows:
        try:
            found = translate.question(row, origin)
        except (ValidationError, Untranslatable) as error:
            bad.append(unreadable(f"questions/{origin}/{digest(row)}", row, error))
            continue
        version, (before, times) = digest(found), known.get(found.id, ("", 0))
        now[found.id] = [version, times + (version != before)]
        if version != before:
            key = f"questions/{origin}/{found.id}/{times + 1}/{version}"
            type = "question.updated" if before else "question.received"
            drafts.append(Draft(type, found.id, found, key=key, time=context.now))
    return drafts, now, bad


def _there(rows: tuple[Any, ...], wanted: dict[str, str]) -> Single:
    for row in rows:
        members = {str(name).upper(): value for name, value in row.items()} if isinstance(row, dict) else {}
        if all(str(members.get(name) or "") == value for name, value in wanted.items()):
            return Delivered()
    return Absent()


__all__ = ["Questions"]
