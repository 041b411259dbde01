"""Requests and answers against the published samples, read by a parser that is not the simulator's own."""

from __future__ import annotations

import json
from datetime import date, datetime
from xml.etree import ElementTree

import pytest
from lxml import etree

from schemas.base import ZONE
from simulators.population import (
    WSDL,
    Address,
    Answers,
    Person,
    Population,
    PopulationSettings,
    Relative,
    answers,
    soap,
)
from simulators.population.asked import NotTaken, Pull, Question
from simulators.population.registry import PopulationSize

from .population_support import DATA, LOOKUP, SAY, VERIFY, envelope, fields

SETTINGS = PopulationSettings()
MOMENT = datetime(2026, 3, 2, 8, 30, tzinfo=ZONE)
LIVE, QCVN = Answers(), Answers(shape="qcvn109")
SAMPLE = Person(
    number="022199000123",
    old_number="000000123",
    name="Hoàng Thị Ví Dụ",
    born=date(1999, 5, 17),
    female=True,
    ethnic_group="kinh",
    religion="00",
    marital_status="single",
    permanent=Address("22", None, "06652", "Tổ 3", "VN"),
    head=Relative("Hoàng Thị Ví Dụ", "022199000123"),
)


def flat(xml: bytes | str) -> list[tuple[str, str]]:
    """Qualified names and texts in the order of the document, by the parser of the standard library."""
    return [(element.tag, (element.text or "").strip()) for element in ElementTree.fromstring(xml).iter()]


def written(person: Person, style: Answers) -> bytes:
    root = answers.collection([answers.record(person, style)], style, MOMENT)
    return soap.envelope(root, SETTINGS.namespace)


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(WSDL.with_name(name))))


def test_the_published_answer() -> None:
    published = (DATA / "lookup-answer.xml").read_bytes()
    assert flat(written(SAMPLE, LIVE)) == flat(published)
    ours, theirs = etree.fromstring(written(SAMPLE, LIVE)), etree.fromstring(published)
    assert [element.prefix for element in ours.iter()] == [element.prefix for element in theirs.iter()]


def test_the_published_request() -> None:
    asked = soap.read((DATA / "lookup-request.xml").read_bytes(), SETTINGS)
    assert asked == Question(
        service=LOOKUP,
        request_id="H49-20260302-000117",
        purpose="1.000894",
        officer="canbo.thu1",
        unit="H49.21",
        number="022199000123",
        old_number="",
        name="HOANG THI VI DU",
        born=date(1999, 5, 17),
    )
    assert SAMPLE.is_named("HOANG THI VI DU") and SAMPLE.is_named("hoàngthịvídụ") and SAMPLE.is_born(1999)
    assert not SAMPLE.is_named("HOANG THI VI") and not SAMPLE.is_born(date(1999, 5, 18))


def test_the_shape_of_qcvn_109() -> None:
    found = dict(flat(written(SAMPLE, QCVN)))
    expected = {
        "Ho": "Hoàng",
        "ChuDem": "Thị Ví",
        "Ten": "Dụ",
        "MaDanToc": "01",
        "TenGoi": "Kinh",
        "MaTonGiao": "00",
        "NgayThangNam": "1999-05-17",
        "MaDonViHanhChinh": "06652",
    }
    assert {name: found[f"{{{SAY}}}{name}"] for name in expected} == expected
    assert f"{{{SAY}}}MaTinhThanh" not in found
    collection = ElementTree.fromstring(written(SAMPLE, QCVN)).find(f".//{{{SAY}}}CongdanCollection")
    assert collection is not None
    assert collection.attrib == {"SoCongDan": "1", "ThoiDiemDuLieu": "2026-03-02T08:30:00+07:00"}


@pytest.mark.parametrize(("numbering", "code"), [("2008", "17"), ("1979", "18")])
def test_the_numbering_of_ethnic_groups(numbering: str, code: str) -> None:
    person = Person("022199000123", "Hoàng Thị Ví Dụ", 1999, True, ethnic_group="san_diu")
    style = Answers.model_validate({"ethnic_numbering": numbering})
    assert dict(flat(written(person, style)))[f"{{{SAY}}}DanToc"] == code


def test_only_a_year_is_known() -> None:
    names = [tag for tag, _ in flat(written(Person("022199000123", "Ví Dụ", 1999, True), LIVE))]
    assert f"{{{SAY}}}Nam" in names and f"{{{SAY}}}NgayThangNam" not in names


def test_districts_before_july_2025() -> None:
    population = Population(PopulationSize(), divisions="before")
    (person,) = population.of_number("001190000001")
    place = person.birth_registration
    assert place is not None and place.province == "01"
    assert place.district is not None and place.commune is not None
    (later,) = Population(PopulationSize()).of_number("001190000001")
    assert later.birth_registration is not None and later.birth_registration.district is None


