"""What is asked: look-ups of invented citizens, through the bus and of the population database itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tests.simulators.population_support import LOOKUP, credentials, envelope, fields

QUERY = "citizen.lookup"
PURPOSE, OFFICER, UNIT = "1.000894", "canbo.vidu", "H49.21"
USERNAME, SECRET, REGISTERED = "h49.vidu", "khoa-vi-du", "/dancu/TraCuuThongTinCongDan"
ADDRESS = "dancuquocgia"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of whom the simulator has a record."""

    number: str
    name: str
    year: int


def people(page: Mapping[str, Any]) -> list[Person]:
    """Those of the simulator's page `/_control/people` whom a look-up finds."""
    known = [one for one in page["people"] if one["fate"] == "known"]
    return [Person(one["SoDinhDanh"], one["HoVaTen"], int(one["Nam"])) for one in known]


def for_bus(person: Person, number: int) -> bytes:
    """The body of `POST /v1/queries/citizen.lookup`."""
    data = {"personal_number": person.number, "name": person.name, "birth_year": person.year}
    return orjson.dumps({"data": data, "purpose": PURPOSE, "officer": OFFICER, "case": f"H49-bench-{number}"})


def for_database(person: Person, number: int) -> bytes:
    """The envelope of the same question. `number` makes its id, which is another one for every question."""
    who = {"SoDinhDanh": person.number, "HoVaTen": person.name.upper(), "NgayThangNamSinh": {"Nam": str(person.year)}}
    asker = {"MaYeuCau": f"bench-{number}", "MaDVC": PURPOSE, "MaCanBo": OFFICER, "MaDonVi": UNIT}
    return envelope(LOOKUP, fields(**asker, **who))


def database_headers(now: float) -> dict[str, str]:
    """With the password of one call at `now`, in seconds since 1970."""
    return {"content-type": "text/xml; charset=utf-8", "soapaction": '""', **credentials(now, SECRET)}


def found_by_bus(body: bytes, person: Person) -> bool:
    """Whether the bus's answer is the citizen who was asked for."""
    answer = orjson.loads(body)
    return bool(answer["result"] == "found" and answer["data"]["personal_number"] == person.number)


def found_in_database(body: bytes, person: Person) -> bool:
    """Whether the database's answer is the citizen who was asked for."""
    return f"SoDinhDanh>{person.number}<".encode() in body
