"""Canonical messages in the connector's form, and its new dossiers in ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.codecs import Coded, Digits, Text
from adapters.fields import Field, Many, Record, Untranslatable
from schemas.base import ZONE
from schemas.filings import Filing, FilingProgress
from schemas.forwarding import ForwardedDossier
from schemas.progress import ProgressStep

from . import codes
from .model import HoSoMoi, TienTrinh, TrangThai
from .settings import Dates, NewDossiers

TEXT, NUMBER = Text(), Digits()
STATE = Coded("states", codes.STATES)
KIND = Coded("kinds of persons", codes.KINDS)


@dataclass(frozen=True, slots=True)
class Time:
    """A time in one of the three forms, in Asia/Ho_Chi_Minh, to the second."""

    form: str

    def write(self, value: Any, place: str) -> str:
        if value is None:
            return ""
        local = value.astimezone(ZONE).replace(microsecond=0)
        written: str = local.isoformat() if self.form == "iso" else local.strftime(codes.DATES[self.form])
        return written

    def read(self, value: Any, place: str) -> datetime | None:
        if not value:
            return None
        try:
            iso = self.form == "iso"
            found = datetime.fromisoformat(value) if iso else datetime.strptime(value, codes.DATES[self.form])
        except (ValueError, TypeError) as error:
            raise Untranslatable("invalid-time", f"is not a time of the form {self.form}", place) from error
        found = found.replace(tzinfo=ZONE) if found.tzinfo is None else found.astimezone(ZONE)
        if not iso and self.write(found, place) != value:  # strptime would take a digit too few
            raise Untranslatable("invalid-time", f"is not a time of the form {self.form}", place)
        return found


FILE = Record(
    (
        Field("IdGiayTo", "id", TEXT),
        Field("HashTepTin", "hash", TEXT),
        Field("TenGiayTo", "name", TEXT),
        Field("MaKetQua", "result_code", TEXT),
    )
)
COMPONENT = Record(
    (
        Field("MaThanhPhanHoSo", "code", TEXT),
        Field("TenThanhPhanHoSo", "name", TEXT),
        Field("SoLuong", "quantity", NUMBER),
        Field("LoaiBan", "form", Coded("forms of papers", codes.FORMS)),
        Field("GiayToDinhKem", "files", Many(FILE)),
    )
)
FEE = Record(
    (
        Field("TenPhiLePhi", "name", TEXT),
        Field("MaPhiLePhi", "code", TEXT),
        Field("HinhThucThu", "collected", Coded("fee moments", codes.FEE_MOMENTS)),
        Field("Gia", "amount", NUMBER),
        Field("LoaiPhiLePhi", "kind", Coded("fee kinds", codes.FEE_KINDS)),
    )
)
RESULT = Record(
    (
        Field("TenGiayTo", "name", TEXT),
        Field("MaThanhPhanHoSo", "component_code", TEXT),
        Field("GiayToId", "id", TEXT),
        Field("DuongDanTepTinKetQua", "url", TEXT),
        Field("MaGiayToKetQua", "code", TEXT),
    )
)
STATUS = Record(
    (
        Field("IdHoSo", "reference", TEXT),
        Field("MaHoSo", "dossier_code", TEXT),
        Field("TrangThai", "state", STATE),
        Field("NoiDungYKien", "content", TEXT),
        Field("DanhSachLePhi", "fees", Many(FEE)),
        Field("DanhSachGiayToKetQua", "results", Many(RESULT)),
    )
)


def created(said: ForwardedDossier, dates: Dates) -> HoSoMoi:
    """A dossier to create. Raises `Untranslatable`."""
    record = Record(
        (
            Field("MaHoSo", "code", TEXT),
            Field("MaTTHC", "procedure_code", TEXT),
            Field("MaDichVuCong", "service_code", TEXT),
            Field("ChuHoSo", "owner_name", TEXT),
            Field("LoaiDoiTuong", "owner_kind", KIND),
            Field("MaDonViTiepNhan", "receiving_unit", TEXT),
            Field("NgayNop", "filed_at", Time(dates.filed)),
            Field("NgayTiepNhan", "received_at", Time(dates.received)),
        )
    )
    data = said.model_dump()
    native = record.write(data)
    native["EformThongTinChiTiet"] = data["form"]
    native["ThanhPhanHoSo"] = Many(COMPONENT).write(data["components"], "/components")
    native["ThongTinNguoiNop"] = _submitter(said)
    return HoSoMoi.model_validate(native)


def _submitter(said: ForwardedDossier) -> dict[str, Any]:
    who = said.submitter
    known = {
        "TenNguoiNop": who.name,
        "SoDinhDanh": who.number,
        "MaTinhChuHs": who.province_code or "",
        "MaXaChuHs": who.commune_code or "",
    }
    twice = sorted(known.keys() & who.other.keys())
    if twice:
        raise Untranslatable("said-twice", f"{twice[0]} has a field of its own; leave it out here", "/submitter/other")
    return {
        "LoaiDoiTuong": KIND.write(who.kind, "/submitter/kind"),
        "IdDoiTuong": who.id or "",
        "ThongTinChiTiet": {**known, **who.other},
    }


def step(said: ProgressStep, dates: Dates) -> TienTrinh:
    """A processing step. The connector's own id of the dossier is not known to it and stays empty."""
    time = Time(dates.step)
    record = Record(
        (
            Field("MaHoSo", "dossier_code", TEXT),
            Field("NguoiXuLy", "officer", TEXT),
            Field("ThoiDiemXuLy", "at", time),
            Field("PhongBanXuLy", "department", TEXT),
            Field("NoiDungXuLy", "content", TEXT),
            Field("TrangThai", "state", STATE),
            Field("NgayBatDau", "started_at", time),
            Field("NgayKetThucTheoQuyDinh", "due_at", time),
        )
    )
    return TienTrinh.model_validate({"IDHoSo": "", **record.write(said.model_dump())})


def status(said: FilingProgress) -> TrangThai:
    """A state. What it has no place for is refused. Raises `Untranslatable`."""
    if said.files:
        raise Untranslatable("no-place", "cannot be said to this connector", "/files")
    if said.results and said.state not in codes.WITH_RESULTS:
        raise Untranslatable("no-place", f"results are not taken with the state {said.state.value}", "/results")
    return TrangThai.model_validate(STATUS.write(said.model_dump()))


def filing(record: Any, settings: NewDossiers, system: str) -> tuple[Filing, str | None]:
    """A new dossier of the list, and the connector's id of it.

    Raises `pydantic.ValidationError` or `Untranslatable`.
    """
    if not isinstance(record, dict):
        raise Untranslatable("wrong-type", "is not an object", "")
    members = {name.casefold(): value for name, value in record.items()}
    said = {
        "dossier_code": settings.code,
        "procedure_code": settings.procedure,
        "procedure_name": settings.procedure_name,
        "applicant_name": settings.applicant,
        "state": settings.state_field,
    }
    found = {canonical: _text(members, name) for canonical, name in said.items()}
    data = {"system": system, "service": "laydanhsachhoso", "content": record, **found}
    return Filing.model_validate(data), _text(members, settings.reference)


def _text(members: Mapping[str, Any], name: str) -> str | None:
    value = members.get(name.casefold())
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) and value != "" else None


__all__ = ["Time", "created", "filing", "status", "step"]
