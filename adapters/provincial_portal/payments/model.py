"""Money in the provincial one-stop system's own language. Described in docs/reference/provincial-portal.md.

A field that is absent, null or "" says nothing.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict

from ..codes import FLAGS
from ..model import Key, Native, Time, coded
from . import codes


class KhoanNop(Native):
    """One thing that is paid for; `Gia` in đồng."""

    Loai: Annotated[str, coded(codes.LEVIES)]
    MaPhi: str | None = None
    TenPhi: str
    Gia: int


class TaiKhoan(Native):
    """The account that receives the money."""

    SoTaiKhoan: str
    MaNganHang: str | None = None
    TenTaiKhoan: str | None = None


class NguoiTra(Native):
    """Who pays."""

    HoTen: str | None = None
    SoGiayTo: str | None = None
    DiaChi: str | None = None
    Huyen: str | None = None
    Tinh: str | None = None
    DienThoai: str | None = None
    Email: str | None = None
    DiaChiIP: str | None = None


class DonHang(Native):
    """What is to be paid; `TongTien` in đồng."""

    MaDonHang: str
    MaHoSo: str
    MaTTHC: str
    TenTTHC: str | None = None
    MaDVC: str | None = None
    TenDVC: str | None = None
    MaDonVi: str | None = None
    TenDonVi: str | None = None
    KhoanThu: list[KhoanNop]
    TongTien: int
    TaiKhoanThuHuong: TaiKhoan | None = None
    NguoiNop: NguoiTra | None = None
    CongThanhToan: str | None = None
    PhuongThuc: str | None = None
    NoiDung: str
    NgonNgu: str | None = None
    DuongDanTroVe: str | None = None
    HanThanhToan: Time = None


class LenhHoan(Native):
    """Money that is to go back."""

    MaDonHang: str
    MaYeuCau: str
    CongThanhToan: str
    MaThamChieu: str
    MaGiaoDichCong: str | None = None
    SoTien: int
    LyDo: str
    CanBo: str | None = None


class LenhNhan(Native):
    """Money that does not fit and is taken all the same."""

    MaDonHang: str
    CongThanhToan: str
    MaThamChieu: str
    MaGiaoDichCong: str | None = None
    CanBo: str
    LyDo: str


class BanTinThanhToan(Native):
    """A notice to the bus about money."""

    MaGiaoDich: Key
    LoaiBanTin: Literal["YeuCauThanhToan", "YeuCauHoanTien", "ChapNhanTien"]
    ThoiGianGui: Time
    ThanhToan: DonHang | None = None
    HoanTien: LenhHoan | None = None
    ChapNhan: LenhNhan | None = None


class MaCong(Native):
    """One code in the gateway's own words."""

    Ten: str
    GiaTri: str


class BienLaiDienTu(Native):
    """A receipt, by link or with its content in base64."""

    SoBienLai: str | None = None
    KyHieu: str | None = None
    Loai: str | None = None
    SoTien: int | None = None
    NgayLap: str | None = None
    DuongDan: str | None = None
    DinhDang: str | None = None
    NoiDung: str | None = None


class ThongBaoThanhToan(Native):
    """The bus's call-back about money. What is not said is left out."""

    MaThongBao: str
    LoaiThongBao: str
    ThoiGian: str
    MaDonHang: str
    MaHoSo: str | None = None
    CongThanhToan: str | None = None
    MaThamChieu: str | None = None
    MaGiaoDichCong: str | None = None
    TrangThaiDonHang: str | None = None
    SoTien: int | None = None
    DuongDan: str | None = None
    DuongDanUngDung: str | None = None
    MaQR: str | None = None
    HanThanhToan: str | None = None
    ThoiGianThanhToan: str | None = None
    NganHang: str | None = None
    ThanhToanMuon: Annotated[int | None, coded(FLAGS)] = None
    LanThu: int | None = None
    ConDuTien: Annotated[int | None, coded(FLAGS)] = None
    MaYeuCau: str | None = None
    MaHoanTien: str | None = None
    MaHoanTienCong: str | None = None
    MaLoi: str | None = None
    MoTaLoi: str | None = None
    MaLoiCong: list[MaCong] | None = None
    BienLai: BienLaiDienTu | None = None


class CauTraLoi(Native):
    """The portal's answer about what a dossier must pay; further fields are its own affair."""

    model_config = ConfigDict(extra="ignore")

    KetQua: Annotated[str, coded(codes.DUES)]
    ThanhToan: DonHang | None = None


__all__ = ["BanTinThanhToan", "CauTraLoi", "DonHang", "LenhHoan", "LenhNhan", "ThongBaoThanhToan"]
