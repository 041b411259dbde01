"""Invented dossiers of the simulated province, through both adapters, into the simulated national portal.

The simulators know the documents but not the adapters, so a mistake that both sides share is unlikely. No network here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from adapters.national_portal import NationalPortal, NationalPortalSettings
from adapters.provincial_portal import ProvincialPortal, ProvincialPortalSettings
from lienthong import Absent, Accept, Context, Delivered, Draft, Inbound, Message, Outcome, Reject, Reply, Request
from lienthong.verdicts import Each, Split
from schemas.base import ZONE
from simulators.national_portal.answers import render
from simulators.national_portal.audit import audit
from simulators.national_portal.services import handle
from simulators.national_portal.settings import Answers
from simulators.national_portal.settings import NationalPortalSettings as Simulated
from simulators.national_portal.store import State
from simulators.provincial_portal.filed import expected
from simulators.provincial_portal.generate import generate

NOW = datetime(2026, 11, 22, 9, tzinfo=ZONE)
CONTEXT = Context(NOW, system="national-portal")
PROVINCE = ProvincialPortal(ProvincialPortalSettings())
STYLES = [
    Answers(),
    Answers(error_code="number", message="facade", unicode="NFD"),
    Answers(error_code="00", records="data"),
    Answers(error_code="number", message="facade", records="data"),
]


class Portal:
    """The simulated portal without its network."""

    def __init__(self, style: Answers, **settings: Any) -> None:
        self.style = style
        self.state = State(Simulated(**settings))
        self.session = self.state.log_in()

    def answer(self, request: Request) -> Reply:
        """What it answers to a request with a session."""
        result = handle(self.state, {"session": self.session, **json.loads(json.dumps(request.json))})
        return Reply(200, {}, render(result, self.style))

    def told(self, conversation: Any) -> Any:
        """The verdict of a conversation with it."""
        try:
            request = next(conversation)
            while True:
                request = conversation.send(self.answer(request))
        except StopIteration as end:
            return end.value


def drafts(notices: list[dict[str, Any]]) -> Iterator[Draft]:
    for notice in notices:
        reception = PROVINCE.dossiers(
            Inbound("POST", "/in/provincial-portal/dossiers", {}, {}, json.dumps(notice).encode(), "portal"), CONTEXT
        )
        asked = next(reception)
        assert isinstance(asked, Accept), notice
        with pytest.raises(StopIteration) as end:
            reception.send(Outcome("accepted", ("id",)))
        assert json.loads(end.value.value.content)["MaLoi"] == "00"
        yield asked.messages[0]


def messages(notices: list[dict[str, Any]]) -> list[Message]:
    return [
        Message(
            id=f"0197f0c0-0000-7000-8000-{number:012d}",
            source="/h49/provincial-portal",
            type=draft.type,
            subject=draft.subject,
            key=draft.key or "",
            time=draft.time or NOW,
            received_at=NOW,
            schema=f"urn:lienthong:{draft.type}:1",
            data=draft.data.model_dump_json(exclude_none=True).encode(),
        )
        for number, draft in enumerate(drafts(notices))
    ]


@pytest.mark.parametrize("style", STYLES, ids=range(len(STYLES)))
def test_everything_arrives_as_it_was_filed(style: Answers) -> None:
    notices = [dict(notice) for case in generate(60, seed=7) for notice in case.notices]
    adapter = NationalPortal(NationalPortalSettings(madonvi="000.00.00.H49"))
    portal = Portal(style)
    for message in messages(notices):
        operation = adapter.operation_for(message.type)
        assert operation is not None
        verdict = portal.told(getattr(adapter, operation.call)([message], CONTEXT))
        assert isinstance(verdict, Each)
        assert isinstance(verdict.verdicts[0], Delivered), (verdict, message.data)
    records = [dossier.as_json(True) for dossier in portal.state.dossiers.values()]
    found = audit(records, expected(notices))
    assert found.ok, found.as_json()
    assert found.filed == len(notices)


def new_dossiers() -> list[Message]:
    return messages([dict(case.notices[0]) for case in generate(6, seed=3)])


@pytest.mark.parametrize("style", STYLES, ids=range(len(STYLES)))
def test_an_existing_one_in_a_batch(style: Answers) -> None:
    adapter = NationalPortal(NationalPortalSettings(madonvi="000.00.00.H49"))
    batch = new_dossiers()
    refusing, telling = Portal(style), Portal(style, batch="partial")
    for portal in (refusing, telling):
        portal.told(adapter.submit(batch[2:3], CONTEXT))
    assert isinstance(refusing.told(adapter.submit(batch, CONTEXT)), Split)
    verdict = telling.told(adapter.submit(batch, CONTEXT))
    assert [type(single) for single in verdict.verdicts] == [Delivered] * 6
    assert [len(dossier.versions) for dossier in telling.state.dossiers.values()] == [2, 1, 1, 1, 1, 1]


def test_steps_of_a_dossier_that_is_not_there() -> None:
    notices = [dict(notice) for notice in generate(1, seed=5)[0].notices if notice["LoaiBanTin"] == "TienDo"]
    verdict = Portal(STYLES[1]).told(
        NationalPortal(NationalPortalSettings(madonvi="H49")).steps(messages(notices)[:1], CONTEXT)
    )
    (single,) = verdict.verdicts
    assert isinstance(single, Reject)
    assert "chưa được đồng bộ" in single.reason


@pytest.mark.parametrize("style", STYLES, ids=range(len(STYLES)))
def test_lookups(style: Answers) -> None:
    settings = {"madonvi": "H49", "steps": {"on_unknown": "lookup", "lookup_service": "TraCuuTienDoHoSo"}}
    adapter = NationalPortal(NationalPortalSettings.model_validate(settings))
    portal = Portal(style, steps="queryable")
    notices = [dict(notice) for notice in generate(1, seed=5)[0].notices]
    filed, first, second = messages([n for n in notices if n["LoaiBanTin"] != "CapNhatHoSo"])[:3]
    assert isinstance(portal.told(adapter.find_dossier(filed, CONTEXT)), Absent)
    portal.told(adapter.submit([filed], CONTEXT))
    portal.told(adapter.steps([first], CONTEXT))
    assert isinstance(portal.told(adapter.find_dossier(filed, CONTEXT)), Delivered)
    assert isinstance(portal.told(adapter.find_step(first, CONTEXT)), Delivered)
    assert isinstance(portal.told(adapter.find_step(second, CONTEXT)), Absent)
