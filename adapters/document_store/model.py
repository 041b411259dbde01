"""The store's own language: its search and what it answers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Native(BaseModel):
    """What we say: closed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DanhMucKetQua(Native):
    """A kind of result that would serve."""

    MaKetQua: str
    SoKyHieu: str


class TimKiem(Native):
    """The search."""

    SoDinhDanhChuSoHuu: str
    HoTenNguoiYeuCau: str
    KenhThucHien: str
    SoDinhDanhNguoiYeuCau: str
    MaThuTuc: str
    DanhSachDanhMucKetQua: list[DanhMucKetQua]


class TepDinhKem(BaseModel):
    """A file of a paper; open."""

    TenTep: str | None = None
    DuongDan: str | None = None


class GiayTo(BaseModel):
    """A paper; open."""

    MaKetQua: str | None = None
    TenGiayTo: str | None = None
    SoKyHieu: str | None = None
    CoQuanChuQuan: str | None = None
    DanhSachTepDinhKem: list[TepDinhKem] | None = None


class KetQua(BaseModel):
    """`result` of the answer; open."""

    DanhSachGiayToKetQua: list[GiayTo] | None = None


__all__ = ["GiayTo", "KetQua", "TepDinhKem", "TimKiem"]
