"""Every request in the exact published shape, written by the connector and read back by lxml alone."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from lxml import etree

from connectors.soap.codec import written
from lienthong import Answered, Context, Request
from schemas.base import ZONE
from schemas.citizen import Address, Citizen, HouseholdHead, NameParts, Relative, Unread
from schemas.citizen_codes import HouseholdRelation, MaritalStatus, Sex
from tests.adapters.conversation import NOW, reply

from .support import FRESH, PERSON, WSDL, adapter, asked, elements, golden, looked_up, service, soap

OLD = {"old_id_number": "100000123", "name": "Đỗ Văn  Ví dụ", "birth_year": 1985}
SECOND = {
    "officers": {"thu": {"code": "022085000999", "account": "canbo.thu2", "phone": "0", "unit": "H49.22"}},
    "purposes": {"2.001234.000.00.00.H49": "VPCP"},
    "names": {"diacritics": "keep", "blanks": "strip"},
}


def lookup() -> Any:
    return adapter().look_up(asked(), FRESH)


def old() -> Any:
    question = asked(OLD, purpose="2.001234.000.00.00.H49", officer="thu")
    return adapter(**SECOND).look_up(question, Context(NOW, attempt=2))


def verification() -> Any:
    return adapter().verify(asked(name="citizen.verify"), FRESH)


def changes() -> Any:
    return adapter(changes={"page_size": 2}).changes(None, FRESH)


def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(WSDL.with_name("request.xsd")))


@pytest.mark.parametrize(
    ("name", "conversation"),
    [("lookup", lookup), ("lookup-old-number", old), ("verify", verification), ("changes", changes)],
)
def test_a_request_is_as_published(name: str, conversation: Any) -> None:
    request: Request = next(conversation())
    assert request.call is not None and request.write is False
    known = service()
    operation = known.operations[request.call.operation]
    sent = written(known, operation.request, request.call.arguments, (), header="", xop=False)
    ours, published = etree.fromstring(sent.envelope), etree.fromstring(golden(f"{name}.request.xml"))
    assert elements(ours) == elements(published)
    assert operation.action == ""
    for root in (ours, published):
        schema().assertValid(root.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")[0])  # type: ignore[index]


def test_the_facade_gets_what_was_seen() -> None:
    request = next(adapter(form="json", facade={"username": "h49.vidu"}).look_up(asked(), FRESH))
    assert (request.method, request.path, request.write) == ("POST", "TraCuuThongTinCongDan", False)
    assert list(request.json.items()) == list(json.loads(golden("facade-lookup.request.json")).items())


def test_the_other_operations_of_the_facade() -> None:
    facade = adapter(form="json", changes={"page_size": 2}, birth="extended")
    verify = next(facade.verify(asked({**PERSON, "name": "vi du"}, name="citizen.verify"), FRESH))
    assert (verify.path, verify.json["ngayThangNam"], verify.json["hoVaTen"]) == (
        "XacThucThongTinCongDan",
        "1999-05-17",
        "VI DU",
    )
    pull = next(facade.changes(None, FRESH))
    assert pull.path == "ThayDoi"
    assert pull.json["tuNgay"] == "1795224662000" and pull.json["trang"] == "1" and "userNameService" not in pull.json


def test_a_live_answer() -> None:
    verdict = looked_up(soap(golden("lookup.answer.xml")))
    assert verdict == Answered(
        "found",
        Citizen(
            personal_number="022199000123",
            old_id_number="100000123",
            name="NGUYỄN THỊ VÍ DỤ",
            sex=Sex.FEMALE,
            ethnic_group="kinh",
            religion="00",
            marital_status=MaritalStatus.SINGLE,
            birth_date=date(1999, 5, 17),
            home_town=Address(province="22", district="193", commune="06652", country="VN"),
            permanent=Address(province="22", commune="06652", detail="Tổ 3", country="VN"),
            father=Relative(name="NGUYỄN VĂN VÍ DỤ", nationality="VN", personal_number="022070000001"),
            household_head=HouseholdHead(
                name="NGUYỄN THỊ VÍ DỤ", personal_number="022199000123", relation=HouseholdRelation.HEAD
            ),
            household_book="100000009",
        ),
    )


def test_an_answer_of_qcvn_109() -> None:
    verdict = looked_up(soap(golden("lookup-qcvn109.answer.xml")))
    assert verdict == Answered(
        "found",
        Citizen(
            personal_number="022199000123",
            name="Nguyễn Thị Ví Dụ",
            name_parts=NameParts(family="Nguyễn", middle="Thị Ví", given="Dụ"),
            sex=Sex.FEMALE,
            ethnic_group="tay",
            religion="99",
            birth_date=date(1999, 5, 17),
            permanent=Address(commune="06652", detail="Tổ 3", country="VN"),
            mother=Relative(name="Trần Thị Mẫu", name_parts=NameParts(family="Trần", middle="Thị", given="Mẫu")),
            as_of=datetime(2026, 3, 2, 8, tzinfo=ZONE),
        ),
    )


FACADE = Citizen(
    personal_number="022199000123",
    name="NGUYỄN THỊ VÍ DỤ",
    sex=Sex.FEMALE,
    ethnic_group="kinh",
    birth_date=date(1999, 5, 17),
    permanent=Address(province="22", commune="06652", detail="Tổ 3", country="VN"),
    account_kind="2",
    tax_code="8000000001",
    email="vidu@example.vn",
)


def facade_answers() -> list[bytes]:
    """As it is; written into a text; as a text inside another answer; with prefixes."""
    plain = json.loads(golden("facade-lookup.answer.json"))
    text = json.dumps(plain, ensure_ascii=False)
    prefixed = text.replace('"Cong', '"ns1:Cong').replace('"Body', '"soapenv:Body').replace('"HoVaTen', '"ns1:HoVaTen')
    return [
        golden("facade-lookup.answer.json"),
        json.dumps(text).encode(),
        json.dumps({"code": "00", "data": text}).encode(),
        prefixed.encode(),
        b"\xef\xbb\xbf" + text.encode(),
    ]


@pytest.mark.parametrize("content", facade_answers(), ids=["plain", "text", "inside", "prefixes", "bom"])
def test_an_answer_of_the_facade(content: bytes) -> None:
    assert looked_up(reply(content), form="json") == Answered("found", FACADE)


def test_xml_as_a_text_of_the_facade() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>\n' + golden("lookup.answer.xml").decode()
    expected = looked_up(soap(golden("lookup.answer.xml")))
    for content in (text.encode(), json.dumps({"data": text}).encode()):
        assert looked_up(reply(content), form="json") == expected


def test_unknown_codes_are_left_out_and_named() -> None:
    content = golden("lookup.answer.xml").replace(b"<ns1:DanToc>01<", b"<ns1:DanToc>04<")
    content = content.replace(b"<ns1:TonGiao>00<", b"<ns1:TonGiao>07<").replace(b">CH01<", b">CH07<")
    verdict = looked_up(soap(content))
    assert isinstance(verdict, Answered) and isinstance(verdict.data, Citizen)
    assert verdict.data.ethnic_group is None and verdict.data.religion is None
    assert set(verdict.data.unread) == {
        Unread(pointer="/ethnic_group", code_list="ethnic-groups", code="04"),
        Unread(pointer="/religion", code_list="religions", code="07"),
        Unread(pointer="/household_head/relation", code_list="household-relations", code="CH07"),
    }


@pytest.mark.parametrize(("numbering", "group"), [("2008", "muong"), (2008, "muong"), ("1979", "hoa")])
def test_the_numbering_of_ethnic_groups_is_configuration(numbering: Any, group: str) -> None:
    content = golden("lookup.answer.xml").replace(b"<ns1:DanToc>01<", b"<ns1:DanToc>04<")
    verdict = looked_up(soap(content), ethnic_numbering=numbering)
    assert verdict.data.ethnic_group == group and verdict.data.unread == ()
