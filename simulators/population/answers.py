"""Records as the service writes them: the live shape, that of QCVN 109, and the JSON façade. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import orjson
from lxml import etree

from schemas.citizen_codes import ETHNIC_LISTS, Sex, write_code
from schemas.codes import code_list

from .people import Address, Person, Relative
from .settings import Answers

ANSWER = "http://www.mic.gov.vn/dancu/1.0"
Value = str | list[tuple[str, "Value"]]
Tree = list[tuple[str, Value]]


def record(person: Person, style: Answers) -> Tree:
    """`CongDan` as names and values, in the order in which they are written; what is not known is left out."""
    return list(_facts(person, style))


def collection(people: Iterable[Tree], style: Answers, moment: datetime) -> etree._Element:
    """`CongdanCollection`; without a `CongDan` where nobody was found."""
    root = etree.Element(f"{{{ANSWER}}}CongdanCollection", nsmap={"ns1": ANSWER})
    for person in people:
        _write(etree.SubElement(root, f"{{{ANSWER}}}CongDan"), person)
    if style.shape == "qcvn109":
        root.set("SoCongDan", str(len(root)))
        root.set("ThoiDiemDuLieu", moment.isoformat(timespec="seconds"))
    return root


def verified(exists: bool, style: Answers) -> etree._Element:
    """The answer of XacThucThongTinCongDan."""
    root = etree.Element(f"{{{ANSWER}}}{style.verify_element}", nsmap={"ns1": ANSWER})
    etree.SubElement(root, f"{{{ANSWER}}}TonTai").text = "true" if exists else "false"
    return root


def changes(people: Iterable[Person], style: Answers, moment: datetime) -> etree._Element:
    """A page of changes: number, and the record as JSON in CDATA."""
    root = collection((), style, moment)
    for person in people:
        element = etree.SubElement(root, f"{{{ANSWER}}}CongDan")
        etree.SubElement(element, f"{{{ANSWER}}}SoDinhDanh").text = person.number
        body = orjson.dumps(_json(record(person, style))).decode()
        etree.SubElement(element, f"{{{ANSWER}}}Body").text = etree.CDATA(body)
    return root


def facade(people: list[Person], style: Answers) -> bytes:
    """The JSON façade of a province; `CongdanCollection` is empty where nobody was found."""
    found: dict[str, Any] = {"CongDan": _json(record(people[0], style))} if people else {}
    if people and style.facade_extras:
        extras = {"LoaiTaiKhoan": "", "MaSoThue": people[0].number, "ThuDienTu": "vidu@example.vn"}
        found["CongDan"].update(extras)
    return orjson.dumps({"Envelope": {"Body": {"CongdanCollection": found}}})


def _facts(person: Person, style: Answers) -> Iterator[tuple[str, Value]]:
    live = style.shape == "live"
    yield "SoDinhDanh", person.number
    yield "SoCMND", person.old_number
    yield "HoVaTen", [("Ho", ""), ("ChuDem", ""), ("Ten", person.name.upper())] if live else _parts(person.name)
    yield "GioiTinh", write_code("sexes", Sex.FEMALE if person.female else Sex.MALE)
    if person.ethnic_group is not None:
        yield "DanToc", _ethnic(person.ethnic_group, style)
    if person.religion is not None:
        yield "TonGiao", person.religion if live else [("MaTonGiao", person.religion)]
    yield "TinhTrangHonNhan", write_code("marital-statuses", person.marital_status or "unstated")
    yield "NhomMau", write_code("blood-groups", person.blood_group or "unstated")
    yield "NgayThangNamSinh", _birth(person.born, live)
    places = (person.birth_registration, person.home_town, person.permanent, person.present)
    for name, place in zip(("NoiDangKyKhaiSinh", "QueQuan", "ThuongTru", "NoiOHienTai"), places, strict=True):
        if place is not None:
            yield name, _place(place, live)
    if person.nationality is not None:
        yield "QuocTich", person.nationality
    family = (person.father, person.mother, person.spouse, person.representative)
    for name, relative in zip(("Cha", "Me", "VoChong", "NguoiDaiDien"), family, strict=True):
        if relative is not None:
            yield name, _relative(relative, live)
    if person.head is not None:
        yield "ChuHo", _head(person.head, live)
    if person.household_book is not None:
        yield "SoSoHoKhau", person.household_book


def _parts(name: str) -> Value:
    family, *middle, given = name.split() if " " in name else ("", name)
    return [("Ho", family), ("ChuDem", " ".join(middle)), ("Ten", given)]


def _birth(born: date | int, live: bool) -> Value:
    if isinstance(born, int):
        return [("Nam", str(born))]
    return [("Nam", f"{born.year}"), ("NgayThangNam", born.strftime("%Y%m%d") if live else born.isoformat())]


def _ethnic(group: str, style: Answers) -> Value:
    name = ETHNIC_LISTS[style.ethnic_numbering]
    code = write_code(name, group)
    return code if style.shape == "live" else [("MaDanToc", code), ("TenGoi", code_list(name).label(code))]


def _place(place: Address, live: bool) -> Value:
    if live:
        codes = [("MaTinhThanh", place.province), ("MaQuanHuyen", place.district), ("MaPhuongXa", place.commune)]
    else:
        codes = [("MaDonViHanhChinh", place.commune or place.district or place.province)]
    said = [*codes, ("ChiTiet", place.detail), ("QuocGia", place.country)]
    return [(name, value) for name, value in said if value is not None]


def _relative(who: Relative, live: bool) -> Value:
    name: Value = who.name.upper() if live else _parts(who.name)
    return [("HoVaTen", name), ("QuocTich", "VN"), ("SoDinhDanh", who.number), ("SoCMND", who.old_number)]


def _head(who: Relative, live: bool) -> Value:
    relation = write_code("household-relations", "head")
    name: Value = who.name.upper() if live else _parts(who.name)
    return [("QuanHe", relation), ("SoDinhDanh", who.number), ("SoCMND", who.old_number), ("HoVaTen", name)]


def _write(parent: etree._Element, tree: Tree) -> None:
    for name, value in tree:
        element = etree.SubElement(parent, f"{{{ANSWER}}}{name}")
        if isinstance(value, list):
            _write(element, value)
        elif value:
            element.text = value


def _json(tree: Tree) -> dict[str, Any]:
    return {name: _json(value) if isinstance(value, list) else value for name, value in tree}


__all__ = ["ANSWER", "Tree", "changes", "collection", "facade", "record", "verified"]
