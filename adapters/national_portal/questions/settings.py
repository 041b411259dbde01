"""What can be configured of questions and answers, under `systems.NAME.settings.questions`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Form = Annotated[str, StringConstraints(pattern=r"^[ -~]*%Y[ -~]*$", max_length=40)]


class QuestionsSettings(BaseModel):
    """Questions and answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_form: Form = Field(
        default="%Y%m%d%H%M%S",
        description="how `NGAYTRALOI` is written (strftime); not published, the default is that of dossiers",
    )
    own_body: bool = Field(
        default=False, description="read the own body's list too (`LayDanhSachHoiDapBoCoQuan`), not only what was sent"
    )


__all__ = ["QuestionsSettings"]
