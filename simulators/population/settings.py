"""What is configured when the simulator starts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.base import ZONE
from schemas.citizen_codes import EthnicNumbering

from .people import Divisions
from .registry import PopulationSize

Check = Literal["password", "x-road", "lgsp", "esb"]
ORDER = (
    "MaYeuCau",
    "MaDVC",
    "MaTichHop",
    "MaCanBo",
    "MaDonVi",
    "TaiKhoan",
    "SoDienThoai",
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "NgayThangNamSinh",
)


class Answers(BaseModel):
    """How answers are written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shape: Literal["live", "qcvn109"] = "live"
    ethnic_numbering: EthnicNumbering = "2008"
    verify_element: Literal["KetQuaXacThuc", "KetQuaXacThucResponse"] = "KetQuaXacThuc"
    facade_extras: bool = Field(default=False, description="LoaiTaiKhoan, MaSoThue, ThuDienTu in the façade")


class Changes(BaseModel):
    """The changes that can be pulled: number k concerns the k-th applicant and happened at `start` + k * `every`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: int = Field(default=500, ge=0, le=1_000_000)
    start: datetime = datetime(2026, 3, 2, 7, tzinfo=ZONE)
    every: float = Field(default=60, gt=0, description="seconds")
    largest_page: int = Field(default=1000, ge=1)
    first_page: int = Field(default=1, ge=0)


class PopulationSettings(BaseModel):
    """Settings of the simulated population database; the defaults are those of the demo."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    path: str = Field(default="/dancuquocgia", description="where SOAP requests are taken")
    facade_path: str = Field(default="/dancu/tracuu", description="where JSON requests are taken")
    namespace: str = Field(default="http://dancuquocgia.bca", description="of requests")
    access: tuple[Check, ...] = Field(default=("password",), description="all that are named must pass")
    username: str = "h49.vidu"
    secret_key: str = "khoa-vi-du"
    sv_url: str = Field(default="/dancu/TraCuuThongTinCongDan", description="the path registered with C06")
    timestamp_unit: Literal["ms", "s"] = "ms"
    timestamp_tolerance: float = Field(default=300, gt=0, description="seconds, in both directions")
    x_road_client: str = "VN/GOV/H49/lgsp"
    api_key: str = "api-vi-du"
    bearer: str | None = Field(default=None, description="the token behind an LGSP; any if unset")
    auth_hash: str = Field(default="canbo.vidu:mat-khau-vi-du", description="key_name:key_pass of the officer")
    auth_hash_header: str = "AuthHash"
    lookup_code: str = Field(default="037", description="MaTichHop of TraCuuThongTinCongDan")
    verify_code: str = Field(default="003", description="MaTichHop of XacThucThongTinCongDan")
    order: tuple[str, ...] = Field(default=ORDER, description="order of the fields of a request")
    unit_required: bool = Field(default=True, description="whether MaDonVi must be there, as newer services ask")
    birth_format: Literal["basic", "extended", "either"] = Field(
        default="basic", description="basic: yyyyMMdd; extended: yyyy-MM-dd"
    )
    repeats: Literal["count", "refuse"] = Field(default="count", description="of a MaYeuCau that was used before")
    divisions: Divisions = Field(default="2025", description="before: with districts")
    answers: Answers = Answers()
    people: PopulationSize = PopulationSize()
    changes: Changes = Changes()
    seed: int = Field(default=0, description="of the people, and of faults that name none")

    @model_validator(mode="after")
    def _one_authorization(self) -> Self:
        if {"password", "lgsp"} <= set(self.access):
            raise ValueError("password and lgsp both need the header Authorization; name one of them in access")
        if set(self.order) != set(ORDER):
            raise ValueError(f"order must name each of {', '.join(ORDER)}")
        return self


__all__ = ["ORDER", "Answers", "Changes", "Check", "PopulationSettings"]
