"""Answers by hand, as partners really send them, and back from what we wrote ourselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from connectors.flaws import Flaw
from connectors.soap.codec import received, value_of, written
from tests.connectors.soap.support import ACCOUNTS, CITIZEN, CITIZENS, FORMS, SOAP12, envelope
from tests.connectors.soap.test_write import ENTRIES, LOOK_UPS, NODES, PERSONS, service

ANSWER = f"""<c:LookUpResult xmlns:c="{CITIZEN}" xmlns:p="urn:example:places" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <c:Citizen at="2026-03-02T07:30:00+07:00">
  <c:Number>022199000000</c:Number>
  <c:Name><c:Family>Nguyễn</c:Family><c:Middle/><c:Given>Ví Dụ</c:Given></c:Name>
  <c:Place p:kind="home"><Province>22</Province><Ward>06652</Ward></c:Place>
  <c:Place/>
 </c:Citizen>
 <c:Note xsi:nil="true"/>
</c:LookUpResult>"""


def value(text: str, operation: str = "LookUp", wsdl: Path = CITIZENS, **options: bool) -> Any:
    found = service(wsdl)
    message = found.operation(operation).response
    assert message is not None
    return value_of(found, message, received(text.encode(), "text/xml; charset=utf-8"), **options)[0]


def test_an_answer_has_the_shape_of_the_schema() -> None:
    assert value(envelope(ANSWER)) == {
        "Citizen": [
            {
                "@at": "2026-03-02T07:30:00+07:00",
                "Number": "022199000000",
                "Name": {"Family": "Nguyễn", "Middle": None, "Given": "Ví Dụ"},
                "Place": [{"@kind": "home", "Province": "22", "Ward": "06652"}, None],
            }
        ],
        "Note": None,
    }


def test_order_is_not_depended_on_and_what_is_missing_is_absent() -> None:
    body = (
        f'<LookUpResult xmlns="{CITIZEN}"><Note>x</Note><Citizen><Name><Given>D</Given></Name></Citizen></LookUpResult>'
    )
    assert value(envelope(body)) == {"Note": "x", "Citizen": [{"Name": {"Given": "D"}}]}


def test_what_the_schema_does_not_know_is_kept() -> None:
    body = f"""<c:LookUpResult xmlns:c="{CITIZEN}" xmlns:n="urn:new"><c:Citizen><n:Tag>1</n:Tag><n:Tag>2</n:Tag>
      <n:Box size="3"><n:In>x</n:In><n:Empty/></n:Box><n:Word lang="vi">y</n:Word></c:Citizen></c:LookUpResult>"""
    [citizen] = value(envelope(body))["Citizen"]
    assert citizen == {
        "Tag": ["1", "2"],
        "Box": {"@size": "3", "In": "x", "Empty": None},
        "Word": {"@lang": "vi", "#text": "y"},
    }


def test_where_the_answer_contradicts_the_schema_the_answer_is_kept() -> None:
    body = f"""<c:LookUpResult xmlns:c="{CITIZEN}"><c:Citizen>không có</c:Citizen>
      <c:Note><c:Line>1</c:Line></c:Note><c:Note>2</c:Note></c:LookUpResult>"""
    assert value(envelope(body)) == {"Citizen": ["không có"], "Note": [{"Line": "1"}, "2"]}


def test_cdata_and_entities_of_xml_are_text() -> None:
    body = (
        f'<c:LookUpResult xmlns:c="{CITIZEN}"><c:Note><![CDATA[{{"a":"<b>"}}]]> &amp; &#273;</c:Note></c:LookUpResult>'
    )
    assert value(envelope(body)) == {"Note": '{"a":"<b>"} & đ'}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            f'<c:LookUpResult xmlns:c="{CITIZEN}"><Note>x</Note></c:LookUpResult>',
            "Note is in no namespace, the schema says",
        ),
        (
            f'<c:LookUpResult xmlns:c="{CITIZEN}"><c:Citizen xmlns:d="urn:d"><d:Number/></c:Citizen></c:LookUpResult>',
            "Citizen/Number is in the namespace urn:d, the schema says .* urn:example:citizens; .* any_namespace",
        ),
        ('<c:LookUpResult xmlns:c="urn:other"/>', "the body holds .*urn:other.*should be in it"),
        (f'<c:Other xmlns:c="{CITIZEN}"/>', "should be in it"),
        ("", "the body is empty, LookUpResult should be in it"),
        ("<a/><b/>", "more than one element"),
    ],
)
def test_another_name_or_namespace_is_not_taken(body: str, told: str) -> None:
    with pytest.raises(Flaw, match=told):
        value(envelope(body))


def test_any_namespace_is_taken_where_the_setting_says_so() -> None:
    citizen, note = '<Citizen xmlns=""><Number>1</Number></Citizen>', '<x:Note xmlns:x="urn:x">n</x:Note>'
    body = f'<LookUpResult xmlns="urn:o">{citizen}{note}</LookUpResult>'
    assert value(envelope(body), any_namespace=True) == {"Citizen": [{"Number": "1"}], "Note": "n"}
    with pytest.raises(Flaw):
        value(envelope('<Other xmlns="urn:o"/>'), any_namespace=True)


def test_the_answer_to_an_rpc_call_may_have_any_name() -> None:
    for name in ("bookResponse", "bookOut", "book"):
        body = f'<r:{name} xmlns:r="urn:example:accounts:calls"><balance>12.50</balance></r:{name}>'
        assert value(envelope(body), "book", ACCOUNTS, any_name=True) == {"balance": "12.50"}


def test_a_derived_type_is_read_as_what_it_is() -> None:
    found = service(FORMS)
    body = """<f:party xmlns:f="urn:example:forms" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
      <who i:type="f:Person"><code>c</code><name>N</name><nick>x</nick></who></f:party>"""
    message = found.operation("Party").request
    got = value_of(found, message, received(envelope(body, soap=SOAP12).encode(), "application/soap+xml"))[0]
    assert got == {"who": {"@xsi:type": "Person", "code": "c", "name": "N", "nick": ["x"]}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html/>", "not a SOAP envelope: its outermost element is html"),
        ('<s:Envelope xmlns:s="urn:none"><s:Body/></s:Envelope>', "another SOAP version"),
        ('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>', "has no body"),
        (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/><s:Body/></s:Envelope>',
            "more than one body",
        ),
    ],
)
def test_what_is_not_an_envelope(text: str, told: str) -> None:
    with pytest.raises(Flaw, match=told):
        value(text)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json"])
def test_what_does_not_say_that_it_is_xml_is_not_read(kind: str) -> None:
    with pytest.raises(Flaw, match="not XML"):
        received(envelope("").encode(), kind)


def test_nesting_is_bounded_where_the_schema_is_recursive_and_where_it_is_silent() -> None:
    deep = "<c:Parent>" * 110 + "</c:Parent>" * 110
    strange = "<c:X>" * 110 + "</c:X>" * 110
    for inner in (deep, strange):
        body = f'<c:LookUpResult xmlns:c="{CITIZEN}"><c:Citizen>{inner}</c:Citizen></c:LookUpResult>'
        with pytest.raises(Flaw, match="nested deeper"):
            value(envelope(body))


def again(wsdl: Path, operation: str, arguments: dict[str, Any], **options: bool) -> Any:
    found = service(wsdl)
    message = found.operation(operation).request
    sent = written(found, message, arguments).envelope
    return value_of(found, message, received(sent, "text/xml"), **options)[0]


@given(LOOK_UPS)
def test_what_was_written_is_read_back(arguments: dict[str, Any]) -> None:
    assert again(CITIZENS, "LookUp", arguments) == arguments


@given(PERSONS, NODES, ENTRIES)
def test_what_was_written_is_read_back_from_stranger_schemas(person: Any, tree: Any, entry: Any) -> None:
    arguments = {
        "applicant": person,
        "tree": tree,
        "closed": None,
        "waived": "x",
        "paper": ["a", "b"],
        "step": ["1"],
        "when": ["2"],
        "state": "s",
    }
    assert again(FORMS, "File", arguments) == arguments
    booked = {"reference": "r", "entry": {name: each for name, each in entry.items() if each}}
    assert again(ACCOUNTS, "book", booked) == booked
