"""What the portal's catalogue services answer (`LayDanhSachTTHC`, `LayThuTuc`, `LayDVC`, `LayDanhMucCoQuan`,
`LayDanhMucLinhVuc`). Names in capitals, as reads write them; everything may be absent."""

from __future__ import annotations

from typing import Any

from ..reading import Read, Rows, Said


class CoQuan(Read):
    """An agency of `LayDanhMucCoQuan`."""

    MADONVI: Said = None
    TENDONVI: Said = None
    CAPDONVI: Said = None


class LinhVuc(Read):
    """A field of `LayDanhMucLinhVuc`."""

    MALINHVUC: Said = None
    TENLINHVUC: Said = None
    MANGANH: Said = None


class TTHC(Read):
    """A row of `LayDanhSachTTHC`."""

    MATTHC: Said = None
    TENTTHC: Said = None


class DVC(Read):
    """An online service of `LayDVC`."""

    MADVC: Said = None
    TENDVC: Said = None
    MATTHC: Said = None
    TENTTHC: Said = None
    TENCOQUANBANHANH: Said = None
    TENLINHVUC: Said = None
    APDUNGDVC: Rows[Any]


class TrinhTu(Read):
    """A step."""

    TENTRINHTU: Said = None


class TrinhTuThucHien(Read):
    """The steps of a case."""

    TRUONGHOP: Said = None
    TRINHTU: Rows[TrinhTu]


class Cap(Read):
    """A level."""

    CAPTHUCHIEN: Said = None
    TENCAP: Said = None


class LinhVucThucHien(Read):
    """A field of a procedure."""

    MALINHVUC: Said = None
    TENLINHVUC: Said = None


class PhiLePhi(Read):
    """A fee."""

    DONVI: Said = None
    MAPHILEPHI: Said = None
    MOTA: Said = None
    SOTIEN: Said = None
    TENTEP: Said = None
    URL: Said = None


class ThoiGian(Read):
    """A term with its fees."""

    DONVITINH: Said = None
    MOTA: Said = None
    THOIGIANGIAIQUYET: Said = None
    PHILEPHI: Rows[PhiLePhi]


class CachThuc(Read):
    """A way of filing."""

    KENH: Said = None
    THOIGIAN: Rows[ThoiGian]


class DoiTuong(Read):
    """Whom it is for."""

    MADOITUONG: Said = None
    TENDOITUONG: Said = None


class GiayTo(Read):
    """A paper to hand in."""

    MAGIAYTO: Said = None
    MA_KQ_THAYTHE: Said = None
    SOBANCHINH: Said = None
    SOBANSAO: Said = None
    TENGIAYTO: Said = None
    TENMAUDON: Said = None
    URL: Said = None


class ThanhPhanHoSo(Read):
    """The papers of a case."""

    TRUONGHOP: Said = None
    GIAYTO: Rows[GiayTo]


class KetQua(Read):
    """A result."""

    MAKETQUA: Said = None
    TENKETQUA: Said = None
    TENTEP: Said = None
    URL: Said = None


class CanCuPhapLy(Read):
    """A legal basis."""

    COQUANBANHANH: Said = None
    DIACHITRUYCAP: Said = None
    NGAYBANHANH: Said = None
    NGAYHIEULUC: Said = None
    SOVANBAN: Said = None
    TENVANBAN: Said = None


class DonVi(Read):
    """A unit."""

    MADONVI: Said = None
    TENDONVI: Said = None


class ThuTuc(Read):
    """The record of `LayThuTuc`."""

    ID: Said = None
    MATTHC: Said = None
    TENTTHC: Said = None
    MACOQUANCONGBO: Said = None
    LOAITTHC: Said = None
    MOTADOITUONGTHUCHIEN: Said = None
    DIACHITIEPNHAN: Said = None
    QUYETDINH: Said = None
    YEUCAU: Said = None
    TUKHOA: Said = None
    IDQUYETDINHCONGBO: Said = None
    TRANGTHAI: Said = None
    MOTACOQUANTHUCHIEN: Said = None
    MOTACOQUANTHAMQUYEN: Said = None
    MOTA: Said = None
    TRINHTUTHUCHIEN: Rows[TrinhTuThucHien]
    CAPTHUCHIEN: Rows[Cap]
    LINHVUCTHUCHIEN: Rows[LinhVucThucHien]
    CACHTHUCTHUCHIEN: Rows[CachThuc]
    DOITUONGTHUCHIEN: Rows[DoiTuong]
    THANHPHANHOSO: Rows[ThanhPhanHoSo]
    KETQUATHUCHIEN: Rows[KetQua]
    CANCUPHAPLY: Rows[CanCuPhapLy]
    TTHCLIENQUAN: Rows[Any]
    TTHCLIENTHONG: Rows[Any]
    COQUANTHUCHIEN: Rows[DonVi]
    COQUANCOTHAMQUYEN: Rows[DonVi]
    COQUANDUOCUYQUYEN: Rows[DonVi]
    COQUANPHOIHOP: Rows[DonVi]


__all__ = ["DVC", "TTHC", "CoQuan", "LinhVuc", "ThuTuc"]
