"""Dossiers and notices of the portal in its own form.

`TrangThai` of `DongBoTrangThaiHoSo` is written by us; the rest comes in. What is marked with a star in the published
list is required; the list of `addtthcKhuyenMai` has a gap, so further fields are kept under their own names.
"""

from __future__ import annotations

from pydantic import ConfigDict

from ..model import Native
from ..reading import Read, Rows, Said


class TepXuLy(Native):
    """A file of a state."""

    TepDinhKemId: str
    TenTepDinhKem: str
    IsDeleted: str
    MaThanhPhanHoSo: str
    DuongDanTaiTepTin: str


class TrangThaiHoSo(Native):
    """`data` of `DongBoTrangThaiHoSo`: one object."""

    MaHoSo: str
    TrangThai: str
    MaHoSoDonVi: str
    MaDoiTuong: str
    NoiDung: str
    NgayXuLy: str
    TaiLieuXuLy: list[TepXuLy]


class DiaChi(Read):
    """`DiaChiDoanhNghiep`."""

    MaTinh: Said = None
    MaHuyen: Said = None
    MaXa: Said = None
    DiaChiChiTiet: Said = None


class TaiLieu(Read):
    """A file in a promotion notice."""

    TenTepDinhKem: Said = None
    Base64: Said = None


class KhuyenMai(Read):
    """A promotion notice."""

    model_config = ConfigDict(extra="allow", frozen=True)

    MaHoSo: Said = None
    MaTTHC: Said = None
    SoVanBan: Said = None
    NgayNopHoSo: Said = None
    TenThuongNhan: Said = None
    DiaChiDoanhNghiep: DiaChi | None = None
    DienThoai: Said = None
    Fax: Said = None
    Email: Said = None
    MaSoThue: Said = None
    NguoiLienHe: Said = None
    SoDienThoaiNguoiLienHe: Said = None
    TenChuongTrinhKhuyenMai: Said = None
    TenTepDonDangKy: Said = None
    TepDonDangKy: Said = None
    TaiLieuNop: Rows[TaiLieu]


class ThanhToan(Read):
    """The payment of a tax receipt."""

    MaThongBaoThue: Said = None
    NoiDungThanhToan: Said = None
    SoTien: Said = None
    ThoiGianThanhToan: Said = None
    TrangThaiThanhToan: Said = None


class ChungTu(Read):
    """`Data` of `ChungTuThue`."""

    MaHoSo: Said = None
    MaSoThue: Said = None
    HoTenNguoiNopTien: Said = None
    SoCMTNguoiNopTien: Said = None
    DiaChiNguoiNopTien: Said = None
    TinhNguoiNopTien: Said = None
    HuyenNguoiNopTien: Said = None
    XaNguoiNopTien: Said = None
    UrlFileChungTu: Said = None
    ThongTinThanhToan: ThanhToan | None = None


class ThongBao(Read):
    """`Data` of `ThongBaoThue`."""

    FileThongBaoThue: Said = None


class BaoThue(Read):
    """The envelope of both tax messages. `Data` is read apart."""

    model_config = ConfigDict(extra="allow", frozen=True)

    SecurityKey: Said = None
    Service: Said = None
    Ngay: Said = None
    IsUpdating: Said = None


class KhoanNop(Read):
    """`LIST` of the XML of a tax notice."""

    MA_SO_THUE: Said = None
    SO_QUYET_DINH: Said = None
    NGAY_QUYET_DINH: Said = None
    TEN_TIEUMUC: Said = None
    SO_TIEN: Said = None


class HoSoThue(Read):
    """`ROW_LIST` of the XML of a tax notice."""

    MA_HSO: Said = None
    LIST: Rows[KhoanNop]


__all__ = ["BaoThue", "ChungTu", "HoSoThue", "KhuyenMai", "TepXuLy", "ThongBao", "TrangThaiHoSo"]