def test_verification_changes_and_facade() -> None:
    (tag, _), (inner, text) = flat(etree.tostring(answers.verified(False, LIVE)))
    assert (tag, inner, text) == (f"{{{SAY}}}KetQuaXacThuc", f"{{{SAY}}}TonTai", "false")
    other = answers.verified(True, Answers(verify_element="KetQuaXacThucResponse"))
    assert flat(etree.tostring(other))[0][0] == f"{{{SAY}}}KetQuaXacThucResponse"
    page = etree.tostring(answers.changes([SAMPLE], LIVE, MOMENT), encoding="unicode")
    assert "<![CDATA[{" in page
    body = json.loads(dict(flat(page))[f"{{{SAY}}}Body"])
    assert body["HoVaTen"] == {"Ho": "", "ChuDem": "", "Ten": "HOÀNG THỊ VÍ DỤ"}
    told = json.loads(answers.facade([SAMPLE], LIVE))["Envelope"]["Body"]["CongdanCollection"]["CongDan"]
    assert told == body
    assert json.loads(answers.facade([], LIVE)) == {"Envelope": {"Body": {"CongdanCollection": {}}}}
    extra = json.loads(answers.facade([SAMPLE], Answers(facade_extras=True)))
    assert set(extra["Envelope"]["Body"]["CongdanCollection"]["CongDan"]) - set(body) == {
        "LoaiTaiKhoan",
        "MaSoThue",
        "ThuDienTu",
    }


def test_answers_of_every_person_and_both_shapes_fit_the_schema() -> None:
    checker = schema("answer.xsd")
    population = Population(PopulationSize(filed=60))
    people = [known for who in population.applicants(0, 60) for known in population.of_number(who.number)]
    assert len(people) > 30
    for style in (LIVE, QCVN):
        root = answers.collection((answers.record(person, style) for person in people), style, MOMENT)
        checker.assertValid(etree.fromstring(etree.tostring(root)))
    checker.assertValid(etree.fromstring(etree.tostring(answers.verified(True, LIVE))))
    checker.assertValid(etree.fromstring(etree.tostring(answers.changes(people[:3], LIVE, MOMENT))))
    sample = etree.parse(DATA / "lookup-answer.xml").find(f".//{{{SAY}}}CongdanCollection")
    assert sample is not None
    checker.assertValid(sample)


def test_requests_fit_the_schema() -> None:
    checker = schema("request.xsd")
    pull = {"MaYeuCau": "1", "TuNgay": "1", "DenNgay": "2", "Loai": "1", "Trang": "1", "SoBanGhi": "5"}
    good = (envelope(LOOKUP, fields()), envelope(VERIFY, fields(MaTichHop="003")), envelope(LOOKUP, pull))
    for sent in (*good, (DATA / "lookup-request.xml").read_bytes()):
        checker.assertValid(etree.fromstring(sent)[1][0])
    (child,) = etree.fromstring(envelope(LOOKUP, fields(HoVaTen=None)))[1]
    assert not checker.validate(child)


def test_the_wsdl_names_both_operations_and_imports_what_lies_beside_it() -> None:
    root = ElementTree.parse(WSDL).getroot()
    wsdl, xsd = "{http://schemas.xmlsoap.org/wsdl/}", "{http://www.w3.org/2001/XMLSchema}"
    named = [operation.get("name") for operation in root.findall(f"{wsdl}portType/{wsdl}operation")]
    assert named == [LOOKUP, VERIFY]
    imported = [str(found.get("schemaLocation")) for found in root.iter(f"{xsd}import")]
    assert imported == ["request.xsd", "answer.xsd"]
    assert all(WSDL.with_name(name).is_file() for name in imported)


def moved(name: str, behind: str) -> dict[str, object]:
    parts = fields(SoCMND="000000123")
    value = parts.pop(name)
    names = list(parts)
    names.insert(names.index(behind) + 1, name)
    return {key: parts.get(key, value) for key in names}


@pytest.mark.parametrize(
    ("name", "behind"),
    [
        ("MaYeuCau", "MaDVC"),
        ("MaDVC", "MaTichHop"),
        ("MaCanBo", "MaDonVi"),
        ("SoDinhDanh", "SoCMND"),
        ("HoVaTen", "NgayThangNamSinh"),
    ],
)
def test_order_is_strict(name: str, behind: str) -> None:
    with pytest.raises(NotTaken, match="sai thứ tự"):
        soap.read(envelope(LOOKUP, moved(name, behind)), SETTINGS)


