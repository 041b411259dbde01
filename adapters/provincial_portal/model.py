"""The provincial one-stop system's own language: its notices to the bus, and the bus's call-back to it.

Described in docs/reference/provincial-portal.md. A field that is absent, null or "" says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from adapters.codecs import Moment
from adapters.fields import Untranslatable
from schemas.base import storable

from . import codes

TIME = Moment("%d/%m/%Y %H:%M:%S", r"\d{2}/\d{2}/\d{4} \d{2}:\d{2}:\d{2}", empty=None)


def _time(value: str | None) -> str | None:
    try:
        TIME.read(value, "")
    except Untranslatable as error:
        raise PydanticCustomError("time", "is not a time; write dd/MM/yyyy HH:mm:ss, 22/11/2026 08:30:00") from error
    return value


def _one_of(table: Mapping[Any, Any]) -> Callable[[Any], Any]:
    known = tuple(table.values())

    def check(value: Any) -> Any:
        if value in (None, "") or value in known:
            return value
        raise PydanticCustomError(
            "unknown_code",
            "is {value}, which is not in the table; send one of {known}",
            {"value": repr(value)[:40], "known": ", ".join(map(str, known))},
        )

    return check


def coded(table: Mapping[Any, Any]) -> AfterValidator:
    """Only what stands in a code table."""
    return AfterValidator(_one_of(table))


Key = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(storable)]
Time = Annotated[str | None, AfterValidator(_time)]
Flag = Annotated[int | None, coded(codes.FLAGS)]
State = Annotated[int, coded(codes.STATES)]


class Native(BaseModel):
    """Closed and strict: a field nobody knows is a typing mistake, and "1" is not 1."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class GiayToDinhDanh(Native):
    """An identity of the owner."""

    Loai: Annotated[str, coded(codes.IDENTITY_KINDS)]
    So: str


class NguoiNop(Native):
    """The owner."""

    HoTen: str | None = None
    LoaiDoiTuong: Annotated[str, coded(codes.APPLICANT_KINDS)]
    SoGiayTo: str | None = None
    DinhDanh: list[GiayToDinhDanh] | None = None
    MaDinhDanhDienTu: str | None = None
    Email: str | None = None
    Fax: str | None = None
    DienThoai: str | None = None


class TepTin(Native):
    """A submitted file."""

    Id: str | None = None
    MaThanhPhan: str | None = None
    TenTep: str
    DuongDan: str | None = None
    DaXoa: Flag = None
    DuocSoHoa: Flag = None
    TaiSuDung: Annotated[int | None, coded(codes.REUSE)] = None
    TuKhoDuLieuQuocGia: Flag = None
    MaKetQuaThayThe: str | None = None


class GiayTo(Native):
    """A paper besides the components."""

    TenGiayTo: str
    SoLuong: int | None = None
    LoaiGiayTo: str | None = None


class KhoanThu(Native):
    """A fee; `Gia` in đồng."""

    MaPhi: str | None = None
    TenPhi: str
    Gia: int
    LoaiPhi: Annotated[str | None, coded(codes.FEE_KINDS)] = None
    HinhThucThu: Annotated[str | None, coded(codes.FEE_MOMENTS)] = None


class YeuCauBoSung(Native):
    """A supplement request."""

    Id: str
    NguoiYeuCau: str | None = None
    NoiDung: str | None = None
    NgayYeuCau: Time = None
    NguoiTiepNhan: str | None = None
    ThongTinTiepNhan: str | None = None
    NgayTiepNhan: Time = None
    TrangThai: str | None = None
    GiayTo: list[TepTin] | None = None
    LePhi: list[KhoanThu] | None = None
    NgayHenTraTruoc: Time = None
    NgayHenTraMoi: Time = None


class GiayToKetQua(Native):
    """A result."""

    Id: str | None = None
    TenGiayTo: str
    MaThanhPhan: str | None = None
    MaGiayTo: str | None = None
    DuongDan: str | None = None


class HoSoMotCua(Native):
    """A dossier."""

    MaHoSo: str
    SoBienNhan: str | None = None
    MaTTHC: str
    TenTTHC: str
    MaLinhVuc: str
    TenLinhVuc: str
    KenhTiepNhan: Annotated[str | None, coded(codes.CHANNELS)] = None
    NoiNop: Annotated[str | None, coded(codes.FILING_PLACES)] = None
    ChuHoSo: NguoiNop
    TrichYeu: str | None = None
    ThongTinKhac: str | None = None
    GhiChu: str | None = None
    DonViXuLy: str | None = None
    TrangThai: State
    NgayNop: Time = None
    NgayTiepNhan: Time = None
    NgayHenTra: Time = None
    NgayTuChoi: Time = None
    NgayKetThucXuLy: Time = None
    NgayTra: Time = None
    ThongTinTra: str | None = None
    HinhThucTra: Annotated[str | None, coded(codes.RESULT_DELIVERIES)] = None
    CoThanhPhanSoHoa: Flag = None
    XacThucVNeID: Flag = None
    ThanhToanTrucTuyen: Annotated[str | None, coded(codes.ONLINE_PAYMENTS)] = None
    CSDLDaTraCuu: list[str] | None = None
    ThanhPhanHoSo: list[TepTin] | None = None
    GiayToKhac: list[GiayTo] | None = None
    LePhi: list[KhoanThu] | None = None
    BoSung: list[YeuCauBoSung] | None = None
    KetQua: list[GiayToKetQua] | None = None


class BuocXuLy(Native):
    """A processing step."""

    MaHoSo: str
    NguoiXuLy: str
    ChucDanh: str | None = None
    PhongBan: str | None = None
    ThoiDiemXuLy: Time
    NoiDungXuLy: str
    TrangThai: State
    NgayBatDau: Time = None
    NgayKetThucTheoQuyDinh: Time = None


class BanTin(Native):
    """A notice to the bus."""

    MaGiaoDich: Key
    LoaiBanTin: Literal["HoSoMoi", "CapNhatHoSo", "TienDo"]
    ThoiGianGui: Time
    HoSo: HoSoMotCua | None = None
    TienDo: BuocXuLy | None = None


class ThongBao(Native):
    """The bus's call-back."""

    MaThongBao: str
    MaHoSo: str
    LoaiBanTin: Literal["HoSoMoi", "CapNhatHoSo", "TienDo"]
    HeThong: str
    KetQua: Literal["ThanhCong", "TuChoi"]
    MaLoi: str
    MoTaLoi: str
    Truong: str
    MaThamChieu: str
    ThoiGian: str
