"""The language of the Payment Platform (nền tảng thanh toán trực tuyến), `PhienBan` 1.0.6.

What we say is closed; what the platform says may hold more. Amounts are VND. Times are yyyyMMddHHmmss in GMT+7, with
the hours of a day of 24.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from adapters.codecs import Moment
from adapters.parameters import Number, Said

TIME = Moment("%Y%m%d%H%M%S", r"\d{14}")
LONGEST_NAME = 250
ShortName = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
SomeText = Annotated[str, StringConstraints(min_length=1)]


class Native(BaseModel):
    """What we say."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PhiLePhi(Native):
    """One fee or charge."""

    LoaiPhiLePhi: str
    MaPhiLePhi: str
    TenPhiLePhi: str
    SoTien: str


class KhoanNop(Native):
    """One item of the bill."""

    NoiDung: str
    SoTien: str


class ThongTinBienLai(Native):
    """What the receipt is made of. No digest covers it. The fields of a fine stay empty for fees and charges."""

    MaDichVu: str
    MaDVC: str
    TenDVC: ShortName
    MaTTHC: str
    TenTTHC: ShortName
    MaDonVi: str
    TenDonVi: str
    MaHoSo: str
    TKThuHuong: SomeText
    MaNHThuHuong: str
    TenTKThuHuong: str
    PhiLePhi: Annotated[list[PhiLePhi], Field(min_length=1)]
    MaLoaiHinhThuPhat: str = ""
    TenLoaiHinhThuPhat: str = ""
    MaCoQuanQD: str = ""
    TenCoQuanQD: str = ""
    KhoBac: str = ""
    NgayQD: str = ""
    SoQD: str = ""
    ThoiGianViPham: str = ""
    DiaDiemViPham: str = ""
    TenNguoiViPham: str = ""
    TaiKhoanThuNSNN: str = ""
    NoiDungThanhToan: str
    HoTenNguoiNop: str
    SoCMNDNguoiNop: str
    DiaChiNguoiNop: str
    HuyenNguoiNop: str
    TinhNguoiNop: str
    DSKhoanNop: list[KhoanNop]


class BanTin(Native):
    """What every message of ours has. `ThoiGianGD` is that of the INIT, also in questions."""

    LoaiBanTin: str
    PhienBan: str
    MaDoiTac: str
    MaThamChieu: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_]{1,255}$")]
    ThoiGianGD: Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")]


class Init(BanTin):
    """The creation of a transaction."""

    LoaiBanTin: str = "INIT"
    SoTien: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,17}$")]
    LoaiHinhThanhToan: str
    MaKenhThanhToan: str
    MaThietBi: str
    NgonNgu: str
    MaTienTe: str
    MaNganHang: str
    ThongTinGiaoDich: SomeText
    Ip: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f.:]{2,45}$")]
    ThongTinBienLai: ThongTinBienLai


class Query(BanTin):
    """The question what became of a transaction."""

    LoaiBanTin: str = "QUERY"


class GetBill(BanTin):
    """The question for the receipt."""

    LoaiBanTin: str = "GET_BILL"


class Confirm(BaseModel):
    """What the platform tells about a transaction."""

    LoaiBanTin: Said
    MaLoi: Said
    MaDoiTac: Said
    MaThamChieu: Said
    SoTien: Number
    MaTienTe: Said
    MaGiaoDich: Said = ""
    MaNganHang: Said = ""
    ThoiGianGD: Said = ""
    ThongTinGiaoDich: Said = ""


class Created(BaseModel):
    """The answer to an INIT. A façade may leave `MaLoi` away beside the link."""

    MaLoi: Said = ""
    MoTaLoi: Said = ""
    MaDoiTac: Said = ""
    MaThamChieu: Said = ""
    SoTien: Said = ""
    UrlThanhToan: str | None = None


class State(BaseModel):
    """The answer to a QUERY."""

    MaLoi: Said = ""
    MoTaLoi: Said = ""
    TrangThaiGD: Said = ""
    MaDoiTac: Said = ""
    MaThamChieu: Said = ""
    SoTien: Said = ""
    MaTienTe: Said = ""
    MaGiaoDich: Said = ""
    MaNganHang: Said = ""
    ThoiGianGD: Said = ""


class LookUp(BaseModel):
    """`dptracuuthanhtoanhs`: what must this dossier pay?"""

    MaHoSo: Said


class Payable(ThongTinBienLai):
    """The answer: what is to be paid, under a code that is new for every look-up."""

    MaTraCuuTT: str


__all__ = [
    "LONGEST_NAME",
    "TIME",
    "Confirm",
    "Created",
    "GetBill",
    "Init",
    "KhoanNop",
    "LookUp",
    "Payable",
    "PhiLePhi",
    "Query",
    "State",
    "ThongTinBienLai",
]
