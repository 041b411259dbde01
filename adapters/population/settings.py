"""What can be configured of the population database, under `systems.NAME.settings`.

No document of the database itself is public: where known clients disagree, it is configuration here.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.citizen_codes import EthnicNumbering
from schemas.quantities import Seconds

from .names import request_id

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]*$", max_length=200)]
Phrases = tuple[Annotated[str, StringConstraints(min_length=2, max_length=200)], ...]
ServiceCode = Annotated[str, StringConstraints(min_length=1, max_length=20)]
# the longest id of a question and the highest number of tries that a request id must have room for
_LONGEST_ID, _MOST_TRIES = "0" * 32, 99


class Strict(BaseModel):
    """No unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Officer(Strict):
    """Under which identity an officer asks the database."""

    code: str = Field(min_length=1, max_length=20, description="`MaCanBo`: account name, or the officer's own number")
    account: str | None = Field(default=None, min_length=1, max_length=100, description="`TaiKhoan`; left out if unset")
    phone: str | None = Field(default=None, min_length=1, max_length=20, description="`SoDienThoai`; left out if unset")
    unit: str | None = Field(default=None, min_length=1, max_length=35, description="`MaDonVi`, if not that of `unit`")


class Names(Strict):
    """How names are written in questions. Always in capitals."""

    diacritics: Literal["keep", "strip"] = Field(
        default="strip", description="`strip`: HOANG THI NGHIEM, `keep`: HOÀNG THỊ NGHIÊM"
    )
    blanks: Literal["keep", "strip"] = Field(default="keep", description="`strip`: HOANGTHINGHIEM")


class Services(Strict):
    """The database's codes of its services (`MaTichHop`)."""

    lookup: ServiceCode = Field(default="037", description="look-up of a citizen (`TraCuuThongTinCongDan`)")
    verify: ServiceCode = Field(default="003", description="verification (`XacThucThongTinCongDan`)")
    changes: ServiceCode | None = Field(default=None, description="pull of changes; left out if unset")


class Facade(Strict):
    """A province's JSON façade, with `form: json`. Only its look-up was seen in the field."""

    lookup: Path = Field(default="TraCuuThongTinCongDan", description="path of the look-up")
    verify: Path = Field(default="XacThucThongTinCongDan", description="path of the verification")
    changes: Path = Field(default="ThayDoi", description="path of the pull of changes")
    username: str | None = Field(
        default=None, min_length=1, max_length=100, description="`userNameService`; left out if unset"
    )
    absent_statuses: tuple[int, ...] = Field(
        default=(), description="HTTP statuses with which the façade says that there is nobody, e.g. 404"
    )


class Answers(Strict):
    """How faults and refusals are told apart. Phrases are looked for in code and text, without regard to case."""

    refused_phrases: Phrases = Field(
        default=(
            "access_denied",
            "authentication",
            "unauthorized",
            "xác thực",
            "không có quyền",
            "chưa được cấp quyền",
        ),
        description="our credential is refused: the system is paused",
    )
    absent_phrases: Phrases = Field(
        default=("không tìm thấy", "không tồn tại công dân"), description="there is nobody with these data"
    )
    busy_phrases: Phrases = Field(
        default=("đang bận", "quá tải", "thử lại sau", "bảo trì", "timeout"), description="a refusal that will pass"
    )


class Changes(Strict):
    """The pull of changes (poll `changes`)."""

    first: Seconds = Field(default=86400, ge=0, description="how far back the first poll looks")
    overlap: Seconds = Field(
        default=300, ge=0, le=86400, description="how far each period reaches into the one before, for late entries"
    )
    kind: str = Field(default="1", max_length=20, description="`Loai`; its values are not published")
    page_size: int = Field(default=100, ge=1, le=1000, description="`SoBanGhi`: records a page")
    first_page: Literal[0, 1] = Field(default=1, description="number of the first page (`Trang`)")
    officer: Officer | None = Field(default=None, description="who asks (`MaCanBo`, `MaDonVi`); left out if unset")
    purpose: ServiceCode | None = Field(default=None, description="`MaDVC`; left out if unset")


class PopulationSettings(Strict):
    """The national population database (CSDLQG về dân cư)."""

    form: Literal["soap", "json"] = Field(
        default="soap", description="`soap` with connector soap or xroad; `json`: a province's façade, connector rest"
    )
    unit: str | None = Field(
        default=None,
        min_length=1,
        max_length=35,
        description="`MaDonVi`: our agency code, e.g. H49.21; left out if unset",
    )
    request_id: str = Field(
        default="{id}-{attempt}",
        max_length=60,
        description="`MaYeuCau`, at most 40 characters: {id} of the question (32), {short} the same in 26, {attempt}, "
        "{unit}, {date}; it must hold {attempt} and one of the first two",
    )
    services: Services = Field(default=Services(), description="codes of the services")
    purposes: dict[str, ServiceCode] = Field(
        default_factory=dict,
        description="`MaDVC` by purpose; a purpose that is not here is sent as it is, if it has at most 20 characters",
    )
    default_purpose: ServiceCode | None = Field(
        default=None, description="`MaDVC` of a question without a purpose; it is refused if unset"
    )
    officers: dict[str, Officer] = Field(default_factory=dict, description="officers by the name they have on the bus")
    other_officers: Literal["refuse", "send"] = Field(
        default="refuse", description="an officer that is not listed: refused, or its name sent as `MaCanBo`"
    )
    default_officer: Officer | None = Field(
        default=None, description="who asks in a question without an officer; it is refused if unset"
    )
    names: Names = Field(default=Names(), description="how names are written")
    birth: Literal["basic", "extended"] = Field(default="basic", description="days as 19990517 or 1999-05-17")
    ethnic_numbering: EthnicNumbering | Literal["agreed"] = Field(
        default="agreed",
        description="numbering of `DanToc` in answers: 2008 (QĐ 1019), 1979 (QĐ 121), or what both agree on",
    )
    facade: Facade = Field(default=Facade(), description="the JSON façade")
    answers: Answers = Field(default=Answers(), description="how refusals are told apart")
    changes: Changes = Field(default=Changes(), description="the pull of changes")

    @model_validator(mode="after")
    def _request_id_is_short_and_unique(self) -> Self:
        fields = set(re.findall(r"\{([^{}]*)\}", self.request_id))
        if "attempt" not in fields or not fields & {"id", "short"}:
            raise ValueError("request_id would repeat itself; put {attempt} and {id} or {short} into it")
        if not fields <= {"id", "short", "attempt", "unit", "date"} or re.sub(r"\{\w+\}", "", self.request_id).strip(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
        ):
            raise ValueError(
                "request_id holds something unknown; use {id} {short} {attempt} {unit} {date} and A-Z 0-9 . _ -"
            )
        length = len(request_id(self.request_id, _LONGEST_ID, _MOST_TRIES, self.unit, "20260302"))
        if length > 40:
            raise ValueError(f"request_id may get {length} characters long, 40 are taken; use {{short}} for {{id}}")
        return self

    @model_validator(mode="before")
    @classmethod
    def _numbering_as_text(cls, data: Any) -> Any:
        """YAML reads 2008 as a number."""
        if isinstance(data, dict) and type(data.get("ethnic_numbering")) is int:
            return {**data, "ethnic_numbering": str(data["ethnic_numbering"])}
        return data


__all__ = ["Answers", "Changes", "Facade", "Names", "Officer", "PopulationSettings", "Services"]
