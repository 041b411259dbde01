"""What can be configured of dossiers and notices that come from the portal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/~]+)+$", max_length=200)]
Form = Annotated[str, StringConstraints(pattern=r"^[ -~]*%Y[ -~]*$", max_length=40)]
Base = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$", max_length=500)]
Member = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,100}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilingsSettings(_Part):
    """States of dossiers that were filed at the portal (`DongBoTrangThaiHoSo`)."""

    type: str = Field(default="2", min_length=1, max_length=20, description="`type` of the envelope")
    on_unknown: Literal["hold", "resend", "lookup"] = Field(
        default="hold",
        description="after a call whose outcome is unknown: `hold` asks an operator; `resend` if the portal is known "
        "to take a repeated state without harm; `lookup` compares the state that `TraCuuHoSo` tells",
    )
    state_fields: tuple[Member, ...] = Field(
        default=("TrangThai", "TrangThaiHoSo"),
        description="fields of a record of `TraCuuHoSo` that may hold the state; not published, case does not matter",
    )


class PromotionsSettings(_Part):
    """Promotion notices (`addtthcKhuyenMai`)."""

    time_forms: tuple[Form, ...] = Field(
        default=("%Y%m%d%H%M%S", "%d/%m/%Y %H:%M:%S"),
        min_length=1,
        description="how `NgayNopHoSo` may be written (strftime); not published, the defaults are of other channels",
    )


class LandTaxSettings(_Part):
    """Tax notices and receipts of land cases (`ThongBaoThue`, `ChungTuThue`)."""

    security_key: SecretStr | None = Field(
        default=None, description="if set, a notice or receipt whose `SecurityKey` differs is refused"
    )
    files_from: Base | None = Field(
        default=None,
        description="base URL put in the place of scheme and host of `UrlFileChungTu`, which may name an adapter "
        "that cannot be reached from here; unset: passed on as it came",
    )


class ForwardedSettings(_Part):
    """Where in a payload that is not published the known things stand, as JSON pointers."""

    key: Pointer = Field(description="what makes a repeat recognisable")
    dossier_code: Pointer = Field(description="the dossier's code")
    procedure_code: Pointer | None = Field(default=None, description="the procedure's code")
    procedure_name: Pointer | None = Field(default=None, description="the procedure's name")
    applicant_name: Pointer | None = Field(default=None, description="the applicant's name")
    applicant_number: Pointer | None = Field(default=None, description="the applicant's personal number or tax code")
    state: Pointer | None = Field(default=None, description="the state, in the portal's own code")


__all__ = ["FilingsSettings", "ForwardedSettings", "LandTaxSettings", "PromotionsSettings"]
