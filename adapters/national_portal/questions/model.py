"""Questions and answers in the portal's own form. Reads are in capitals; of the writes `MaLinhVuc` is not."""

from __future__ import annotations

from ..model import Native
from ..reading import Read, Said


class HoiDap(Read):
    """A row of `LayDanhSachHoiDapGuiTuDVCQG` or `LayDanhSachHoiDapBoCoQuan`."""

    HOIDAPID: Said = None
    MALINHVUC: Said = None
    MADONVI: Said = None
    TENDONVI: Said = None
    NOIDUNG: Said = None
    TRALOIID: Said = None
    NOIDUNGTRALOI: Said = None
    HOVATEN: Said = None
    THUDIENTU: Said = None
    DIACHI: Said = None
    SODIENTHOAI: Said = None
    MATTHCDP: Said = None
    TRANGTHAI: Said = None


class TraLoi(Read):
    """A row of `LayNoiDungTraLoiTheoCauHoi`."""

    TRALOIID: Said = None
    NOIDUNGTRALOI: Said = None


class HoiDapDongBo(Native):
    """One element of `data` of `DongBoHoiDap`."""

    HOIDAPID: str
    MaLinhVuc: str
    NOIDUNG: str
    MADONVI: str
    TENDONVI: str
    TRALOIID: str
    NOIDUNGTRALOI: str


class KetQuaHoiDap(Native):
    """One element of `data` of `DongBoKetQuaHoiDapGuiTuDVCQG`."""

    HOIDAPID: str
    MADONVI: str
    NGUOITRALOI: str
    CHUCVUNGUOITRALOI: str
    NGAYTRALOI: str
    NOIDUNGTRALOI: str


__all__ = ["HoiDap", "HoiDapDongBo", "KetQuaHoiDap", "TraLoi"]
