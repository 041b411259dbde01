"""What can be configured of the national portal, under `systems.NAME.settings`.

The portal's own document is not public beyond its table of contents: what clients disagree on, and what only the
portal's wording tells, is configuration here.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from .catalogues.settings import CataloguesSettings
from .filed.settings import FilingsSettings, ForwardedSettings, LandTaxSettings, PromotionsSettings
from .questions.settings import QuestionsSettings

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=200)]
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[a-z][a-z_]*)+$")]
Phrases = tuple[Annotated[str, StringConstraints(min_length=2, max_length=200)], ...]
Names = Annotated[tuple[str, ...], Field(min_length=1)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Meaning = Literal["retry", "reject", "unknown"]


class Strict(BaseModel):
    """No unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paths(Strict):
    """Paths of single services where they differ from `path`."""

    insert: Path | None = Field(default=None, description="new dossiers (`DongBoHoSoMC`, isUpdating False)")
    update: Path | None = Field(default=None, description="changed dossiers (`DongBoHoSoMC`, isUpdating True)")
    steps: Path | None = Field(default=None, description="processing steps (`CapNhatTienDoHoSoMC`)")
    find_dossier: Path | None = Field(default=None, description="look-up of a dossier (`TraCuuHoSo`)")
    find_steps: Path | None = Field(default=None, description="look-up of steps (`steps.lookup_service`)")


class Answers(Strict):
    """How answers are read. Phrases are compared in Unicode NFC, without regard to case, anywhere in the text."""

    code_fields: Names = Field(default=("error_code", "MaLoi"), description="fields that may hold the code; first wins")
    message_fields: Names = Field(default=("message", "MoTaLoi"), description="fields that may hold the text")
    record_fields: Names = Field(default=("result", "data"), description="fields that may hold a list of records")
    key_fields: Names = Field(default=("MaHoSo",), description="fields of a record that hold the dossier code")
    success_phrases: Phrases = Field(default=("thành công",), description="texts of success")
    failure_phrases: Phrases = Field(
        default=("không thành công", "thất bại"), description="texts that contain a success phrase and deny it"
    )
    require_success_phrase: bool = Field(
        default=False, description="code 0 alone is not success: the text must hold a success phrase too"
    )
    exists_phrases: Phrases = Field(default=("đã tồn tại",), description="texts that say the record is there already")
    absent_phrases: Phrases = Field(
        default=("không tìm thấy hồ sơ", "hồ sơ không tồn tại"),
        description="texts with which the look-up of a dossier says, with an error code, that there is none",
    )
    busy_phrases: Phrases = Field(
        default=("đang bận", "quá tải", "thử lại sau", "bảo trì"),
        description="texts of a refusal that will pass: the call is repeated later",
    )
    session_phrases: Phrases = Field(
        default=("session", "phiên làm việc", "phiên đăng nhập"),
        description="texts of a refusal of the session itself; the connector has logged in again once before",
    )
    codes: dict[str, Meaning] = Field(
        default={"-1": "reject", "3": "reject", "-3": "reject"},
        description="what an error code means: `retry` surely no effect, later yes; `reject` refused for good; "
        "`unknown` it may have taken effect. Codes are compared as whole numbers where they are: 03 is 3",
    )
    other_codes: Meaning = Field(default="unknown", description="what a code that is not in `codes` means")


class Limit(Strict):
    """Longest text the portal takes."""

    at: int = Field(ge=1, le=100_000, description="characters")
    over: Literal["reject", "cut"] = Field(default="reject", description="what happens to a longer text")


class Limits(Strict):
    """Limits that clients met in practice."""

    abstract: Limit = Field(default=Limit(at=1000, over="cut"), description="`TrichYeuHoSo`; known clients cut it too")
    file_name: Limit = Field(default=Limit(at=4000), description="`TenTepDinhKem`")
    paper_name: Limit = Field(default=Limit(at=2000), description="`TenGiayTo`")
    officer: Limit = Field(default=Limit(at=50), description="`NguoiXuLy` of a step")


class Submit(Strict):
    """New dossiers."""

    on_exists: Literal["update", "accept", "reject"] = Field(
        default="update",
        description="a new dossier that the portal has already, although nobody was in doubt about it: `update` sends "
        "it as a change in the same conversation, `accept` takes it as delivered, `reject` refuses it",
    )


class Steps(Strict):
    """Processing steps. Whether the real portal drops a repeated step is not known."""

    on_unknown: Literal["hold", "resend", "lookup"] = Field(
        default="hold",
        description="after a call whose outcome is unknown: `hold` asks an operator; `resend` if the portal is known "
        "to drop a repeated step; `lookup` if steps can be asked for (needs `lookup_service`)",
    )
    lookup_service: str | None = Field(
        default=None, min_length=1, max_length=100, description="service that lists the steps of a dossier by `mahoso`"
    )

    @model_validator(mode="after")
    def _lookup_has_a_service(self) -> Self:
        if self.on_unknown == "lookup" and self.lookup_service is None:
            raise ValueError("steps.on_unknown: lookup needs steps.lookup_service, the service that lists steps")
        return self


class TechnicalIds(Strict):
    """TechIDs (`TraCuuTechID`)."""

    provider: str = Field(default="wso2is", min_length=1, max_length=100, description="`provider` of the question")


class NationalPortalSettings(Strict):
    """The national portal's service channel."""

    madonvi: str = Field(
        min_length=1, max_length=50, description="unit code under which we are known there, e.g. 000.00.00.H49"
    )
    path: Path = Field(default="mapi/g", description="path of all services, below the connector's base URL")
    paths: Paths = Field(default=Paths(), description="paths of single services")
    service_paths: dict[str, Path] = Field(
        default_factory=dict,
        description="paths of further services where they differ from `path`, by service, e.g. LayThuTuc",
    )
    procedures: dict[Code, Code] = Field(
        default_factory=dict,
        description="our own codes of procedures and the national code of each; a dossier with one of ours is sent "
        "with the national one, and changes of the catalogue name ours",
    )
    required: tuple[Pointer, ...] = Field(
        default=("/received_at", "/result_delivery", "/processing_unit"),
        description="optional fields of the canonical dossier without which the portal refuses it, as JSON pointers",
    )
    limits: Limits = Field(default=Limits(), description="longest texts")
    submit: Submit = Field(default=Submit(), description="new dossiers")
    steps: Steps = Field(default=Steps(), description="processing steps")
    answers: Answers = Field(default=Answers(), description="how answers are read")
    catalogues: CataloguesSettings = Field(default=CataloguesSettings(), description="catalogues that are kept up")
    technical_ids: TechnicalIds = Field(default=TechnicalIds(), description="TechIDs")
    questions: QuestionsSettings = Field(default=QuestionsSettings(), description="questions and answers")
    filings: FilingsSettings = Field(default=FilingsSettings(), description="dossiers filed at the portal")
    promotions: PromotionsSettings = Field(default=PromotionsSettings(), description="promotion notices")
    land_tax: LandTaxSettings = Field(default=LandTaxSettings(), description="tax notices and receipts of land cases")
    forwarded: dict[Literal["nhanhsdvcqg", "nhantbthuedvcqg"], ForwardedSettings] = Field(
        default_factory=dict,
        description="inbound services whose payload is not published: where in yours the known things stand",
    )

    def local_codes(self, national: str) -> tuple[str, ...]:
        """Our own codes of a procedure."""
        return tuple(local for local, code in self.procedures.items() if code == national)


__all__ = ["Answers", "Limit", "Limits", "NationalPortalSettings", "Paths", "Steps", "Submit"]
