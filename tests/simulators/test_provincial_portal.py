"""The provincial portal: files with a bus of this test's own, receives statuses. Real connections both ways."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.provincial_portal import Portal, ProvincialPortalSettings, create, generate
from simulators.provincial_portal.filer import Filer, Order
from simulators.server import Server, serve
from tests.support.patience import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Bus:
    """Answers notices by a script, a list of HTTP statuses, and then 200 for ever. A notice that was seen is kept."""

    def __init__(self) -> None:
        self.script: list[int] = []
        self.seen: list[tuple[str, str]] = []
        self.bodies: dict[str, bytes] = {}
        self.keys: set[str] = set()
        self.busy: dict[str, int] = {}
        self.overlaps = 0
        self.app = Starlette(routes=[Route("/in/provincial-portal/dossiers", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        raw = await request.body()
        notice = orjson.loads(raw)
        code = notice["TienDo" if "TienDo" in notice else "HoSo"]["MaHoSo"]
        self.overlaps += self.busy.get(code, 0)
        self.busy[code] = 1
        await asyncio.sleep(0.001)
        self.busy[code] = 0
        self.keys.add(request.headers["authorization"])
        self.seen.append((code, notice["MaGiaoDich"]))
        again = self.bodies.setdefault(notice["MaGiaoDich"], raw) is not raw
        assert self.bodies[notice["MaGiaoDich"]] == raw
        status = self.script.pop(0) if self.script else 200
        if status == 503:
            return Response(status_code=503, headers={"retry-after": "0"})
        if status != 200:
            return JSONResponse({"MaLoi": {422: "02", 409: "03"}.get(status, "99")}, status)
        return JSONResponse({"MaLoi": "01" if again else "00", "MaThamChieu": notice["MaGiaoDich"]})


@pytest_asyncio.fixture(loop_scope="session")
async def bus() -> AsyncIterator[tuple[Bus, Server]]:
    made = Bus()
    async with await serve(made.app) as server:
        yield made, server


@pytest_asyncio.fixture(loop_scope="session")
async def portal(bus: tuple[Bus, Server]) -> AsyncIterator[Server]:
    settings = ProvincialPortalSettings(bus=bus[1].url, key="khoa-vi-du", first_wait=0.01, longest_wait=0.02, timeout=2)
    async with await serve(create(settings)) as server:
        yield server


def parts(server: Server) -> tuple[Portal, Filer]:
    return server.app.state.portal, server.app.state.filer


async def read(http: aiohttp.ClientSession, server: Server, page: str, method: str = "GET", body: Any = None) -> Any:
    async with http.request(method, f"{server.url}/_control/{page}", json=body) as response:
        assert response.status == 200, await response.text()
        return await response.json()


def status(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "MaThongBao": f"0197f0c0-0000-7000-8000-{number:012d}",
        "MaHoSo": "H49-261122-0001",
        "LoaiBanTin": "HoSoMoi",
        "HeThong": "national-portal",
        "KetQua": "ThanhCong",
        "MaLoi": "",
        "MoTaLoi": "",
        "Truong": "",
        "MaThamChieu": "",
        "ThoiGian": "22/11/2026 08:31:02",
        **changes,
    }


async def call_back(http: aiohttp.ClientSession, server: Server, body: Any) -> Any:
    async with http.post(f"{server.url}/api/lien-thong/trang-thai", json=body) as response:
        return (await response.json())["MaLoi"]


async def test_files_everything_in_order_and_never_two_of_a_dossier(bus: tuple[Bus, Server], portal: Server) -> None:
    known, filer = parts(portal)
    await filer.file(Order(cases=20, concurrency=8))
    wanted = {case.code: [notice["MaGiaoDich"] for notice in case.notices] for case in generate(20)}
    filed: dict[str, list[str]] = {}
    for code, notice_id in bus[0].seen:
        filed.setdefault(code, []).append(notice_id)
    assert filed == wanted
    assert bus[0].overlaps == 0 and bus[0].keys == {"Bearer khoa-vi-du"}
    assert all(filing.stand == "accepted" and filing.tries == 1 for filing in known.filings)


async def test_repeats_with_the_same_id_until_answered(bus: tuple[Bus, Server], portal: Server) -> None:
    known, filer = parts(portal)
    bus[0].script = [503, 429, 500]
    await filer.file(Order(cases=1, concurrency=1))
    first = known.filings[0]
    assert first.tries == 4 and first.stand == "accepted" and first.answer["MaLoi"] == "01"
    assert len({notice_id for _, notice_id in bus[0].seen[:4]}) == 1


async def test_waits_for_a_bus_that_is_away(bus: tuple[Bus, Server]) -> None:
    settings = ProvincialPortalSettings(bus=bus[1].url, first_wait=0.01, longest_wait=0.02)
    await bus[1].stop()
    async with await serve(create(settings)) as portal:
        known, filer = parts(portal)
        filer.start(Order(cases=1))
        await until(lambda: bool(known.filings) and known.filings[0].tries > 1)
        assert known.filings[0].status is None and filer.running
        async with await serve(bus[0].app, port=bus[1].port):
            await filer.wait()
    assert known.filings[0].stand == "accepted"


@pytest.mark.parametrize("code", [422, 409])
async def test_a_refused_notice_stops_its_dossier_only(bus: tuple[Bus, Server], portal: Server, code: int) -> None:
    known, filer = parts(portal)
    bus[0].script = [code]
    await filer.file(Order(cases=2, concurrency=1))
    stands = [filing.stand for filing in known.filings if filing.code == generate(1)[0].code]
    assert stands == ["refused"]
    other = generate(2)[1]
    assert [f.stand for f in known.filings if f.code == other.code] == ["accepted"] * len(other.notices)


async def test_files_at_the_chosen_rate(bus: tuple[Bus, Server], portal: Server) -> None:
    known, filer = parts(portal)
    begun = time.monotonic()
    await filer.file(Order(cases=2, rate=100))
    assert time.monotonic() - begun >= (len(known.filings) - 1) / 100


async def test_control_pages_of_filing(http: aiohttp.ClientSession, bus: tuple[Bus, Server], portal: Server) -> None:
    started = await read(http, portal, "file", "POST", {"cases": 3})
    assert started["running"] is True and started["cases"] == 3
    await parts(portal)[1].wait()
    progress = await read(http, portal, "file")
    assert progress["cases_done"] == 3 and progress["running"] is False
    filed = await read(http, portal, "filed?limit=2")
    assert len(filed["filed"]) == 2 and filed["last"] == progress["notices"]
    assert filed["filed"][0]["notice"]["LoaiBanTin"] == "HoSoMoi" and filed["filed"][0]["status"] == 200
    facts = await read(http, portal, "expected")
    assert len(facts) == progress["notices"] and set(facts[0]) == {"code", "kind", "mark"}
    await read(http, portal, "file", "POST", {"cases": 1})
    await parts(portal)[1].wait()
    stats = await read(http, portal, "stats")
    assert stats["stands"] == {"accepted": stats["filed"]} and stats["answers"] == {"00": stats["filed"]}
    assert len({filing.code for filing in parts(portal)[0].filings}) == 4


async def test_one_run_at_a_time_and_it_can_be_stopped(
    http: aiohttp.ClientSession, bus: tuple[Bus, Server], portal: Server
) -> None:
    await read(http, portal, "file", "POST", {"cases": 100, "rate": 5})
    async with http.post(f"{portal.url}/_control/file", json={"cases": 1}) as response:
        assert response.status == 409
    assert (await read(http, portal, "file", "DELETE"))["running"] is False
    async with http.post(f"{portal.url}/_control/file", json={"cases": 0}) as response:
        assert response.status == 422
    assert (await read(http, portal, "reset", "POST"))["filed"] == 0


async def test_statuses_are_kept_once(http: aiohttp.ClientSession, portal: Server) -> None:
    assert await call_back(http, portal, status(1)) == "00"
    assert await call_back(http, portal, status(1)) == "01"
    assert await call_back(http, portal, status(2, KetQua="TuChoi", MaLoi="-1")) == "00"
    kept = await read(http, portal, "statuses")
    assert [found["MaThongBao"][-1] for found in kept["statuses"]] == ["1", "2"]
    log = await read(http, portal, "log?after=1")
    assert [(found["seq"], found["repeat"]) for found in log["statuses"]] == [(2, True), (3, False)]
    stats = await read(http, portal, "stats")
    assert (stats["statuses"], stats["status_repeats"], stats["results"]) == (2, 1, {"ThanhCong": 1, "TuChoi": 1})


async def test_a_status_without_its_id_is_refused(http: aiohttp.ClientSession, portal: Server) -> None:
    assert await call_back(http, portal, {"MaHoSo": "x"}) == "02"
    assert await call_back(http, portal, ["x"]) == "02"
    assert (await read(http, portal, "stats"))["bad_statuses"] == 2


async def test_records_bring_both_together(
    http: aiohttp.ClientSession, bus: tuple[Bus, Server], portal: Server
) -> None:
    await parts(portal)[1].file(Order(cases=1))
    code = generate(1)[0].code
    await call_back(http, portal, status(1, MaHoSo=code))
    page = await read(http, portal, "records")
    assert page["next"] is None and page["dossiers"][0]["MaHoSo"] == code
    assert page["dossiers"][0]["statuses"][0]["KetQua"] == "ThanhCong"
    assert page["dossiers"][0]["filed"][0]["stand"] == "accepted"


async def test_faults_of_the_call_back(http: aiohttp.ClientSession, portal: Server) -> None:
    await read(http, portal, "faults", "PUT", {"not_taken": {"times": 1}, "timeout_after_effect": {"times": 0}})
    assert await call_back(http, portal, status(1)) == "99"
    assert await call_back(http, portal, status(1)) == "00"
    await read(http, portal, "faults", "PUT", {"timeout_after_effect": {"seconds": 0.05, "times": 1}})
    with pytest.raises(aiohttp.ClientConnectionError):
        await call_back(http, portal, status(2))
    assert await call_back(http, portal, status(2)) == "01"
    await read(http, portal, "faults", "PUT", {"down": {"times": 1}, "slow": {"seconds": 0.01}})
    with pytest.raises(aiohttp.ClientConnectionError):
        await call_back(http, portal, status(3))
    assert await call_back(http, portal, status(3)) == "00"
    log = (await read(http, portal, "log"))["statuses"]
    assert [found["answered"] for found in log] == [True, False, True, True]
