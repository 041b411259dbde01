"""The population database's own language: what it is asked. What it answers is read by `translate`.

Source: the field table of the sharing service and the requests of known clients; every value is a string. `None` is
left out. Over SOAP the order is that of the schema in `wsdl/`, in the façade that of `facade`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

LOOKUP, VERIFY = "TraCuuThongTinCongDan", "XacThucThongTinCongDan"


class Native(BaseModel):
    """Closed and strict: what is sent is exactly what stands here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def told(self) -> dict[str, Any]:
        """What is said of it, in order."""
        return self.model_dump(exclude_none=True)


class NgayThangNamSinh(Native):
    """Birth: the day, or the year where the day is not known."""

    Nam: str | None = None
    NgayThangNam: str | None = None


class CauHoi(Native):
    """A question about one citizen (TraCuuThongTinCongDan 037, XacThucThongTinCongDan 003)."""

    MaYeuCau: str
    MaDVC: str
    MaTichHop: str
    MaCanBo: str
    MaDonVi: str | None
    TaiKhoan: str | None
    SoDienThoai: str | None
    SoDinhDanh: str | None
    SoCMND: str | None
    HoVaTen: str
    NgayThangNamSinh: NgayThangNamSinh


class CauHoiThayDoi(Native):
    """A question for changes. TuNgay, DenNgay: milliseconds since 1970."""

    MaYeuCau: str
    MaDVC: str | None
    MaTichHop: str | None
    MaCanBo: str | None
    MaDonVi: str | None
    TuNgay: str
    DenNgay: str
    Loai: str
    Trang: str
    SoBanGhi: str


def facade(native: CauHoi | CauHoiThayDoi, username: str | None) -> dict[str, str]:
    """The same for a province's JSON façade, as one was seen: names begin small, birth is one text, "" says nothing.

    Of the pull of changes no façade was seen: its names follow the same rule.
    """
    told = {name[0].lower() + name[1:]: getattr(native, name) or "" for name in _FACADE if hasattr(native, name)}
    if isinstance(native, CauHoi):
        told["ngayThangNam"] = native.NgayThangNamSinh.NgayThangNam or native.NgayThangNamSinh.Nam or ""
    return told if username is None else told | {"userNameService": username}


_FACADE = (
    "MaYeuCau",
    "MaDVC",
    "MaCanBo",
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "TuNgay",
    "DenNgay",
    "Loai",
    "Trang",
    "SoBanGhi",
)

__all__ = ["LOOKUP", "VERIFY", "CauHoi", "CauHoiThayDoi", "Native", "NgayThangNamSinh", "facade"]
