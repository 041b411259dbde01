"""Promotion notices, tax notices and receipts to canonical ones; states of dossiers filed at the portal from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from adapters.codecs import Coded, Digits, Moment, Text
from adapters.fields import Field, Many, Record, Untranslatable
from schemas.base import ZONE
from schemas.filings import FilingProgress
from schemas.notices import PromotionNotice, TaxNotice, TaxReceipt

from .. import codes
from ..translate import DELETED
from .model import ChungTu, HoSoThue, KhuyenMai, TrangThaiHoSo

TEXT, NUMBER = Text(), Digits()
TIME = Moment("%Y%m%d%H%M%S", r"\d{14}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """A time in the first of several forms that fits."""

    forms: Sequence[str]

    def write(self, value: Any, place: str) -> Any:
        return Moment(self.forms[0], "").write(value, place)

    def read(self, value: Any, place: str) -> datetime | None:
        if not value:
            return None
        for form in self.forms:
            try:
                found = datetime.strptime(value, form)
            except ValueError:
                continue
            if found.strftime(form) == value:  # strptime would take a digit too few
                return found.replace(tzinfo=ZONE)
        raise Untranslatable("invalid-time", f"is not a time of any of the forms {', '.join(self.forms)}", place)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as `dd-MM-yyyy`."""

    def write(self, value: Any, place: str) -> str:
        return "" if value is None else value.strftime("%d-%m-%Y")

    def read(self, value: Any, place: str) -> Any:
        if not value:
            return None
        try:
            return datetime.strptime(value, "%d-%m-%Y").date()
        except ValueError as error:
            raise Untranslatable("invalid-day", "is not a day of the form dd-MM-yyyy", place) from error


FILE = Record(
    (
        Field("TepDinhKemId", "id", TEXT),
        Field("TenTepDinhKem", "name", TEXT),
        Field("IsDeleted", "deleted", DELETED),
        Field("MaThanhPhanHoSo", "component_code", TEXT),
        Field("DuongDanTaiTepTin", "url", TEXT),
    )
)
STATE = Record(
    (
        Field("MaHoSo", "dossier_code", TEXT),
        Field("TrangThai", "state", Coded("states of dossiers filed at the portal", codes.FILED_STATES)),
        Field("MaHoSoDonVi", "own_code", TEXT),
        Field("MaDoiTuong", "technical_id", TEXT),
        Field("NoiDung", "content", TEXT),
        Field("NgayXuLy", "at", TIME),
        Field("TaiLieuXuLy", "files", Many(FILE)),
    )
)
DEMAND = Record(
    (
        Field("MA_SO_THUE", "tax_code", TEXT),
        Field("SO_QUYET_DINH", "decision_number", TEXT),
        Field("NGAY_QUYET_DINH", "decided_on", Day()),
        Field("TEN_TIEUMUC", "item", TEXT),
        Field("SO_TIEN", "amount", NUMBER),
    )
)
RECEIPT = Record(
    (
        Field("MaHoSo", "dossier_code", TEXT),
        Field("MaSoThue", "tax_code", TEXT),
        Field("HoTenNguoiNopTien", "payer_name", TEXT),
        Field("SoCMTNguoiNopTien", "payer_number", TEXT),
        Field("DiaChiNguoiNopTien", "payer_address", TEXT),
        Field("TinhNguoiNopTien", "payer_province", TEXT),
        Field("HuyenNguoiNopTien", "payer_district", TEXT),
        Field("XaNguoiNopTien", "payer_commune", TEXT),
        Field("UrlFileChungTu", "voucher_url", TEXT),
        Field("ThongTinThanhToan/MaThongBaoThue", "notice_code", TEXT),
        Field("ThongTinThanhToan/NoiDungThanhToan", "content", TEXT),
        Field("ThongTinThanhToan/SoTien", "amount", NUMBER),
        Field("ThongTinThanhToan/ThoiGianThanhToan", "paid_at", TIME),
        Field("ThongTinThanhToan/TrangThaiThanhToan", "payment_state", TEXT),
    )
)


def notice(time_forms: Sequence[str]) -> Record:
    """A promotion notice."""
    return Record(
        (
            Field("MaHoSo", "dossier_code", TEXT),
            Field("MaTTHC", "procedure_code", TEXT),
            Field("SoVanBan", "document_number", TEXT),
            Field("NgayNopHoSo", "filed_at", OneOf(time_forms)),
            Field("TenThuongNhan", "trader_name", TEXT),
            Field("DiaChiDoanhNghiep/MaTinh", "address/province", TEXT),
            Field("DiaChiDoanhNghiep/MaHuyen", "address/district", TEXT),
            Field("DiaChiDoanhNghiep/MaXa", "address/commune", TEXT),
            Field("DiaChiDoanhNghiep/DiaChiChiTiet", "address/detail", TEXT),
            Field("DienThoai", "phone", TEXT),
            Field("Fax", "fax", TEXT),
            Field("Email", "email", TEXT),
            Field("MaSoThue", "tax_code", TEXT),
            Field("NguoiLienHe", "contact_name", TEXT),
            Field("SoDienThoaiNguoiLienHe", "contact_phone", TEXT),
            Field("TenChuongTrinhKhuyenMai", "programme", TEXT),
            Field("TenTepDonDangKy", "form/name", TEXT),
            Field("TepDonDangKy", "form/content", TEXT),
            Field(
                "TaiLieuNop",
                "files",
                Many(Record((Field("TenTepDinhKem", "name", TEXT), Field("Base64", "content", TEXT)))),
            ),
        )
    )


def state(said: FilingProgress) -> TrangThaiHoSo:
    """For `DongBoTrangThaiHoSo`. Fees and results have no place there."""
    for name in ("fees", "results"):
        if getattr(said, name):
            raise Untranslatable("no-place", "cannot be said in DongBoTrangThaiHoSo", f"/{name}")
    return TrangThaiHoSo.model_validate(STATE.write(said.model_dump()))


def promotion(document: Any, time_forms: Sequence[str]) -> PromotionNotice:
    """Raises `pydantic.ValidationError` or `Untranslatable`, as all of these do."""
    native = KhuyenMai.model_validate(document)
    data = notice(time_forms).read(native.model_dump(exclude=set(native.model_extra or ())))
    return PromotionNotice.model_validate({**data, "other": dict(native.model_extra or {})})


def demands(rows: Mapping[str, Any], document: str, replaces: bool) -> TaxNotice:
    """One `ROW_LIST` of a tax notice."""
    native = HoSoThue.model_validate(rows)
    said = [DEMAND.read(item.model_dump(), f"/LIST/{n}") for n, item in enumerate(native.LIST)]
    return TaxNotice.model_validate(
        {"dossier_code": native.MA_HSO, "replaces": replaces, "demands": said, "document": document}
    )


def receipt(document: Any, files_from: str | None) -> TaxReceipt:
    """`Data` of a receipt. Paid is what the sender marks with 1."""
    data = RECEIPT.read(ChungTu.model_validate(document).model_dump())
    data["paid"] = data.get("payment_state") == codes.PAID
    if files_from is not None and "voucher_url" in data:
        data["voucher_url"] = _moved(data["voucher_url"], files_from)
    return TaxReceipt.model_validate(data)


def _moved(url: str, base: str) -> str:
    """The same path and query at another place."""
    parts = urlsplit(url)
    return base + parts.path + (f"?{parts.query}" if parts.query else "")


__all__ = ["RECEIPT", "demands", "notice", "promotion", "receipt", "state"]
