"""What can be configured of a ministry's connector of 2026, under `systems.NAME.settings`.

The shape of the list of new dossiers, the path of `GetNextValue` and that of the creation are not published.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=500)]
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/~]+)+$", max_length=200)]
Member = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,100}$")]
DateForm = Literal["spaced", "packed", "iso"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paths(_Part):
    """Where things are, below the connector's base URL."""

    new: Path = Field(default="connector/connector/v1/laydanhsachhoso", description="list of new dossiers")
    acknowledge: Path = Field(
        default="connector/connector/v1/hoso/xacnhantrangthainhan", description="that a dossier was taken"
    )
    progress: Path = Field(default="connector/connector/v1/hoso/capnhatientrinh", description="processing steps")
    status: Path = Field(default="connector/connector/v1/hoso/capnhattrangthai", description="states")
    upload: Path = Field(default="fi/v1/file/upload", description="upload of a file")
    create: Path | None = Field(default=None, description="creation of a dossier; not published")
    next_code: Path | None = Field(default=None, description="GetNextValue, the next dossier code; not published")


class NewDossiers(_Part):
    """The list of new dossiers: what is asked, and where in a record the known things stand."""

    state: str = Field(default="1", max_length=20, description="`TrangThaiHoSo` of the question")
    procedures: tuple[str, ...] = Field(
        default=("",), min_length=1, description='`MaTTHC` of the question, one after the other; "" asks for all'
    )
    received_by: str = Field(default="", max_length=20, description="`HinhThucTiepNhan` of the question")
    records: tuple[Pointer, ...] = Field(
        default=("/data", "/result", "/data/items"), description="where an answer may hold the list; first wins"
    )
    code: Member = Field(default="MaHoSo", description="field that holds the dossier's code")
    reference: Member = Field(default="IdHoSo", description="field that holds the connector's id of it")
    procedure: Member = Field(default="MaTTHC", description="field that holds the procedure's code")
    procedure_name: Member = Field(default="TenTTHC", description="field that holds the procedure's name")
    applicant: Member = Field(default="ChuHoSo", description="field that holds the applicant's name")
    state_field: Member = Field(default="TrangThaiHoSo", description="field that holds the state")


class Dates(_Part):
    """Three forms of times come in one payload; which field has which is configuration.

    `spaced` is `2026-06-08 14:07:53`, `packed` is `20260608140753`, `iso` is `2026-06-08T14:07:53+07:00`.
    """

    filed: DateForm = Field(default="spaced", description="`NgayNop`")
    received: DateForm = Field(default="packed", description="`NgayTiepNhan`")
    step: DateForm = Field(default="iso", description="times of a processing step")


class Answers(_Part):
    """How answers are read."""

    codes: tuple[Member, ...] = Field(default=("code", "error_code"), description="fields that may hold a code")
    success: tuple[str, ...] = Field(default=("0", "00", "200"), description="codes of success")
    retry: tuple[str, ...] = Field(
        default=("429", "502", "503"), description="codes that mean: surely no effect, later yes"
    )


class IgateSettings(_Part):
    """A ministry's connector of 2026."""

    paths: Paths = Field(default=Paths(), description="paths")
    new: NewDossiers = Field(default=NewDossiers(), description="the list of new dossiers")
    dates: Dates = Field(default=Dates(), description="forms of times")
    answers: Answers = Field(default=Answers(), description="how answers are read")
    file_field: Member = Field(default="file", description="name of the form field that carries an uploaded file")
    steps_on_unknown: Literal["hold", "resend"] = Field(
        default="hold", description="after a processing step whose outcome is unknown"
    )
    status_on_unknown: Literal["hold", "resend"] = Field(
        default="hold", description="after a state whose outcome is unknown"
    )


__all__ = ["Answers", "Dates", "IgateSettings", "NewDossiers", "Paths"]
