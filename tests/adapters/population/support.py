"""Questions, answers and golden messages of the population database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lxml import etree

from adapters.population import Population, PopulationSettings
from connectors.soap.codec import received, value_of
from connectors.soap.faults import read_fault
from connectors.soap.service import Service, open_service
from lienthong import Context, Question, Reply
from tests.adapters.conversation import NOW, Talk, talk

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "data" / "population" / "golden"
WSDL = ROOT / "adapters" / "population" / "wsdl" / "population.wsdl"
FRESH = Context(NOW, system="population")
ID = "019e0000-0000-7000-8000-000000000117"
PERSON = {"personal_number": "022199000123", "name": "Nguyễn Thị Ví Dụ", "birth_date": "1999-05-17"}
SETTINGS: dict[str, Any] = {"unit": "H49.21", "officers": {"thu@h49.example.vn": {"code": "canbo.thu1"}}}


def adapter(**changes: Any) -> Population:
    """An adapter with the settings of the golden messages."""
    return Population(PopulationSettings.model_validate(SETTINGS | changes))


def asked(
    data: Any = None,
    name: str = "citizen.lookup",
    purpose: str | None = "1.000894",
    officer: str | None = "thu@h49.example.vn",
) -> Question:
    """The question of the golden messages; `data` replaces the person."""
    return Question(ID, name, json.dumps(data or PERSON).encode(), purpose=purpose, officer=officer)


def golden(name: str) -> bytes:
    """The bytes of a golden message."""
    return (GOLDEN / name).read_bytes()


def service(port: str | None = None) -> Service:
    """The pinned WSDL."""
    return open_service(WSDL, port=port)


def soap(content: bytes, operation: str = "TraCuuThongTinCongDan", status: int = 200) -> Reply:
    """An answer as the connector `soap` hands it on."""
    found = received(content, "text/xml;charset=utf-8")
    if found.envelope.is_fault():
        return Reply(status, {}, content, fault=read_fault(found.envelope))
    known = service()
    message = known.operations[operation].response
    assert message is not None
    value, _ = value_of(known, message, found)
    return Reply(status, {}, content, value=value)


def elements(root: etree._Element) -> list[tuple[str, str]]:
    """All elements below the body in order, with their own text, whatever their prefixes."""
    body = root.find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
    assert body is not None
    return [(str(each.tag), (each.text or "").strip()) for each in body.iterdescendants("*")]


def looked_up(answer: Reply, **changes: Any) -> Any:
    """The verdict of a look-up that is answered so."""
    return talk(adapter(**changes).look_up(asked(), FRESH), answer).verdict


def verified(answer: Reply, **changes: Any) -> Any:
    """The verdict of a verification that is answered so."""
    return talk(adapter(**changes).verify(asked(name="citizen.verify"), FRESH), answer).verdict


def polled(cursor: Any, *answers: Reply, context: Context = FRESH, **changes: Any) -> Talk:
    """A poll that is answered so."""
    return talk(adapter(**changes).changes(cursor, context), *answers)
