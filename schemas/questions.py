"""Questions and answers (hỏi đáp) of citizens about procedures.

Source: reference of `LayDanhSachHoiDapGuiTuDVCQG`, `LayNoiDungTraLoiTheoCauHoi`, `DongBoHoiDap` and
`DongBoKetQuaHoiDapGuiTuDVCQG`. The codes of `state` are not published.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Canonical, Code, Instant, Name, Personal, UpTo

Body = Annotated[str, UpTo(100_000)]
Origin = Literal["national_portal", "own_body"]


class Question(Canonical):
    """A question as it stands; types `question.received` (new to the bus) and `question.updated`."""

    id: Code
    origin: Origin = Field(description="sent from the national portal, or of the own body's list there")
    content: Annotated[Body, Personal()]
    field_code: Code | None = None
    unit_code: Code | None = None
    unit_name: Name | None = None
    procedure_code: Code | None = Field(default=None, description="local code of the procedure, if it names one")
    state: Code | None = None
    asker_name: Annotated[Name | None, Personal()] = None
    asker_email: Annotated[Name | None, Personal()] = None
    asker_phone: Annotated[Code | None, Personal()] = None
    asker_address: Annotated[Name | None, Personal()] = None
    answer_id: Code | None = None
    answer: Annotated[Body | None, Personal()] = None


class QuestionAnswer(Canonical):
    """Type `question.answered`: the answer to a question that was sent from the national portal."""

    question_id: Code
    unit_code: Code = Field(description="the body that answers")
    answered_by: Annotated[Name, Personal()]
    position: Name | None = None
    answered_at: Instant
    content: Annotated[Body, Personal()]


class PublishedQuestion(Canonical):
    """Type `question.published`: a question of the own body, to be listed at the national portal."""

    id: Code
    field_code: Code
    content: Annotated[Body, Personal()]
    unit_code: Code
    unit_name: Name
    answer_id: Code | None = None
    answer: Annotated[Body | None, Personal()] = None


class AnswersQuestion(Canonical):
    """Asked of `question.answers`."""

    question_id: Code


class GivenAnswer(Canonical):
    """One answer that the portal has."""

    id: Code | None = None
    content: Annotated[Body, Personal()]


class GivenAnswers(Canonical):
    """Answer of `question.answers`."""

    question_id: Code
    answers: tuple[GivenAnswer, ...]


__all__ = [
    "AnswersQuestion",
    "GivenAnswer",
    "GivenAnswers",
    "PublishedQuestion",
    "Question",
    "QuestionAnswer",
]
