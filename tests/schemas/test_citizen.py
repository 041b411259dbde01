"""The citizen, the questions about one, and their JSON Schemas."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.citizen import Citizen, CitizenLookup, Unread
from schemas.flaws import Flaw, flaws
from schemas.masking import mask, personal_pointers
from schemas.queries import QUERIES, query_schemas, validate_question

NUMBER, OLD = "022199000123", "000000123"
QUESTION = {"personal_number": NUMBER, "name": "Hoàng Thị Ví Dụ", "birth_date": "1999-05-17"}
PLACE = {"province": "22", "district": "193", "commune": "06652", "detail": "Tổ 3", "country": "VN"}
PERSON = {
    "name": "Hoàng Văn Ví Dụ",
    "name_parts": {"family": "Hoàng", "middle": "Văn Ví", "given": "Dụ"},
    "nationality": "VN",
    "personal_number": "022070000001",
    "old_id_number": "000000001",
}
WHOLE: dict[str, Any] = {
    **QUESTION,
    "old_id_number": OLD,
    "birth_year": 1999,
    "name_parts": {"family": "Hoàng", "middle": "Thị Ví", "given": "Dụ"},
    "sex": "female",
    "ethnic_group": "san_diu",
    "religion": "00",
    "marital_status": "married",
    "blood_group": "ab",
    "nationality": "VN",
    "birth_registration": PLACE,
    "home_town": PLACE,
    "permanent": PLACE,
    "present": PLACE,
    "father": PERSON,
    "mother": PERSON,
    "spouse": PERSON,
    "representative": PERSON,
    "household_head": {**PERSON, "relation": "head"},
    "household_book": "000000001",
    "account_kind": "1",
    "tax_code": NUMBER,
    "email": "vidu@example.vn",
    "unread": [{"pointer": "/religion", "code_list": "religions", "code": "03"}],
    "as_of": "2026-03-02T08:30:00+07:00",
}
IDENTIFIES = ("personal_number", "old_id_number")


def asked(query: str = "citizen.lookup", /, **changes: Any) -> list[Flaw]:
    data = {key: value for key, value in {**QUESTION, **changes}.items() if value is not None}
    return validate_question(query, json.dumps(data).encode())


def codes(found: list[Flaw]) -> set[tuple[str, str]]:
    return {(flaw.code, flaw.pointer) for flaw in found}


def test_the_example_has_every_field() -> None:
    citizen = Citizen.model_validate_json(json.dumps(WHOLE))
    assert set(WHOLE) == set(Citizen.model_fields)
    assert citizen.birth_date == date(1999, 5, 17)
    assert citizen.unread == (Unread(pointer="/religion", code_list="religions", code="03"),)
    assert json.loads(citizen.model_dump_json()) == WHOLE


@given(st.sets(st.sampled_from(sorted(set(WHOLE) - set(IDENTIFIES)))), st.sampled_from(IDENTIFIES))
def test_any_subset_is_a_citizen_as_long_as_it_says_who(names: set[str], number: str) -> None:
    data = {name: WHOLE[name] for name in names | {number}}
    citizen = Citizen.model_validate_json(json.dumps(data))
    assert json.loads(citizen.model_dump_json(exclude_unset=True)) == data


def test_a_record_about_nobody_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        Citizen.model_validate({"name": "Hoàng Thị Ví Dụ"})
    assert flaws(caught.value) == [Flaw("no-identity", "", "names nobody; add personal_number or old_id_number")]


def test_a_year_that_is_not_that_of_the_date() -> None:
    assert codes(asked(birth_year=1998)) == {("birth-year", "")}
    assert asked(birth_year=1999) == []
    assert CitizenLookup.model_validate(QUESTION).born_in == 1999
    assert CitizenLookup.model_validate(QUESTION | {"birth_date": None, "birth_year": 1950}).born_in == 1950


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": None}, {("missing", "/name")}),
        ({"birth_date": None}, {("no-birth", "")}),
        ({"birth_date": None, "birth_year": 1999}, set()),
        ({"personal_number": None}, {("no-identity", "")}),
        ({"personal_number": None, "old_id_number": OLD}, set()),
        ({"personal_number": "02219900012"}, {("personal-number", "/personal_number")}),
        ({"personal_number": "003199000123"}, {("personal-number", "/personal_number")}),
        ({"old_id_number": "12345678"}, {("old-id-card", "/old_id_number")}),
        ({"birth_date": "17/05/1999"}, {("date-format", "/birth_date")}),
        ({"birth_date": "19990517"}, {("date-format", "/birth_date")}),
        ({"birth_date": 10_728}, {("date-format", "/birth_date")}),
        ({"birth_date": "1999-05-17T00:00:00"}, {("date-format", "/birth_date")}),
        ({"birth_date": "1999-02-29"}, {("date", "/birth_date")}),
        ({"birth_date": "1899-12-31"}, {("date-range", "/birth_date")}),
        ({"birth_year": "1999"}, {("wrong-type", "/birth_year")}),
        ({"birth_year": 1899}, {("out-of-range", "/birth_year")}),
        ({"purpose": "x"}, {("unknown-field", "/purpose")}),
    ],
)
@pytest.mark.parametrize("name", ["citizen.lookup", "citizen.verify"])
def test_questions(name: str, changes: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert codes(asked(name, **changes)) == found


def test_the_queries_and_their_results() -> None:
    citizens = [query for query in QUERIES.values() if query.name.startswith("citizen.")]
    assert {query.name: query.results for query in citizens} == {
        "citizen.lookup": ("found", "not-found"),
        "citizen.verify": ("matches", "differs", "not-found"),
    }
    assert QUERIES["citizen.lookup"].answers is Citizen
    assert QUERIES["citizen.verify"].answers is None
    (flaw,) = validate_question("pigeon.find", b"{}")
    assert (flaw.code, flaw.pointer) == ("unknown-query", "")


def test_reasons_show_no_value() -> None:
    secret = "Nguyễn Văn Ví Dụ 022999999999"
    found = asked(personal_number=secret, old_id_number=secret, birth_date=secret, birth_year=secret, name=secret * 30)
    assert len(found) == 5
    assert not [flaw for flaw in found if "Nguyễn" in flaw.reason or "022999" in flaw.reason]


def test_everything_is_personal_but_the_moment_and_where_a_code_was_unknown() -> None:
    open_fields = {"unread", "as_of"}
    pointers = set(personal_pointers(Citizen))
    assert {f"/{name}" for name in Citizen.model_fields if name not in open_fields} < pointers
    assert "/unread/*/code" in pointers
    shown = json.dumps(mask(Citizen, WHOLE), ensure_ascii=False)
    for needle in (NUMBER, OLD, "Hoàng", "Tổ 3", "06652", "san_diu", "vidu@", "1999"):
        assert needle not in shown


def test_json_schemas() -> None:
    (question, answer), (verify,) = (query_schemas(name).items() for name in ("citizen.lookup", "citizen.verify"))
    assert question[0] == question[1]["$id"] == "urn:lienthong:citizen.lookup.question:1"
    assert answer[0] == "urn:lienthong:citizen.lookup.answer:1"
    assert verify[0] == "urn:lienthong:citizen.verify.question:1"
    assert question[1]["required"] == ["name"]
    assert question[1]["properties"]["birth_date"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert all(field.get("x-personal") for field in question[1]["properties"].values())
    (groups, _) = answer[1]["properties"]["ethnic_group"]["anyOf"]
    assert groups["enum"][:4] == ["kinh", "tay", "thai", "muong"]
    assert len(groups["enum"]) == 55
