# ruff: noqa: N815  # the names are those of the service
"""The service's own language. Times are `dd/MM/yyyy HH:mm:ss` in Asia/Ho_Chi_Minh; "" says nothing."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


def _said(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise PydanticCustomError("said_type", "is neither text nor number")


def _flag(value: Any) -> Any:
    return {"true": True, "false": False, "1": True, "0": False, "": None}.get(str(value).casefold(), value)


Said = Annotated[str | None, BeforeValidator(_said)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]


class Native(BaseModel):
    """What we say: closed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FileDinhKem(BaseModel):
    """A file of a case."""

    id: Said = None
    loaiGiayTo: Said = None
    tenGiayTo: Said = None
    tenTepDinhKem: Said = None
    huyGiayTo: Flag = None
    duLieuTepDinhKem: Said = None


class HoSo(BaseModel):
    """A case as the service gives it; open."""

    id: Said = None
    maDonVi: Said = None
    maTTHC: Said = None
    module: Said = None
    maHoSo: Said = None
    ngayTiepNhan: Said = None
    techId: Said = None
    data: Any = None
    fileDinhKem: list[FileDinhKem] | None = None


class DaNhan(Native):
    """That a case was taken."""

    maHoSo: str
    daNhan: bool = Field(default=True)


class TrangThai(Native):
    """Where a case stands."""

    maTTHC: str
    soHoSoLT: str
    coQuanXuLy: str
    maHoSo: str
    trangThai: str
    thoiGianThucHien: str
    ghiChu: str
    ketQuaXuLy: str
    nguoiXuLy: str
    chucDanh: str
    phongBanXuLy: str
    noiDungXuLy: str
    ngayBatDau: str
    ngayKetThucTheoQuyDinh: str
    ngayHenTraTruoc: str
    ngayHenTraMoi: str
    hanBoSungHoSo: str


__all__ = ["DaNhan", "FileDinhKem", "HoSo", "TrangThai"]
