"""The national portal's own language: what its dossier services are told. Every value is a string.

Source: `DongBoHoSoMC` and `CapNhatTienDoHoSoMC`, as published in 2020 and extended by 2025. The order of the fields is
the order in which they are sent; "" says nothing. Times are `yyyyMMddHHmmss` in Asia/Ho_Chi_Minh.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Native(BaseModel):
    """Closed and strict: what is sent is exactly what stands here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DinhDanhCHS(Native):
    """An identity of the owner."""

    LoaiDinhDanh: str
    SoDinhDanh: str


class DSKetNoiCSDL(Native):
    """A database that was consulted."""

    MaCSDL: str


class TaiLieuNop(Native):
    """A submitted file, by its address."""

    TepDinhKemId: str
    TenTepDinhKem: str
    IsDeleted: str
    MaThanhPhanHoSo: str
    DuongDanTaiTepTin: str
    DuocSoHoa: str
    DuocTaiSuDung: str
    DuocLayTuKhoDMQG: str
    MaKetQuaThayThe: str


class LePhi(Native):
    """A fee."""

    TenPhiLePhi: str
    MaPhiLePhi: str
    HinhThucThu: str
    Gia: str
    LoaiPhiLePhi: str


class TepDinhKemKhac(Native):
    """A paper besides the components."""

    TenGiayTo: str
    SoLuong: str
    LoaiGiayTo: str


class HoSoBoSung(Native):
    """A supplement request."""

    HoSoBoSungId: str
    NguoiYeuCauBoSung: str
    NoiDungBoSung: str
    NgayBoSung: str
    NguoiTiepNhanBoSung: str
    ThongTinTiepNhan: str
    NgayTiepNhanBoSung: str
    TrangThaiBoSung: str
    DanhSachGiayToBoSung: list[TaiLieuNop]
    DanhSachLePhiBoSung: list[LePhi]
    NgayHenTraTruoc: str
    NgayHenTraMoi: str


class GiayToKetQua(Native):
    """A result."""

    TenGiayTo: str
    MaThanhPhanHoSo: str
    GiayToId: str
    DuongDanTepTinKetQua: str
    MaGiayToKetQua: str


class HoSo(Native):
    """A dossier, one element of `data` of `DongBoHoSoMC`."""

    MaHoSo: str
    MaTTHC: str
    TenTTHC: str
    MaLinhVuc: str
    TenLinhVuc: str
    SoBienNhan: str
    KenhThucHien: str
    ChuHoSo: str
    SoGiayToChuHoSo: str
    LoaiDoiTuong: str
    MaDoiTuong: str
    ThongTinKhac: str
    Email: str
    Fax: str
    SoDienThoai: str
    TrichYeuHoSo: str
    NgayTiepNhan: str
    NgayHenTra: str
    TrangThaiHoSo: str
    NgayTra: str
    ThongTinTra: str
    HinhThuc: str
    NgayKetThucXuLy: str
    DonViXuLy: str
    GhiChu: str
    NoiNopHoSo: str
    HoSoCoThanhPhanSoHoa: str
    TaiKhoanDuocXacThucVoiVNeID: str
    DuocThanhToanTrucTuyen: str
    NgayTuChoi: str
    NgayNopHoSo: str
    DinhDanhCHS: list[DinhDanhCHS]
    DSKetNoiCSDL: list[DSKetNoiCSDL]
    TaiLieuNop: list[TaiLieuNop]
    DanhSachLePhi: list[LePhi]
    DanhSachTepDinhKemKhac: list[TepDinhKemKhac]
    DanhSachHoSoBoSung: list[HoSoBoSung]
    DanhSachGiayToKetQua: list[GiayToKetQua]


class TienDo(Native):
    """A processing step, one element of `data` of `CapNhatTienDoHoSoMC`."""

    MaHoSo: str
    NguoiXuLy: str
    ChucDanh: str
    ThoiDiemXuLy: str
    PhongBanXuLy: str
    NoiDungXuLy: str
    TrangThai: str
    NgayBatDau: str
    NgayKetThucTheoQuyDinh: str
