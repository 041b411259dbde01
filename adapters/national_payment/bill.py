"""`ThongTinBienLai`: what the receipt is made of, out of an order and the configuration."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adapters.fields import Untranslatable
from schemas.payments import LevyKind, Payer, PaymentOrder

from . import codes
from .model import LONGEST_NAME, TIME, KhoanNop, Payable, PhiLePhi, ThongTinBienLai
from .settings import NationalPaymentSettings, ProcedureSettings

_NONE = ProcedureSettings()


def bill(order: PaymentOrder, settings: NationalPaymentSettings, place: str = "/order") -> ThongTinBienLai:
    """The block of an order. Raises `Untranslatable`, its place below `place`, and `pydantic.ValidationError`."""
    return ThongTinBienLai(**_fields(order, settings, place))


def payable(order: PaymentOrder, settings: NationalPaymentSettings, now: datetime) -> Payable:
    """The same, under a code of its own. Raises as `bill` does."""
    return Payable(MaTraCuuTT=f"{order.dossier_code}{TIME.write(now, '')}", **_fields(order, settings, ""))


def _fields(order: PaymentOrder, settings: NationalPaymentSettings, place: str) -> dict[str, Any]:
    known = settings.procedures.get(order.procedure_code, _NONE)
    return {
        "MaDichVu": codes.FEES,
        "MaDVC": order.service_code or known.service or "",
        "TenDVC": (order.service_name or known.service_name or "")[:LONGEST_NAME],
        "MaTTHC": known.code or order.procedure_code,
        "TenTTHC": (order.procedure_name or "")[:LONGEST_NAME],
        "MaDonVi": order.unit_code or "",
        "TenDonVi": order.unit_name or "",
        "MaHoSo": order.dossier_code,
        **_account(order, known, settings, place),
        "PhiLePhi": _lines(order, settings, place),
        "NoiDungThanhToan": order.text,
        **_payer(order.payer or Payer()),
        "DSKhoanNop": [KhoanNop(NoiDung=line.name, SoTien=str(line.amount)) for line in order.lines],
    }


def _account(
    order: PaymentOrder, known: ProcedureSettings, settings: NationalPaymentSettings, place: str
) -> dict[str, str]:
    """Whose money it is: the order says it, else the procedure, else the default. Never a mixture of them."""
    given = order.beneficiary or known.beneficiary or settings.beneficiary
    if given is None:
        reason = "is required; name it, or set settings.procedures or settings.beneficiary"
        raise Untranslatable("missing", reason, f"{place}/beneficiary")
    return {"TKThuHuong": given.account, "MaNHThuHuong": given.bank or "", "TenTKThuHuong": given.name or ""}


def _lines(order: PaymentOrder, settings: NationalPaymentSettings, place: str) -> list[PhiLePhi]:
    kinds = {LevyKind.FEE: settings.levy_codes.fee, LevyKind.CHARGE: settings.levy_codes.charge}
    for number, line in enumerate(order.lines):
        if line.kind not in kinds:
            reason = "is a fine, whose decision an order cannot carry; collect it in another way"
            raise Untranslatable("unsupported-kind", reason, f"{place}/lines/{number}/kind")
    return [
        PhiLePhi(
            LoaiPhiLePhi=kinds[line.kind],
            MaPhiLePhi=line.code or "",
            TenPhiLePhi=line.name,
            SoTien=str(line.amount),
        )
        for line in order.lines
    ]


def _payer(payer: Payer) -> dict[str, str]:
    return {
        "HoTenNguoiNop": payer.name or "",
        "SoCMNDNguoiNop": payer.number or "",
        "DiaChiNguoiNop": payer.address or "",
        "HuyenNguoiNop": payer.district or "",
        "TinhNguoiNop": payer.province or "",
    }


__all__ = ["bill", "payable"]
