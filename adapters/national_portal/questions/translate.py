"""Questions and answers, in both directions."""

from __future__ import annotations

from typing import Any

from adapters.codecs import Moment, Text
from adapters.fields import Field, Record
from schemas.questions import GivenAnswer, Origin, PublishedQuestion, Question, QuestionAnswer

from ..reading import capitals
from .model import HoiDap, HoiDapDongBo, KetQuaHoiDap, TraLoi

TEXT = Text()
QUESTION = Record(
    (
        Field("HOIDAPID", "id", TEXT),
        Field("MALINHVUC", "field_code", TEXT),
        Field("MADONVI", "unit_code", TEXT),
        Field("TENDONVI", "unit_name", TEXT),
        Field("NOIDUNG", "content", TEXT),
        Field("TRALOIID", "answer_id", TEXT),
        Field("NOIDUNGTRALOI", "answer", TEXT),
        Field("HOVATEN", "asker_name", TEXT),
        Field("THUDIENTU", "asker_email", TEXT),
        Field("DIACHI", "asker_address", TEXT),
        Field("SODIENTHOAI", "asker_phone", TEXT),
        Field("MATTHCDP", "procedure_code", TEXT),
        Field("TRANGTHAI", "state", TEXT),
    )
)
PUBLISHED = Record(
    (
        Field("HOIDAPID", "id", TEXT),
        Field("MaLinhVuc", "field_code", TEXT),
        Field("NOIDUNG", "content", TEXT),
        Field("MADONVI", "unit_code", TEXT),
        Field("TENDONVI", "unit_name", TEXT),
        Field("TRALOIID", "answer_id", TEXT),
        Field("NOIDUNGTRALOI", "answer", TEXT),
    )
)


def question(row: Any, origin: Origin) -> Question:
    """A row of one of the two lists. Raises `pydantic.ValidationError` or `Untranslatable`."""
    data = QUESTION.read(HoiDap.model_validate(capitals(row)).model_dump())
    return Question.model_validate({"origin": origin, **data})


def given(row: Any) -> GivenAnswer:
    """A row of the answers to a question. Raises as `question` does."""
    found = TraLoi.model_validate(capitals(row))
    return GivenAnswer.model_validate({"id": found.TRALOIID, "content": found.NOIDUNGTRALOI})


def published(said: PublishedQuestion) -> HoiDapDongBo:
    """For `DongBoHoiDap`."""
    return HoiDapDongBo.model_validate(PUBLISHED.write(said.model_dump()))


def answered(said: QuestionAnswer, time_form: str) -> KetQuaHoiDap:
    """For `DongBoKetQuaHoiDapGuiTuDVCQG`."""
    record = Record(
        (
            Field("HOIDAPID", "question_id", TEXT),
            Field("MADONVI", "unit_code", TEXT),
            Field("NGUOITRALOI", "answered_by", TEXT),
            Field("CHUCVUNGUOITRALOI", "position", TEXT),
            Field("NGAYTRALOI", "answered_at", Moment(time_form, ".*")),
            Field("NOIDUNGTRALOI", "content", TEXT),
        )
    )
    return KetQuaHoiDap.model_validate(record.write(said.model_dump()))


__all__ = ["answered", "given", "published", "question"]