def test_another_order_can_be_set() -> None:
    order = list(SETTINGS.order)
    here, there = order.index("MaCanBo"), order.index("MaDonVi")
    order[here], order[there] = order[there], order[here]
    assert soap.read(envelope(LOOKUP, moved("MaCanBo", "MaDonVi")), PopulationSettings(order=tuple(order)))
    with pytest.raises(ValueError, match="order must name each of"):
        PopulationSettings(order=("MaYeuCau",))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"MaYeuCau": ""}, "Thiếu MaYeuCau"),
        ({"MaYeuCau": "x" * 41}, "MaYeuCau dài quá 40"),
        ({"MaDVC": None}, "Thiếu MaDVC"),
        ({"MaDVC": "x" * 21}, "MaDVC dài quá 20"),
        ({"MaTichHop": "003"}, "phải là 037"),
        ({"MaCanBo": None}, "Thiếu MaCanBo"),
        ({"MaCanBo": "x" * 21}, "MaCanBo dài quá 20"),
        ({"MaDonVi": None}, "Thiếu MaDonVi"),
        ({"MaDonVi": "x" * 36}, "MaDonVi dài quá 35"),
        ({"SoDinhDanh": None}, "Thiếu SoDinhDanh hoặc SoCMND"),
        ({"SoDinhDanh": "123456789"}, "SoDinhDanh phải có 12 chữ số"),
        ({"SoCMND": "022199000123"}, "SoCMND phải có 9 chữ số"),
        ({"HoVaTen": None}, "Thiếu HoVaTen"),
        ({"HoVaTen": "x" * 101}, "HoVaTen dài quá 100"),
        ({"NgayThangNamSinh": None}, "phải có Nam hoặc NgayThangNam"),
        ({"NgayThangNamSinh": {"Nam": "1999", "NgayThangNam": "19990517"}}, "phải có Nam hoặc NgayThangNam"),
        ({"NgayThangNamSinh": {"NgayThangNam": "1999-05-17"}}, "không đúng định dạng"),
        ({"NgayThangNamSinh": {"NgayThangNam": "19990230"}}, "không phải là ngày trong lịch"),
        ({"NgayThangNamSinh": {"Nam": "99"}}, "không đúng định dạng"),
        ({"QueQuan": "x"}, "Không có trường QueQuan"),
        ({"HoVaTen": {"Ten": "x"}}, "không được có phần tử con"),
    ],
)
def test_fields_are_checked(changes: dict[str, object], words: str) -> None:
    with pytest.raises(NotTaken, match=words):
        soap.read(envelope(LOOKUP, fields(**changes)), SETTINGS)


def test_newer_and_older_forms_by_setting() -> None:
    birth = {"NgayThangNam": "1999-05-17"}
    asked = soap.read(envelope(LOOKUP, fields(NgayThangNamSinh=birth)), PopulationSettings(birth_format="either"))
    assert isinstance(asked, Question) and asked.born == date(1999, 5, 17)
    older = PopulationSettings(unit_required=False)
    assert soap.read(envelope(LOOKUP, fields(MaDonVi=None, SoDinhDanh=None, SoCMND="000000123")), older)
    full = fields(SoCMND="000000123")
    newest = {name: full.get(name, "0") for name in SETTINGS.order}
    assert soap.read(envelope(LOOKUP, newest), SETTINGS)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Không phải XML"),
        (b"{}", "Không phải XML"),
        (b"<a/>", "Không phải SOAP 1.1"),
        (envelope("XoaCongDan", fields()), "Không có dịch vụ XoaCongDan"),
        (envelope(LOOKUP, fields(), "http://gtel.vn/qldc"), "không thuộc không gian tên"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]>' + envelope(LOOKUP, fields(HoVaTen="&e;")), "Không nhận DOCTYPE"),
    ],
)
def test_what_is_not_such_a_request(raw: bytes, words: str) -> None:
    with pytest.raises(NotTaken, match=words):
        soap.read(raw, SETTINGS)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"TuNgay": "hôm nay"}, "TuNgay phải là số"),
        ({"DenNgay": "0"}, "DenNgay trước TuNgay"),
        ({"Trang": "0"}, "Trang bắt đầu từ 1"),
        ({"SoBanGhi": "1001"}, "SoBanGhi phải từ 1 đến 1000"),
        ({"Loai": ""}, "Thiếu Loai"),
    ],
)
def test_pulls_are_checked(changes: dict[str, str], words: str) -> None:
    parts = {"MaYeuCau": "1", "TuNgay": "1", "DenNgay": "2", "Loai": "1", "Trang": "1", "SoBanGhi": "5"}
    assert soap.read(envelope(LOOKUP, parts), SETTINGS) == Pull("1", 1, 2, "1", 1, 5)
    with pytest.raises(NotTaken, match=words):
        soap.read(envelope(LOOKUP, parts | changes), SETTINGS)
