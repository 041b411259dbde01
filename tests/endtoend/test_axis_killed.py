"""The bus is killed amid polls, three times: nothing is lost, nothing becomes two messages."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulators import linked_registration, national_portal
from simulators.server import Server, serve
from tests.support.private import free_port

from .axis import TARGET, Collector, become, collected, collecting, document
from .book import book
from .process import BusProcess
from .province import Configuration

CASES = 60
# procedures besides those that the portal has at first
FURTHER = 20
# cases; agencies, fields, services and procedures; a question
EVERYTHING = CASES + 9 + FURTHER + 1
KILLS = (5, 30, 55)
PATIENCE = 40
OPEN = "FROM delivery WHERE state <> 'delivered' AND operation NOT LIKE 'poll:%'"


def systems(linked: str, portal: str) -> dict[str, Any]:
    known = {"username": "h49", "password": "${env:LINKED_PASSWORD}", "login": {"path": "api/token"}}
    paths = {
        "list_path": "api/lienthongdvclt/hosolienthong",
        "taken_path": "api/lienthongdvclt/xacnhan",
        "state_path": "api/lienthongdvclt/trangthai",
    }
    session = {"type": "session", "username": "000.00.00.H49", "password": "${env:NATIONAL_PASSWORD}"}
    return {
        "linked": {
            "adapter": "linked_registration",
            "connect": {"base_url": linked, "auth": known},
            "settings": {**paths, "cases_at_once": 3},
            "polls": {"cases": {"every": "1s"}},
        },
        "national-portal": {
            "adapter": "national_portal",
            "connector": "vxp",
            "connect": {"base_url": portal, "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider", "auth": session},
            "settings": {"madonvi": "000.00.00.H49", "catalogues": {"details_at_once": 2}},
            "polls": {"catalogues": {"every": "1s"}, "questions": {"every": "1s"}},
        },
    }


ROUTES = [
    {"name": "found", "types": ["linked_case.received", "catalogue.changed", "question.*"], "to": [TARGET]},
    {"name": "back", "types": ["linked_case.collected"], "to": ["linked"]},
]


def configured(folder: Path, linked: Server, portal: Server, collector: Collector) -> Configuration:
    outside = {**systems(linked.url, portal.url), TARGET: collected(collector)}
    made = document(folder, outside, routes=ROUTES) | {"http": {"port": free_port()}}
    path = folder / "bus.yaml"
    path.write_text(json.dumps(made), encoding="utf-8")
    passwords = {"NATIONAL": portal.app.state.portal, "LINKED": linked.app.state.linked}
    return Configuration(path, {f"{name}_PASSWORD": held.settings.password for name, held in passwords.items()})


@pytest.mark.timeout(180)
async def test_killed_amid_polls(tmp_path: Path) -> None:
    held = linked_registration.create(linked_registration.LinkedRegistrationSettings(cases=CASES))
    async with await serve(held) as linked, await serve(national_portal.create()) as portal, collecting() as collector:
        procedures = portal.app.state.portal.held.procedures
        procedures += [{**procedures[0], "MATTHC": f"9.98{n:04d}"} for n in range(FURTHER)]
        with BusProcess(configured(tmp_path, linked, portal, collector), tmp_path / "bus.log") as bus:
            for kill in KILLS:
                await become(partial(_arrived, collector, kill), seconds=PATIENCE)
                bus.kill()
                bus.start()
            await become(lambda: len(collector.ids), EVERYTHING, PATIENCE)
            await become(lambda: len(held.state.linked.taken), CASES, PATIENCE)
            with book(f"sqlite:///{tmp_path}/ledger.db") as ledger:
                await become(lambda: ledger.count(f"SELECT count(*) {OPEN}"), 0, PATIENCE)
                messages = ledger.count("SELECT count(*) FROM message WHERE type <> 'lienthong.poll'")
            assert await bus.stop() == 0, bus.tail()
    assert messages == EVERYTHING + CASES, "one for each record, and one for each acknowledgement"
    said = {event["id"]: (event["type"], event["subject"]) for event in collector.events}
    assert max(Counter(said.values()).values()) == 1, "no record became two messages"
    assert bus.starts == len(KILLS) + 1


def _arrived(collector: Collector, count: int) -> bool:
    return len(collector.events) >= count
