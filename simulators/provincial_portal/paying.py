"""Dossiers that wait for money: what is filed before, what is to be paid, what follows once it is. Pure and seeded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from .generate import Case, Notice
from .settings import Account, Gateway
from .timeline import written

_TIME = "%d/%m/%Y %H:%M:%S"
_DUTY, _IN_PROCESS = 6, 4


@dataclass(frozen=True, slots=True)
class Charged:
    """A dossier cut in two. `order` is `ThanhToan` of the request; `kind` is `ThanhToanTrucTuyen` once it is paid."""

    before: Case
    order: dict[str, Any]
    kind: str
    rest: tuple[Notice, ...]


def charged(
    case: Case, gateways: Mapping[str, Gateway], account: Account, seed: int, share: float = 1
) -> Charged | None:
    """The dossier cut where it has to be paid, at a gateway that chance has chosen; `None` if nothing is paid online.

    Paid is, by `share` of the applicants, what was filed online and costs something: when the financial duty is told,
    or else once it was taken in.
    """
    dossier = case.notices[0]["HoSo"]
    lines = [fee for fee in dossier["LePhi"] if fee["Gia"]]
    if not gateways or not lines or dossier["KenhTiepNhan"] != "TRUC_TUYEN" or case.course == "refused":
        return None
    chance = Random(f"{seed}:{case.code}:pay")
    if chance.random() >= share:
        return None
    place = _place(case.notices)
    names = list(gateways)
    name = chance.choices(names, [gateways[one].weight for one in names])[0]
    before = tuple(_marked(notice, "KHONG") for notice in case.notices[:place])
    order = _order(case, lines, name, account)
    return Charged(Case(case.code, case.course, before), order, gateways[name].kind, case.notices[place:])


def followed(waiting: Charged, kind: str, reference: str) -> tuple[Notice, ...]:
    """What is filed once it is paid: the step, the dossier as it is then, and the rest of its way."""
    last = waiting.before.notices[-1]
    sent = datetime.strptime(last["ThoiGianGui"], _TIME) + timedelta(minutes=1)
    dossier = next(notice["HoSo"] for notice in reversed(waiting.before.notices) if "HoSo" in notice)
    step = {
        "MaHoSo": waiting.before.code,
        "NguoiXuLy": "Hệ thống thanh toán",
        "ChucDanh": "",
        "PhongBan": "",
        "ThoiDiemXuLy": written(sent),
        "NoiDungXuLy": f"Đã thanh toán trực tuyến {waiting.order['TongTien']} đồng, mã tham chiếu {reference}",
        "TrangThai": _IN_PROCESS,
        "NgayBatDau": written(sent),
        "NgayKetThucTheoQuyDinh": None,
    }
    changed = {
        **dossier,
        "TrangThai": _IN_PROCESS,
        "GhiChu": "Đã thanh toán trực tuyến",
        "ThanhToanTrucTuyen": kind,
    }
    base = last["MaGiaoDich"]
    parts: tuple[tuple[str, str, dict[str, Any]], ...] = (("TienDo", "TienDo", step), ("CapNhatHoSo", "HoSo", changed))
    told = tuple(
        {"MaGiaoDich": f"{base}-TT{number}", "LoaiBanTin": type, "ThoiGianGui": written(sent), name: content}
        for number, (type, name, content) in enumerate(parts, 1)
    )
    return told + tuple(_marked(notice, kind) for notice in waiting.rest)


def _place(notices: tuple[Notice, ...]) -> int:
    """Behind which notices it has to be paid."""
    duty = [n for n, notice in enumerate(notices, 1) if _state(notice) == _DUTY]
    if duty:
        return duty[-1]
    taken = next(n for n, notice in enumerate(notices, 1) if "TienDo" in notice)
    return taken + (len(notices) > taken and "HoSo" in notices[taken])


def _state(notice: Notice) -> int | None:
    part = notice.get("HoSo") or notice.get("TienDo") or {}
    state: int | None = part.get("TrangThai")
    return state


def _marked(notice: Notice, kind: str) -> Notice:
    if "HoSo" not in notice:
        return notice
    return {**notice, "HoSo": {**notice["HoSo"], "ThanhToanTrucTuyen": kind}}


def _order(case: Case, lines: list[dict[str, Any]], gateway: str, account: Account) -> dict[str, Any]:
    notice = case.notices[0]
    dossier, owner = notice["HoSo"], notice["HoSo"]["ChuHoSo"]
    return {
        "MaDonHang": f"DH-{notice['MaGiaoDich'].removeprefix('QN-MC-').rpartition('-')[0]}",
        "MaHoSo": case.code,
        "MaTTHC": dossier["MaTTHC"],
        "TenTTHC": dossier["TenTTHC"],
        "MaDVC": f"{dossier['MaTTHC']}.01",
        "TenDVC": dossier["TenTTHC"],
        "MaDonVi": case.code.partition("-")[0],
        "TenDonVi": dossier["DonViXuLy"],
        "KhoanThu": [_line(fee) for fee in lines],
        "TongTien": sum(fee["Gia"] for fee in lines),
        "TaiKhoanThuHuong": account.model_dump(),
        "NguoiNop": {
            "HoTen": owner["HoTen"],
            "SoGiayTo": owner["SoGiayTo"],
            "DiaChi": "Số 1 phố Ví Dụ",
            "Tinh": "Quảng Ninh",
            "DienThoai": owner["DienThoai"],
            "Email": owner["Email"],
            "DiaChiIP": "203.0.113.7",
        },
        "CongThanhToan": gateway,
        "NoiDung": f"Nop phi ho so {case.code}",
        "DuongDanTroVe": "https://dichvucong.example.vn/thanh-toan/ket-qua",
    }


def _line(fee: Mapping[str, Any]) -> dict[str, Any]:
    """Phí and lệ phí are told apart by the name, as the law names them."""
    kind = "PHI" if fee["TenPhi"].startswith("Phí") else "LE_PHI"
    return {"Loai": kind, "MaPhi": fee["MaPhi"], "TenPhi": fee["TenPhi"], "Gia": fee["Gia"]}


__all__ = ["Charged", "charged", "followed"]
