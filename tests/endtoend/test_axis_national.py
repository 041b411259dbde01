"""The rest of the national portal through a whole bus: catalogues, questions, filings, look-ups."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from simulators.national_portal import NationalPortalSettings, State, create
from simulators.national_portal.samples import promotion, tax_notice, tax_receipt
from simulators.server import Server, serve

from .axis import EVERY, KEY, TARGET, Axis, Collector, collected, collecting, put, running

NATIONAL = "national-portal"
QUERIES = {
    name: {"system": NATIONAL}
    for name in ("person.technical_id", "dossier.state", "procedure.details", "question.answers")
}
ROUTES = [
    {"name": "found", "types": ["catalogue.*", "question.received", "question.updated"], "to": [TARGET]},
    {"name": "filed", "types": ["promotion.*", "tax_notice.*", "tax_receipt.*", "filing.received"], "to": [TARGET]},
    {"name": "told", "types": ["question.answered", "question.published", "filing.progressed"], "to": [NATIONAL]},
]
FORWARDED = {"nhanhsdvcqg": {"key": "/MaGiaoDich", "dossier_code": "/HoSo/MaHoSo", "procedure_code": "/HoSo/MaTTHC"}}


@dataclass(frozen=True, slots=True)
class World:
    """The portal and the target; buses come and go."""

    portal: Server
    collector: Collector
    folder: Path
    ledger: str | None = None
    polls: Mapping[str, Any] = field(default_factory=dict)

    @property
    def held(self) -> State:
        state: State = self.portal.app.state.portal
        return state

    @asynccontextmanager
    async def bus(self, http: Mapping[str, Any] | None = None, **settings: Any) -> AsyncIterator[Axis]:
        connect = {
            "base_url": self.portal.url,
            "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
            "auth": {"type": "session", "username": "000.00.00.H49", "password": self.held.settings.password},
        }
        portal = {
            "adapter": "national_portal",
            "connector": "vxp",
            "connect": connect,
            "settings": {"madonvi": "000.00.00.H49", **settings},
            "polls": dict(self.polls),
        }
        systems = {NATIONAL: portal, TARGET: collected(self.collector)}
        more = {"routes": ROUTES, "queries": QUERIES, "http": http or {"port": 0}}
        async with running(self.folder, systems, ledger=self.ledger, **more) as axis:
            yield axis

    async def change(self, **parts: Any) -> None:
        """Replace parts of what the portal holds."""
        await put(self.portal, "holdings", parts)

    def asked(self, service: str) -> int:
        """How often a service was called."""
        return self.held.calls[service]


@asynccontextmanager
async def world(folder: Path, ledger: str | None = None, *polls: str) -> AsyncIterator[World]:
    every = dict.fromkeys(polls, EVERY)
    async with await serve(create(NationalPortalSettings())) as portal, collecting() as collector:
        yield World(portal, collector, folder, ledger, every)


def changes(events: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((event["catalogue"], event["change"], event["code"]) for event in events)


FIRST = [
    ("agencies", "added", "000.00.00.G99"),
    ("agencies", "added", "000.00.00.H49"),
    ("agencies", "added", "000.00.15.H49"),
    ("fields", "added", "G99-XX01"),
    ("fields", "added", "H49-XX02"),
    ("procedures", "added", "9.991001"),
    ("procedures", "added", "9.991003"),
    ("procedures", "added", "9.999999"),
    ("services", "added", "9.999999.01"),
]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_catalogues_are_kept_up_over_a_restart(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    ledger = None if kind == "sqlite" else request.getfixturevalue("database")
    async with world(tmp_path, ledger, "catalogues") as here:
        told = here.collector
        settings: dict[str, Any] = {
            "catalogues": {"least_share": 0.3, "details_at_once": 2},
            "procedures": {"H49-TT-07": "9.999999"},
        }
        async with here.bus(**settings) as axis:
            await axis.polled()
            assert changes(told.data("catalogue.changed")) == FIRST
            (example,) = [one for one in told.data("catalogue.changed") if one["code"] == "9.999999"]
            assert example["local_codes"] == ["H49-TT-07"] and example["system"] == NATIONAL
            assert example["procedure"]["name"] == "Thủ tục ví dụ"
            await axis.round()
            assert len(told.events) == 9, "nothing twice"
        await changed(here)
        told.events.clear()
        async with here.bus(**settings) as axis:
            await axis.round()
            assert changes(told.data("catalogue.changed")) == [
                ("agencies", "withdrawn", "000.00.15.H49"),
                ("fields", "changed", "H49-XX02"),
                ("procedures", "added", "9.991009"),
                ("procedures", "withdrawn", "9.991001"),
            ]
            assert [one["key"].partition("/")[0] for one in await axis.dead()] == ["fields"]
            assert (await axis.dead())[0]["pointer"] == "/name", "the record without a name"
            await here.change(procedures=here.held.held.procedures[1:])
            await axis.round()
            assert ("procedures", "withdrawn", "9.999999") in changes(told.data("catalogue.changed"))
            assert len(await axis.dead()) == 1, "the same bad record is one dead letter"
        assert not told.twice


async def changed(here: World) -> None:
    """One agency leaves, one field is renamed and one has no name, one procedure comes and one goes."""
    lists = copy.deepcopy(here.held.held.lists)
    del lists["LayDanhMucCoQuan"][1]
    lists["LayDanhMucLinhVuc"][1]["TENLINHVUC"] = "Lĩnh vực mới của tỉnh"
    lists["LayDanhMucLinhVuc"].append({"MALINHVUC": "H49-XX03", "TENLINHVUC": "", "MANGANH": "000.00.00.H49"})
    kept, _, third = copy.deepcopy(here.held.held.procedures)
    await here.change(lists=lists, procedures=[kept, third, {**third, "MATTHC": "9.991009"}])


QUESTION = {"HOIDAPID": "HD-0002", "NOIDUNG": "Bao lâu thì có kết quả?", "MADONVI": "000.00.00.H49"}
ANSWER = {
    "question_id": "HD-0001",
    "unit_code": "000.00.00.H49",
    "answered_by": "Trần Thị Ví Dụ",
    "answered_at": "2026-11-22T09:00:00+07:00",
    "content": "Cần một đơn đề nghị.",
}


async def test_a_question_comes_in_and_its_answer_goes_back(tmp_path: Path) -> None:
    async with world(tmp_path, None, "questions") as here:
        told = here.collector
        async with here.bus(questions={"own_body": True}) as axis:
            await axis.polled()
            (asked,) = told.of("question.received")
            assert asked["subject"] == "HD-0001" and asked["data"]["asker_name"] == "Nguyễn Văn Ví Dụ"
            await here.change(questions={**here.held.held.questions, "HD-0002": QUESTION, "HD-0003": {"HOIDAPID": ""}})
            assert (await axis.told("question.answered", "HD-0001", ANSWER))["state"] == "delivered"
            own = {"id": "H49-1", "field_code": "H49-XX02", "content": "Hỏi", "unit_code": "H49", "unit_name": "Tỉnh"}
            assert (await axis.told("question.published", "H49-1", own))["state"] == "delivered"
        async with here.bus(questions={"own_body": True}) as axis:
            await axis.round()
            received = sorted((event["subject"], event["data"]["origin"]) for event in told.of("question.received"))
            assert received == [("H49-1", "own_body"), ("HD-0001", "national_portal"), ("HD-0002", "national_portal")]
            assert [one["pointer"] for one in await axis.dead()] == ["/id"]
            result, found = await axis.answer("question.answers", {"question_id": "HD-0001"})
            assert (result, found["answers"]) == ("found", [{"id": "TL-0001", "content": ANSWER["content"]}])
            refused = await axis.told("question.answered", "HD-0009", {**ANSWER, "question_id": "HD-0009"})
            assert (refused["state"], refused["code"]) == ("rejected", "refused-by-portal")
            await axis.round()
        assert len(told.of("question.received")) == 3 and told.of("question.updated") == []
        assert [effect.service for effect in here.held.log] == ["DongBoKetQuaHoiDapGuiTuDVCQG", "DongBoHoiDap"]


async def test_an_answer_whose_outcome_is_unknown_is_looked_up_and_not_said_twice(tmp_path: Path) -> None:
    async with world(tmp_path) as here, here.bus() as axis:
        await put(here.portal, "faults", {"drop_after_effect": {"match": "DongBoKetQua.*", "times": 1}})
        delivery = await axis.told("question.answered", "HD-0001", ANSWER)
        assert delivery["state"] == "delivered", delivery
        assert len(here.held.held.answers["HD-0001"]) == 1


async def test_what_the_portal_can_be_asked(tmp_path: Path) -> None:
    async with world(tmp_path) as here, here.bus(procedures={"H49-TT-07": "9.999999"}) as axis:
        result, found = await axis.answer("person.technical_id", {"number": "022000000000"})
        assert (result, found) == ("found", {"technical_id": "00000000-0000-4000-8000-00000000vidu"})
        assert await axis.answer("person.technical_id", {"number": "022000000001"}) == ("not-found", None)
        result, found = await axis.answer("procedure.details", {"code": "H49-TT-07"})
        assert result == "found" and found["ways"][0]["terms"][0]["charges"][0]["amount"] == 45000
        assert await axis.answer("procedure.details", {"code": "9.000000"}) == ("not-found", None)
        code = "000.00.00.H49-261122-0009"
        assert await axis.answer("dossier.state", {"dossier_code": code}) == ("not-found", None)
        status, problem = await axis.ask("person.technical_id", {"number": ""})
        assert (status, problem["errors"][0]["pointer"]) == (422, "/data/number")
        await put(here.portal, "faults", {"http_500": 1})
        status, problem = await axis.ask("dossier.state", {"dossier_code": code})
        assert status == 503 and problem["type"].endswith(":partner-down")


TAKEN = {"error_code": 0, "message": "Tiếp nhận thành công"}
KNOWN = {"error_code": 1, "message": "Hồ sơ đã tồn tại"}
WRONG: list[tuple[str, Any, str]] = [
    ("addtthcKhuyenMai", {**promotion(4), "MaHoSo": ""}, "MaHoSo"),
    ("addtthcKhuyenMai", b"<html>", "JSON"),
    ("addtthcKhuyenMai", {**promotion(4), "NgayNopHoSo": "hôm qua"}, "NgayNopHoSo"),
    ("ThongBaoThue", {**tax_notice(4), "SecurityKey": "khac"}, "/SecurityKey"),
    ("ThongBaoThue", {**tax_notice(4), "Data": {"FileThongBaoThue": "PERBVEE+"}}, "XML"),
    ("ChungTuThue", {**tax_receipt(4), "Data": {}}, "MaHoSo"),
    ("nhanhsdvcqg", {}, "settings.forwarded.nhanhsdvcqg"),
]


async def test_notices_are_taken_once(tmp_path: Path) -> None:
    notices = {"addtthcKhuyenMai": promotion(1), "ThongBaoThue": tax_notice(2), "ChungTuThue": tax_receipt(3)}
    async with world(tmp_path) as here, here.bus(land_tax={"security_key": "khoa-vi-du"}) as axis:
        for service, body in notices.items():
            assert await axis.post(NATIONAL, service, body) == (200, TAKEN)
            assert await axis.post(NATIONAL, service, body) == (200, KNOWN)
        again = {**promotion(1), "TenChuongTrinhKhuyenMai": "Tên khác"}
        assert await axis.post(NATIONAL, "addtthcKhuyenMai", again) == (200, KNOWN), "whatever else it says"
        await axis.quiet()
        assert sorted((event["type"], event["subject"]) for event in here.collector.events) == [
            ("promotion.notified", "000.00.00.G22-261122-0001"),
            ("tax_notice.received", "000.00.15.H49-261122-0002"),
            ("tax_receipt.received", "000.00.15.H49-261122-0003"),
        ]
        assert here.collector.data("tax_notice.received")[0]["demands"][1]["amount"] == 750_000
        assert here.collector.data("tax_receipt.received")[0]["paid"] is True


async def test_wrong_notices_are_refused_in_the_portals_words(tmp_path: Path) -> None:
    async with world(tmp_path) as here, here.bus(land_tax={"security_key": "khoa-vi-du"}) as axis:
        for service, body, told in WRONG:
            status, answer = await axis.post(NATIONAL, service, body)
            assert (status, answer["error_code"]) == (200, -1) and told in answer["message"], answer
        assert await axis.rows("SELECT id FROM message WHERE type <> 'lienthong.poll'") == []


async def test_a_bus_that_can_take_nothing_asks_the_portal_to_repeat(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        async with here.bus(http={"port": 0, "min_disk": "1000000GB"}) as axis:
            status, answer = await axis.post(NATIONAL, "addtthcKhuyenMai", promotion(1))
            assert (status, answer["error_code"]) == (503, -1)
        async with here.bus() as axis:
            assert await axis.post(NATIONAL, "addtthcKhuyenMai", promotion(1)) == (200, TAKEN)


async def test_the_portal_pushes_and_hears_how_a_dossier_stands(tmp_path: Path) -> None:
    async with world(tmp_path) as here, here.bus(forwarded=FORWARDED) as axis:
        order = {"service": "addtthcKhuyenMai", "to": f"{axis.url}/in/{NATIONAL}/addtthcKhuyenMai", "count": 20}
        async with axis.http.post(f"{here.portal.url}/_control/push", json={**order, "key": KEY}) as answer:
            answers = (await answer.json())["answers"]
        assert {(one["status"], one["body"]) for one in answers} == {
            (200, '{"error_code": 0, "message": "Tiếp nhận thành công"}')
        }
        filed = {"MaGiaoDich": "GD-1", "HoSo": {"MaHoSo": "000.00.00.G22-261122-0002", "MaTTHC": "9.999999"}}
        assert (await axis.post(NATIONAL, "nhanhsdvcqg", filed))[1]["error_code"] == 0
        await axis.quiet()
        assert len({event["subject"] for event in here.collector.of("promotion.notified")}) == 20
        (filing,) = here.collector.data("filing.received")
        assert (filing["procedure_code"], filing["content"]) == ("9.999999", filed)
        code = "000.00.00.G22-261122-0002"
        state = {"dossier_code": code, "state": "processing", "at": "2026-11-22T09:00:00+07:00"}
        assert (await axis.told("filing.progressed", code, state))["state"] == "delivered"
        assert [one["TrangThai"] for one in here.held.held.filed[code]] == ["4"]
        elsewhere = {**state, "dossier_code": "000.00.00.G22-261122-9999"}
        refused = await axis.told("filing.progressed", elsewhere["dossier_code"], elsewhere)
        assert (refused["state"], refused["code"]) == ("rejected", "refused-by-portal")
        result, found = await axis.answer("dossier.state", {"dossier_code": code})
        assert (result, found) == ("found", {"dossier_code": code, "state": "processing"})
