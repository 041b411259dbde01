"""Money in the portal's words and in canonical ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.codecs import Coded
from adapters.fields import Field, Many, Record
from lienthong.ports import Message
from schemas.payments import Acceptance, PaymentOrder, RefundRequest
from schemas.registry import model_for

from ..model import TIME
from ..translate import FLAG, PLAIN, TEXT
from . import codes
from .model import DonHang, LenhHoan, LenhNhan, ThongBaoThanhToan

LEVY = Coded("levies", codes.LEVIES, empty=None)
LINE = Record(
    (
        Field("Loai", "kind", LEVY),
        Field("MaPhi", "code", TEXT),
        Field("TenPhi", "name", TEXT),
        Field("Gia", "amount", PLAIN),
    )
)
ORDER = Record(
    (
        Field("MaDonHang", "order_code", TEXT),
        Field("MaHoSo", "dossier_code", TEXT),
        Field("MaTTHC", "procedure_code", TEXT),
        Field("TenTTHC", "procedure_name", TEXT),
        Field("MaDVC", "service_code", TEXT),
        Field("TenDVC", "service_name", TEXT),
        Field("MaDonVi", "unit_code", TEXT),
        Field("TenDonVi", "unit_name", TEXT),
        Field("KhoanThu", "lines", Many(LINE)),
        Field("TongTien", "amount", PLAIN),
        Field("TaiKhoanThuHuong/SoTaiKhoan", "beneficiary/account", TEXT),
        Field("TaiKhoanThuHuong/MaNganHang", "beneficiary/bank", TEXT),
        Field("TaiKhoanThuHuong/TenTaiKhoan", "beneficiary/name", TEXT),
        Field("NguoiNop/HoTen", "payer/name", TEXT),
        Field("NguoiNop/SoGiayTo", "payer/number", TEXT),
        Field("NguoiNop/DiaChi", "payer/address", TEXT),
        Field("NguoiNop/Huyen", "payer/district", TEXT),
        Field("NguoiNop/Tinh", "payer/province", TEXT),
        Field("NguoiNop/DienThoai", "payer/phone", TEXT),
        Field("NguoiNop/Email", "payer/email", TEXT),
        Field("NguoiNop/DiaChiIP", "payer/ip", TEXT),
        Field("CongThanhToan", "system", TEXT),
        Field("PhuongThuc", "method", TEXT),
        Field("NoiDung", "text", TEXT),
        Field("NgonNgu", "language", TEXT),
        Field("DuongDanTroVe", "return_url", TEXT),
        Field("HanThanhToan", "expires_at", TIME),
    )
)
_MONEY = (
    Field("CongThanhToan", "system", TEXT),
    Field("MaThamChieu", "reference", TEXT),
    Field("MaGiaoDichCong", "gateway_reference", TEXT),
)
REFUND = Record(
    (
        Field("MaDonHang", "order_code", TEXT),
        Field("MaYeuCau", "request_code", TEXT),
        *_MONEY,
        Field("SoTien", "amount", PLAIN),
        Field("LyDo", "reason", TEXT),
        Field("CanBo", "officer", TEXT),
    )
)
ACCEPTANCE = Record(
    (
        Field("MaDonHang", "order_code", TEXT),
        *_MONEY,
        Field("CanBo", "officer", TEXT),
        Field("LyDo", "reason", TEXT),
    )
)

_ORDER = (Field("MaDonHang", "order_code", TEXT), Field("MaHoSo", "dossier_code", TEXT))
_FACT = (*_ORDER, *_MONEY, Field("TrangThaiDonHang", "order_state", Coded("orders", codes.ORDERS, empty=None)))
_AMOUNT = Field("SoTien", "amount", PLAIN)
_PAID_AT = Field("ThoiGianThanhToan", "paid_at", TIME)
_OPENED = (
    *_ORDER,
    *_MONEY,
    _AMOUNT,
    Field("DuongDan", "url", TEXT),
    Field("DuongDanUngDung", "app_url", TEXT),
    Field("MaQR", "qr", TEXT),
    Field("HanThanhToan", "expires_at", TIME),
)
_PAID = (
    *_FACT,
    _AMOUNT,
    _PAID_AT,
    Field("NganHang", "bank", TEXT),
    Field("ThanhToanMuon", "late", FLAG),
    Field("LanThu", "round", PLAIN),
)
_NATIVE_CODE = Record((Field("Ten", "name", TEXT), Field("GiaTri", "value", TEXT)))
_WHY = (Field("MaLoiCong", "codes", Many(_NATIVE_CODE)), Field("MoTaLoi", "message", TEXT))
_ENDED = (*_FACT, *_WHY)
_DECLINED = (*_ORDER, _FACT[-1], Field("MaLoi", "code", TEXT), Field("MoTaLoi", "reason", TEXT))
_REFUNDED = (
    *_FACT,
    Field("MaYeuCau", "request_code", TEXT),
    Field("MaHoanTien", "refund_reference", TEXT),
    Field("MaHoanTienCong", "gateway_refund_reference", TEXT),
    _AMOUNT,
    Field("MaLoi", "code", TEXT),
    *_WHY,
)
_RECEIPT = (
    *_ORDER,
    *_MONEY,
    Field("BienLai/SoBienLai", "number", TEXT),
    Field("BienLai/KyHieu", "serial", TEXT),
    Field("BienLai/Loai", "kind", LEVY),
    Field("BienLai/SoTien", "amount", PLAIN),
    Field("BienLai/NgayLap", "issued_at", TIME),
    Field("BienLai/DuongDan", "url", TEXT),
    Field("BienLai/DinhDang", "media", TEXT),
    Field("BienLai/NoiDung", "content", TEXT),
)
NEWS: Mapping[str, Record] = {
    "payment.opened": Record(_OPENED),
    "payment.paid": Record(_PAID),
    "payment.surplus": Record((*_FACT, _AMOUNT, _PAID_AT)),
    "payment.failed": Record(_ENDED),
    "payment.expired": Record(_ENDED),
    "payment.suspended": Record(_ENDED),
    "payment.reversed": Record((*_FACT, _AMOUNT, Field("ConDuTien", "covered", FLAG))),
    "payment.declined": Record(_DECLINED),
    "payment.refunded": Record(_REFUNDED),
    "payment.refund_failed": Record(_REFUNDED),
    "receipt.issued": Record(_RECEIPT),
}


def order_from_native(native: DonHang) -> PaymentOrder:
    """Raises `pydantic.ValidationError` with canonical places; `ORDER.native_place` turns them round."""
    return PaymentOrder.model_validate(ORDER.read(native.model_dump()))


def refund_from_native(native: LenhHoan) -> RefundRequest:
    """Raises `pydantic.ValidationError` with canonical places; `REFUND.native_place` turns them round."""
    return RefundRequest.model_validate(REFUND.read(native.model_dump()))


def acceptance_from_native(native: LenhNhan) -> Acceptance:
    """Raises `pydantic.ValidationError` with canonical places; `ACCEPTANCE.native_place` turns them round."""
    return Acceptance.model_validate(ACCEPTANCE.read(native.model_dump()))


def order_to_native(order: PaymentOrder) -> dict[str, Any]:
    """`ThanhToan` of a notice, without what is not said; for tests and samples."""
    written = ORDER.write(order.model_dump())
    for part in ("TaiKhoanThuHuong", "NguoiNop"):
        if not any(written[part].values()):
            written[part] = None
    return DonHang.model_validate(written).model_dump(exclude_none=True)


def told(message: Message) -> dict[str, Any]:
    """The call-back that a message becomes. Raises `Untranslatable` and `pydantic.ValidationError`."""
    model = model_for(message.type)
    if model is None:
        raise ValueError(f"{message.type} is no type of this bus")
    said = NEWS[message.type].write(message.read(model).model_dump())
    head = {
        "MaThongBao": message.id,
        "LoaiThongBao": codes.NEWS[message.type],
        "ThoiGian": TIME.write(message.time, ""),
    }
    return ThongBaoThanhToan.model_validate({**head, **said}).model_dump(exclude_none=True)


__all__ = [
    "ACCEPTANCE",
    "NEWS",
    "ORDER",
    "REFUND",
    "acceptance_from_native",
    "order_from_native",
    "order_to_native",
    "refund_from_native",
    "told",
]
