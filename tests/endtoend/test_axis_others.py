"""Linked registrations, a ministry's connector of 2026, the document store, shared categories: through a whole bus."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from simulators import document_store, igate, lgsp, linked_registration
from simulators.lgsp.settings import AccessToken
from simulators.server import Server, serve

from .axis import EVERY, TARGET, Axis, Collector, collected, collecting, put, running

PASSWORD = "mat-khau-vi-du"
LINKED = {
    "list_path": "api/lienthongdvclt/hosolienthong",
    "taken_path": "api/lienthongdvclt/xacnhan",
    "state_path": "api/lienthongdvclt/trangthai",
    "cases_at_once": 2,
}
CREATION = {"create": "connector/connector/v1/hoso/taomoi", "next_code": "connector/connector/v1/getnextvalue"}


@dataclass(frozen=True, slots=True)
class World:
    """One simulated system and the target; buses come and go."""

    outside: Server
    collector: Collector
    folder: Path
    system: dict[str, Any]
    sections: dict[str, Any]

    @asynccontextmanager
    async def bus(self) -> AsyncIterator[Axis]:
        systems = {"outside": self.system, TARGET: collected(self.collector)}
        async with running(self.folder, systems, **self.sections) as axis:
            yield axis

    @property
    def log(self) -> list[tuple[str, str]]:
        """What took effect at a plain simulator: service and key."""
        return [(effect["service"], effect["key"]) for effect in self.held.state.log]

    @property
    def held(self) -> Any:
        app = self.outside.app.state
        return getattr(app, "linked", None) or app.connector


@asynccontextmanager
async def world(folder: Path, app: Starlette, system: dict[str, Any], **sections: Any) -> AsyncIterator[World]:
    async with await serve(app) as outside, collecting() as collector:
        connect = {"base_url": outside.url, **system.pop("connect", {})}
        yield World(outside, collector, folder, {**system, "connect": connect}, sections)


def linked() -> dict[str, Any]:
    auth = {"username": "h49", "password": PASSWORD, "login": {"path": "api/token"}}
    polls = {"cases": EVERY}
    return {"adapter": "linked_registration", "connect": {"auth": auth}, "settings": LINKED, "polls": polls}


LINKED_ROUTES = [
    {"name": "cases", "types": ["linked_case.received"], "to": [TARGET]},
    {"name": "back", "types": ["linked_case.collected", "linked_case.progressed"], "to": ["outside"]},
]


async def test_linked_cases_are_fetched_once_and_acknowledged(tmp_path: Path) -> None:
    app = linked_registration.create(linked_registration.LinkedRegistrationSettings(cases=5))
    async with world(tmp_path, app, linked(), routes=LINKED_ROUTES) as here:
        here.held.cases["4"]["data"] = "không phải JSON"
        codes = [f"G99.99-261122-{n:04d}" for n in (1, 2, 3, 5)]
        await put(here.outside, "faults", {"drop_after_effect": {"match": "taken", "times": 1}})
        async with here.bus() as axis:
            await axis.polled()
            assert sorted(event["subject"] for event in here.collector.events) == codes
            assert sorted(here.held.taken) == codes
            assert [(one["code"], one["pointer"]) for one in await axis.dead()] == [("not-json", "/data")]
        async with here.bus() as axis:
            here.held.cases["6"] = {**here.held.cases["5"], "id": 6, "maHoSo": "G99.99-261122-0006"}
            await axis.round()
            assert [event["subject"] for event in here.collector.events[4:]] == ["G99.99-261122-0006"]
            assert len(here.held.taken) == 5 and len(await axis.dead()) == 1
            state = {
                "procedure_code": "9.990001",
                "linked_code": codes[0],
                "dossier_code": "000.00.15.H49-261122-0007",
                "unit": "UBND phường Ví Dụ",
                "state": "forwarded_to_justice",
                "at": "2026-11-22T14:05:09+07:00",
            }
            assert (await axis.told("linked_case.progressed", codes[0], state))["state"] == "delivered"
        assert [one["trangThai"] for one in here.held.states[codes[0]]] == ["7"]
        assert not here.collector.twice


async def test_a_state_whose_outcome_is_unknown_waits_for_an_operator(tmp_path: Path) -> None:
    app = linked_registration.create(linked_registration.LinkedRegistrationSettings(cases=0))
    async with world(tmp_path, app, linked(), routes=LINKED_ROUTES) as here, here.bus() as axis:
        await put(here.outside, "faults", {"drop_after_effect": {"match": "state", "times": 1}})
        state = {"procedure_code": "9.990001", "linked_code": "L-1", "dossier_code": "000.00.15.H49-261122-0007"}
        state |= {"unit": "UBND", "state": "received", "at": "2026-11-22T14:05:09+07:00"}
        assert (await axis.told("linked_case.progressed", "L-1", state))["state"] == "held"
        assert len(here.held.states["L-1"]) == 1


def ministry(**settings: Any) -> dict[str, Any]:
    auth = {"username": "h49", "password": PASSWORD}
    return {
        "adapter": "igate",
        "connect": {"auth": auth},
        "settings": {"paths": CREATION, **settings},
        "polls": {"new_dossiers": EVERY},
    }


async def test_dossiers_from_and_to_a_ministrys_connector(tmp_path: Path) -> None:
    routes = [
        {"name": "in", "types": ["filing.received", "file.stored"], "to": [TARGET]},
        {
            "name": "out",
            "types": [
                "filing.collected",
                "filing.progressed",
                "file.provided",
                "dossier.forwarded",
                "dossier.progressed",
            ],
            "to": ["outside"],
        },
    ]
    queries = {"dossier.next_code": {"system": "outside", "require": ["officer"]}}
    app = igate.create(igate.IgateSettings(dossiers=3))
    async with world(tmp_path, app, ministry(), routes=routes, queries=queries) as here:
        async with here.bus() as axis:
            await axis.polled()
            new = [f"G09.20-20260609-{n:07d}" for n in (1, 2, 3)]
            assert sorted(event["subject"] for event in here.collector.of("filing.received")) == new
            assert sorted(key for service, key in here.log if service == "acknowledge") == new
            assert sorted(here.held.taken) == new
            result, answer = await axis.answer("dossier.next_code", {"counter": "HS"}, purpose=None)
            assert result == "found"
            await created(axis, here, answer["code"])
            step = {"dossier_code": new[0], "state": "processing", "content": "Đang xử lý"}
            step |= {"at": "2026-06-09T09:00:00+07:00", "officer": "Cán bộ Ví Dụ"}
            assert (await axis.told("dossier.progressed", new[0], step))["state"] == "delivered"
            state = {"dossier_code": new[0], "reference": "moi-1", "state": "returned"}
            state |= {"at": "2026-06-09T10:00:00+07:00"}
            assert (await axis.told("filing.progressed", new[0], state))["state"] == "delivered"
        here.held.new.append({**here.held.new[0], "MaHoSo": "G09.20-20260609-0000004"})
        async with here.bus() as axis:
            await axis.round()
        assert [service for service, _ in here.log[3:]] == ["upload", "create", "progress", "status", "acknowledge"]
        assert len(here.collector.of("filing.received")) == 4 and not here.collector.twice


async def created(axis: Axis, here: World, code: str) -> None:
    """A file is uploaded, what became of it comes to the target, and a dossier with that file is created."""
    file = {"dossier_code": code, "name": "đơn.pdf", "content": "dGVw", "media": "application/pdf"}
    uploaded = await axis.told("file.provided", code, file)
    assert (uploaded["state"], uploaded["reference"]) == ("delivered", "tep-1")
    await axis.quiet()
    (stored,) = here.collector.data("file.stored")
    assert (stored["system"], here.held.files["tep-1"]["name"]) == ("outside", "đơn.pdf")
    paper = {"id": stored["id"], "hash": stored["hash"], "name": "đơn.pdf"}
    dossier = {
        "code": code,
        "procedure_code": "9.990007",
        "service_code": "9.990007.01",
        "owner_name": "Nguyễn Văn Ví Dụ",
        "owner_kind": "citizen",
        "receiving_unit": "G09.20",
        "filed_at": "2026-06-08T14:07:53+07:00",
        "components": [{"code": "TP01", "name": "Đơn", "quantity": 1, "form": "electronic", "files": [paper]}],
        "submitter": {"kind": "citizen", "name": "Nguyễn Văn Ví Dụ", "number": "022000000000"},
    }
    told = await axis.told("dossier.forwarded", code, dossier)
    assert (told["state"], told["reference"]) == ("delivered", "id-1"), told
    assert here.held.created[code]["ThanhPhanHoSo"][0]["GiayToDinhKem"][0]["IdGiayTo"] == "tep-1"


async def test_a_wrong_password_of_the_ministry_pauses_it_and_loses_nothing(tmp_path: Path) -> None:
    routes = [
        {"name": "in", "types": ["filing.received"], "to": [TARGET]},
        {"name": "out", "types": ["filing.collected"], "to": ["outside"]},
    ]
    app = igate.create(igate.IgateSettings(client_secret="mot-mat-khau-khac"))
    async with world(tmp_path, app, ministry(), routes=routes) as here:
        async with here.bus() as axis:
            await axis.paused("outside")
        here.held.settings = igate.IgateSettings()
        async with here.bus() as axis:
            assert here.collector.events == []
            async with axis.http.post("/v1/systems/outside/resume") as answer:
                assert (await answer.json())["resumed"] is True
            await axis.polled()
        assert len(here.collector.events) == 2 and len(here.held.taken) == 2


async def test_the_document_store_is_asked(tmp_path: Path) -> None:
    auth = {"username": "h49", "password": PASSWORD, "login": {"token": "/token"}}
    auth |= {"place": "header:Authorization", "prefix": "Bearer "}
    settings = {"search_path": "kho/tim-kiem", "file_path": "kho/tai-tep"}
    system = {"adapter": "document_store", "connect": {"auth": auth}, "settings": settings}
    queries = {"documents.search": {"system": "outside"}, "documents.fetch": {"system": "outside"}}
    asked: dict[str, Any] = {
        "owner_number": "022000000000",
        "asker": "officer",
        "asker_name": "Cán bộ Ví Dụ",
        "asker_number": "022000000001",
        "procedure_code": "9.999999",
        "wanted": [{"result_code": "KQ.VD.000001"}],
    }
    async with world(tmp_path, document_store.create(), system, queries=queries) as here, here.bus() as axis:
        result, found = await axis.answer("documents.search", asked)
        (paper,) = found["papers"]
        assert (result, paper["number"]) == ("found", "01/GP-VD")
        place = {"issuer": paper["issuer"], "place": paper["files"][0]["place"]}
        assert (await axis.answer("documents.fetch", place))[0] == "found"
        assert await axis.answer("documents.search", {**asked, "owner_number": "022000000009"}) == ("not-found", None)
        assert await axis.answer("documents.fetch", {**place, "place": "/nowhere"}) == ("not-found", None)
        status, problem = await axis.ask("documents.search", asked, officer=None)
        assert (status, problem["errors"][0]["pointer"]) == (422, "/officer")
        kept = "\n".join(row["detail"] or "" for row in await axis.rows("SELECT detail FROM evidence"))
        assert '"result":"found"' in kept
        assert not any(one in kept for one in ("022000000000", "Ví Dụ", "vi-du.pdf"))


async def test_categories_behind_a_platform(tmp_path: Path) -> None:
    """Both a token of the gateway and the platform's own header; tokens are revoked in between."""
    app = lgsp.create(lgsp.LgspSettings(access=AccessToken()))
    oauth = {"type": "oauth2", "client_id": "khoa-ung-dung-vi-du", "client_secret": "mat-khau-ung-dung-vi-du"}
    access = {"type": "lgsp_access_token", "access_key": "khoa-truy-cap-vi-du", "secret_key": "khoa-bi-mat-vi-du"}
    settings = {"categories": {"manhommau": {"code": "Ma", "label": "Ten"}, "qlvanbandieuhanhcap1": {}}}
    system = {
        "adapter": "categories",
        "connect": {"auth": oauth, "gateway": [{**access, "app_name": "lienthong-vidu"}]},
        "settings": settings,
        "polls": {"categories": EVERY},
    }
    routes = [{"name": "codes", "types": ["catalogue.changed"], "to": [TARGET]}]
    async with world(tmp_path, app, system, routes=routes) as here:
        held = here.outside.app.state.lgsp
        async with here.bus() as axis:
            await axis.polled()
            first = {event["subject"] for event in here.collector.events}
            assert {"qlvanbandieuhanhcap1/H49", "qlvanbandieuhanhcap1/G99"} < first
            held.revoke()
            held.categories["qlvanbandieuhanhcap1"].records[0]["TenDonVi"] = "UBND tỉnh Ví Dụ Mới"
            await axis.round()
            assert await axis.dead() == []
        (told,) = here.collector.data("catalogue.changed")[len(first) :]
        assert (told["change"], told["code"], told["entry"]["name"]) == ("changed", "H49", "UBND tỉnh Ví Dụ Mới")
        assert len(held.tokens) == 2
