"""The connector's own language: what it is told. Values are strings unless the published list says otherwise; "" says
nothing. Fields of fees and results are those of the national portal's dossier channel, from where their codes are."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Native(BaseModel):
    """Closed and strict: what is sent is exactly what stands here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class XacNhan(Native):
    """That a dossier was taken."""

    MaHoSo: str
    TrangThaiNhanHoSo: int


class GiayToDinhKem(Native):
    """A file that was uploaded."""

    IdGiayTo: str
    HashTepTin: str
    TenGiayTo: str
    MaKetQua: str


class ThanhPhan(Native):
    """A component."""

    MaThanhPhanHoSo: str
    TenThanhPhanHoSo: str
    SoLuong: str
    LoaiBan: str
    GiayToDinhKem: list[GiayToDinhKem]


class NguoiNop(Native):
    """Who files."""

    LoaiDoiTuong: str
    IdDoiTuong: str
    ThongTinChiTiet: dict[str, Any]


class HoSoMoi(Native):
    """A dossier to create."""

    MaHoSo: str
    MaTTHC: str
    MaDichVuCong: str
    ChuHoSo: str
    LoaiDoiTuong: str
    MaDonViTiepNhan: str
    NgayNop: str
    NgayTiepNhan: str
    EformThongTinChiTiet: dict[str, Any]
    ThanhPhanHoSo: list[ThanhPhan]
    ThongTinNguoiNop: NguoiNop


class TienTrinh(Native):
    """A processing step."""

    IDHoSo: str
    MaHoSo: str
    NguoiXuLy: str
    ThoiDiemXuLy: str
    PhongBanXuLy: str
    NoiDungXuLy: str
    TrangThai: str
    NgayBatDau: str
    NgayKetThucTheoQuyDinh: str


class LePhi(Native):
    """A fee."""

    TenPhiLePhi: str
    MaPhiLePhi: str
    HinhThucThu: str
    Gia: str
    LoaiPhiLePhi: str


class KetQua(Native):
    """A result paper."""

    TenGiayTo: str
    MaThanhPhanHoSo: str
    GiayToId: str
    DuongDanTepTinKetQua: str
    MaGiayToKetQua: str


class TrangThai(Native):
    """A state."""

    IdHoSo: str
    MaHoSo: str
    TrangThai: str
    NoiDungYKien: str
    DanhSachLePhi: list[LePhi]
    DanhSachGiayToKetQua: list[KetQua]


__all__ = ["HoSoMoi", "NguoiNop", "ThanhPhan", "TienTrinh", "TrangThai", "XacNhan"]
