"""What we write is what zeep writes; what the schema has no place for is told with its place."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import canonicalize

import pytest
import zeep
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from connectors.flaws import Flaw
from connectors.soap.codec import written
from connectors.soap.service import Service, open_service
from tests.connectors.soap.support import ACCOUNTS, ASKED, CITIZENS, FORMS

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

# XML carries no other characters, and a lone carriage return is told apart below.
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20
)
WORDS = st.text("abcxyzàạđ<>&\"' \n\t", min_size=1, max_size=12)


@cache
def service(wsdl: Path, port: str | None = None) -> Service:
    return open_service(wsdl, port=port)


@cache
def peer(wsdl: Path) -> zeep.Client:
    return zeep.Client(str(wsdl))


def canonical(content: bytes) -> str:
    """C14N 2.0 with prefixes numbered, so that only what they stand for counts."""
    text = etree.tostring(etree.fromstring(content), encoding="unicode")
    return canonicalize(text, rewrite_prefixes=True, qname_aware_attrs=[XSI_TYPE])


def ours(wsdl: Path, operation: str, arguments: dict[str, Any], port: str | None = None) -> bytes:
    found = service(wsdl, port)
    return written(found, found.operation(operation).request, arguments).envelope


def theirs(wsdl: Path, operation: str, arguments: dict[str, Any], port: str | None = None) -> bytes:
    client = peer(wsdl)
    bound = client.service if port is None else client.bind(port_name=port)
    return etree.tostring(client.create_message(bound, operation, **arguments))


def alike(wsdl: Path, operation: str, mine: dict[str, Any], other: dict[str, Any], port: str | None = None) -> None:
    assert canonical(ours(wsdl, operation, mine, port)) == canonical(theirs(wsdl, operation, other, port))


def optional(**fields: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    return fields


def plain(value: Any) -> Any:
    """Our arguments as zeep takes them: attributes without @, the text of an element as _value_1."""
    if isinstance(value, dict):
        return {"_value_1" if name == "#text" else name.removeprefix("@"): plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


NAMES = st.fixed_dictionaries({"Family": WORDS, "Given": WORDS}, optional=optional(Middle=WORDS))
BORN = st.one_of(st.fixed_dictionaries({"Year": WORDS}), st.fixed_dictionaries({"Date": WORDS}))
LOOK_UPS = st.fixed_dictionaries(
    {"RequestId": WORDS, "Purpose": WORDS, "@language": WORDS},
    optional={
        "Number": WORDS,
        "Name": NAMES,
        "Born": BORN,
        "Detail": st.lists(WORDS, min_size=1, max_size=3),
        "@priority": st.integers(0, 9).map(str),
    },
)
ENTRIES = st.fixed_dictionaries(
    {"account": WORDS, "amount": st.integers(0, 10**12).map(str)}, optional=optional(tag=st.lists(WORDS, max_size=3))
)
NODES: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.fixed_dictionaries({"label": WORDS}),
    lambda below: st.fixed_dictionaries({"label": WORDS, "node": st.lists(below, min_size=1, max_size=3)}),
    max_leaves=8,
)
PERSONS = st.fixed_dictionaries(
    {"name": WORDS, "code": WORDS},
    optional={
        "nick": st.lists(WORDS, min_size=1, max_size=2),
        "phone": WORDS,
        "mail": WORDS,
        "@id": WORDS,
        "@sex": WORDS,
    },
)
NOTES = st.fixed_dictionaries({"#text": WORDS}, optional={"@on": WORDS, "@by": WORDS})
PAID = st.one_of(
    st.fixed_dictionaries({"fee": st.integers(0, 10**9).map(str)}),
    st.fixed_dictionaries({"waived": WORDS}, optional=optional(reason=WORDS)),
)


@given(LOOK_UPS)
def test_document_literal_is_as_zeep_writes_it(arguments: dict[str, Any]) -> None:
    alike(CITIZENS, "LookUp", arguments, plain(arguments))


@given(st.fixed_dictionaries({"Subject": WORDS}, optional=optional(Text=WORDS)))
def test_all_groups_are_as_zeep_writes_them(arguments: dict[str, Any]) -> None:
    alike(CITIZENS, "Notify", arguments, arguments)


@given(st.fixed_dictionaries({"reference": WORDS, "entry": ENTRIES}))
def test_rpc_literal_is_as_zeep_writes_it(arguments: dict[str, Any]) -> None:
    alike(ACCOUNTS, "book", arguments, arguments)


@pytest.mark.parametrize("port", ["Forms12", "Forms11"])
@given(PERSONS, NOTES, PAID, st.lists(WORDS, max_size=2), st.lists(st.tuples(WORDS, WORDS), max_size=2), NODES)
def test_choices_groups_extensions_and_recursion_are_as_zeep_writes_them(
    port: str, person: Any, note: Any, paid: Any, papers: Any, steps: Any, tree: Any
) -> None:
    common = {"applicant": person, "note": note, "tree": tree, **paid}
    mine = {**common, "closed": None, "paper": papers, "step": [a for a, _ in steps], "when": [b for _, b in steps]}
    other = plain(common) | {
        "closed": zeep.xsd.Nil,
        "_value_1": [{"paper": paper} for paper in papers],
        "_value_2": [{"step": a, "when": b} for a, b in steps],
    }
    alike(FORMS, "File", mine, other, port)


@given(PERSONS)
def test_derived_types_are_as_zeep_writes_them(person: dict[str, Any]) -> None:
    made = peer(FORMS).get_type("{urn:example:forms}Person")(**plain(person))
    for name in ("Person", "{urn:example:forms}Person"):
        alike(FORMS, "Party", {"who": {"@xsi:type": name, **person}}, {"who": made})


def test_no_arguments() -> None:
    alike(CITIZENS, "Ping", {}, {})


@given(TEXTS)
def test_any_text_arrives(text: str) -> None:
    root = etree.fromstring(ours(CITIZENS, "LookUp", {**ASKED, "Purpose": text, "@language": text}))
    [asked] = root.iter("{urn:example:citizens}LookUp")
    assert (asked.findtext("{urn:example:citizens}Purpose"), asked.get("language")) == (text, text)


def test_line_breaks_arrive_as_they_are() -> None:
    text = "a\r\nb\rc\n\td"
    root = etree.fromstring(ours(CITIZENS, "LookUp", {**ASKED, "Purpose": text, "@language": text}))
    [asked] = root.iter("{urn:example:citizens}LookUp")
    assert (asked.findtext("{urn:example:citizens}Purpose"), asked.get("language")) == (text, text)


def test_the_envelope_in_full() -> None:
    """By hand: order of the schema, namespaces of each schema document, unqualified where the schema says so."""
    arguments = {"Text": "Nộp <phí>", "Subject": "H49-1"}
    assert ours(CITIZENS, "Notify", arguments).decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap-env:Body>'
        '<ns2:Notice xmlns:ns2="urn:example:citizens"><ns2:Subject>H49-1</ns2:Subject>'
        "<ns2:Text>Nộp &lt;phí&gt;</ns2:Text></ns2:Notice></soap-env:Body></soap-env:Envelope>"
    ).replace("ns2", service(CITIZENS).operation("Notify").request.declarations.split(":")[1].split("=")[0])


def test_an_element_of_any_namespace() -> None:
    arguments = {
        "who": {"@xsi:type": "Person", "name": "N", "code": "c"},
        "{urn:example:other}extra": {"a": "1", "b": ["2", None]},
        "@{urn:example:other}mark": "x",
        "@note": "y",
    }
    root = etree.fromstring(ours(FORMS, "Party", arguments))
    [party] = root.iter("{urn:example:forms}party")
    assert canonicalize(etree.tostring(party[1], encoding="unicode"), rewrite_prefixes=True) == canonicalize(
        '<x:extra xmlns:x="urn:example:other"><a>1</a><b>2</b><b/></x:extra>', rewrite_prefixes=True
    )
    assert (party.get("{urn:example:other}mark"), party.get("note")) == ("x", "y")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"Purpose": ...}, "LookUp|Purpose is missing"),
        ({"@language": ...}, "@language is missing"),
        ({"Nummer": "1"}, "Nummer is not in the schema; known are: @language, @priority, Born, Detail, Name"),
        ({"@nummer": "1"}, "@nummer is not in the schema"),
        ({"Name": {"Family": "N"}}, "Name/Given is missing"),
        ({"Name": {"Family": "N", "Given": "V", "Nick": "x"}}, "Name/Nick is not in the schema"),
        ({"Name": "N"}, "Name is a structure and must be a mapping, not str"),
        ({"Number": 22199000000}, "Number must be text .*, not int"),
        ({"Number": {"a": "b"}}, "Number must be text .*, not dict"),
        ({"Number": ["1"]}, "Number is not repeated in the schema and must not be a list"),
        ({"Detail": "1"}, "Detail is repeated in the schema and must be a list"),
        ({"Detail": ["1", "2", "3", "4"]}, "Detail may have at most 3 items"),
        ({"Detail": ["1", 2]}, "Detail/1 must be text"),
        ({"Number": "\x00"}, "Number holds a control character"),
        ({"@language": "\ud800"}, "@language holds a control character or half a surrogate pair"),
        ({"@language": 3}, "@language must be text"),
        ({"Born": {}}, "Born one of Date, Year is missing"),
        ({"Born": {"Year": "1999", "Date": "19990517"}}, "Born/(Year|Date) cannot stand beside"),
        ({"Born": {"Month": "5"}}, "Born/Month is not in the schema; known are: Date, Year"),
    ],
)
def test_what_the_schema_has_no_place_for(change: dict[str, Any], told: str) -> None:
    arguments = {name: value for name, value in {**ASKED, **change}.items() if value is not ...}
    with pytest.raises(Flaw, match=told) as caught:
        ours(CITIZENS, "LookUp", arguments)
    assert "022199000000" not in str(caught.value) and "H49-260302" not in str(caught.value)


def test_mistakes_inside_choices_and_lists_have_their_place() -> None:
    base = {"applicant": {"name": "N", "code": "c"}, "closed": None, "fee": "1"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"scan": [{"label": "a"}, {"node": []}]}, "scan/1/label is missing"),
        ({"step": ["a", "b"], "when": ["1"]}, "when is missing"),
        ({"waived": "x"}, "cannot stand beside"),
        ({"note": {"#text": 5}}, "note must be text"),
        ({"applicant": {"name": "N", "code": "c", "@xsi:type": "Nobody"}}, "applicant/@xsi:type names a type"),
    ]
    for change, told in cases:
        with pytest.raises(Flaw, match=told):
            ours(FORMS, "File", {**base, **change})


def test_nesting_is_bounded() -> None:
    tree: dict[str, Any] = {"label": "x"}
    for _ in range(5000):
        tree = {"label": "x", "node": [tree]}
    base = {"applicant": {"name": "N", "code": "c"}, "closed": None, "fee": "1"}
    with pytest.raises(Flaw, match="nested deeper"):
        ours(FORMS, "File", {**base, "tree": tree})


def test_an_unknown_operation_names_the_known_ones() -> None:
    with pytest.raises(
        Flaw, match=r"no operation 'LookOut' in citizens\.wsdl; known are: LookUp, Notify, Ping, Submit"
    ):
        service(CITIZENS).operation("LookOut")
