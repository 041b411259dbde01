"""What a request asks: read strictly from its fields, whichever way they came. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .settings import PopulationSettings

LOOKUP, VERIFY, CHANGES = "TraCuuThongTinCongDan", "XacThucThongTinCongDan", "ThayDoi"
LENGTHS = {
    "MaYeuCau": 40,
    "MaDVC": 20,
    "MaTichHop": 20,
    "MaDonVi": 35,
    "MaCanBo": 20,
    "TaiKhoan": 100,
    "SoDienThoai": 20,
    "HoVaTen": 100,
}
DAYS = {
    "basic": (r"(\d{4})(\d\d)(\d\d)",),
    "extended": (r"(\d{4})-(\d\d)-(\d\d)",),
    "either": (r"(\d{4})(\d\d)(\d\d)", r"(\d{4})-(\d\d)-(\d\d)"),
}
PULL = ("MaYeuCau", "TuNgay", "DenNgay", "Loai", "Trang", "SoBanGhi")


class NotTaken(ValueError):
    """The request is refused; the text says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one person."""

    service: str
    request_id: str
    purpose: str
    officer: str
    unit: str
    number: str
    old_number: str
    name: str
    born: date | int


@dataclass(frozen=True, slots=True)
class Pull:
    """A question for changes: `since` belongs to the period, `until` does not (epoch, milliseconds)."""

    request_id: str
    since: int
    until: int
    kind: str
    page: int
    size: int


Fields = Mapping[str, str]


def question(service: str, fields: Fields, birth: Fields, settings: PopulationSettings) -> Question:
    """Check the fields of a question; `birth` are the children of NgayThangNamSinh. Raises `NotTaken`."""
    required = ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "HoVaTen", *(["MaDonVi"] * settings.unit_required)]
    _lengths(fields, required)
    expected = settings.lookup_code if service == LOOKUP else settings.verify_code
    if fields["MaTichHop"] != expected:
        raise NotTaken(f"MaTichHop của {service} phải là {expected}")
    number, old = fields.get("SoDinhDanh", ""), fields.get("SoCMND", "")
    _digits("SoDinhDanh", number, 12)
    _digits("SoCMND", old, 9)
    if not number and not old:
        raise NotTaken("Thiếu SoDinhDanh hoặc SoCMND")
    return Question(
        service,
        fields["MaYeuCau"],
        fields["MaDVC"],
        fields["MaCanBo"],
        fields.get("MaDonVi", ""),
        number,
        old,
        fields["HoVaTen"],
        _born(birth, settings),
    )


def pull(fields: Fields, settings: PopulationSettings) -> Pull:
    """Check the fields of a pull of changes. Raises `NotTaken`."""
    _lengths(fields, list(PULL))
    since, until, page, size = (_whole(name, fields[name]) for name in ("TuNgay", "DenNgay", "Trang", "SoBanGhi"))
    if until < since:
        raise NotTaken("DenNgay trước TuNgay")
    if page < settings.changes.first_page:
        raise NotTaken(f"Trang bắt đầu từ {settings.changes.first_page}")
    if not 1 <= size <= settings.changes.largest_page:
        raise NotTaken(f"SoBanGhi phải từ 1 đến {settings.changes.largest_page}")
    return Pull(fields["MaYeuCau"], since, until, fields["Loai"], page, size)


def _lengths(fields: Fields, required: list[str]) -> None:
    for name in required:
        if not fields.get(name):
            raise NotTaken(f"Thiếu {name}")
    for name, limit in LENGTHS.items():
        if len(fields.get(name, "")) > limit:
            raise NotTaken(f"{name} dài quá {limit} ký tự")


def _digits(name: str, value: str, count: int) -> None:
    if value and re.fullmatch(rf"\d{{{count}}}", value, re.ASCII) is None:
        raise NotTaken(f"{name} phải có {count} chữ số")


def _whole(name: str, value: str) -> int:
    if re.fullmatch(r"\d{1,15}", value, re.ASCII) is None:
        raise NotTaken(f"{name} phải là số")
    return int(value)


def _born(birth: Fields, settings: PopulationSettings) -> date | int:
    if len(birth) != 1:
        raise NotTaken("NgayThangNamSinh phải có Nam hoặc NgayThangNam")
    ((name, value),) = birth.items()
    if name == "Nam" and re.fullmatch(r"\d{4}", value, re.ASCII):
        return int(value)
    match = next((m for form in DAYS[settings.birth_format] if (m := re.fullmatch(form, value, re.ASCII))), None)
    if name != "NgayThangNam" or match is None:
        raise NotTaken(f"{name} không đúng định dạng")
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise NotTaken("NgayThangNam không phải là ngày trong lịch") from error


__all__ = ["CHANGES", "LOOKUP", "PULL", "VERIFY", "NotTaken", "Pull", "Question", "pull", "question"]
