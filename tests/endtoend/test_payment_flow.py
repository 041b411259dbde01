"""A fee from the portal to a gateway and back: link, notice, dossier at the national portal, receipt, refund, dues."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bus.http.server import reserve
from lienthong.command.demo import gateways
from lienthong.command.demo.payers import reference
from simulators.gateway import GatewayState
from simulators.national_portal import NationalPortalSettings
from simulators.national_portal import create as national_portal
from simulators.provincial_portal import ProvincialPortalSettings, generate
from simulators.provincial_portal import create as provincial_portal
from simulators.provincial_portal.cashbook import Purchase
from simulators.provincial_portal.filer import Filer, Order
from simulators.provincial_portal.paying import charged
from simulators.provincial_portal.settings import Gateway
from simulators.server import Server, serve

from .axis import KEY, Axis, become, eventually, hashed, running, shown

PORTAL_KEY = "lt_an-invented-portal-key"
NATIONAL, PORTAL = "national-portal", "provincial-portal"
FILED = ["dossier.submitted", "dossier.updated", "dossier.progressed"]
ROUTES = [
    {"name": "dossiers", "types": FILED, "to": [NATIONAL]},
    {"name": "answers", "types": ["dossier.acknowledged", "dossier.refused"], "to": [PORTAL]},
    {"name": "money", "types": ["payment.*", "receipt.*"], "to": [PORTAL]},
]
EACH = pytest.mark.parametrize("name", list(gateways.GATEWAYS))


@dataclass(frozen=True, slots=True)
class Town:
    """A bus between a provincial portal, the national portal and one gateway; `code` is of a dossier with a fee."""

    axis: Axis
    filer: Filer
    national: Server
    till: Server | None
    code: str

    @property
    def gateway(self) -> GatewayState[Any]:
        assert self.till is not None
        state: GatewayState[Any] = self.till.app.state.gateway
        return state

    @property
    def purchase(self) -> Purchase:
        """The one order."""
        [found] = self.filer.portal.cashbook.purchases.values()
        return found

    async def opened(self) -> dict[str, Any]:
        """What the portal can show the payer of the dossier's fee."""
        await eventually(self._opened)
        return dict(self.purchase.opened or {})

    async def followed(self) -> str:
        """A browser follows the link; what the gateway calls the order."""
        opened = await self.opened()
        async with aiohttp.ClientSession() as http, http.get(opened["DuongDan"]) as page:
            assert page.status == 200
        return reference(opened["DuongDan"])

    async def told(self, kind: str, times: int = 1) -> dict[str, Any]:
        """The portal's last call-back of a kind, once it has so many."""
        await become(lambda: len(self.purchase.of(kind)), times)
        return self.purchase.of(kind)[-1]

    async def held(self) -> dict[str, Any]:
        """What the national portal holds of the dossier once everything is there."""
        await become(lambda: self.filer.cashier.busy, 0)
        await self.axis.quiet()
        assert await self.axis.dead() == []
        [record] = (await shown(self.national, f"records?mahoso={self.code}"))["dossiers"]
        return dict(record)

    async def _opened(self) -> bool:
        return any(one.opened for one in self.filer.portal.cashbook.purchases.values())


@asynccontextmanager
async def town(folder: Path, name: str, settings: dict[str, Any] | None = None, **policy: Any) -> AsyncIterator[Town]:
    """`settings` and `policy` change those of the gateway's adapter and of how it is asked."""
    kind = gateways.choices()[name].kind
    chosen = {name: Gateway(kind=kind)}
    portal = ProvincialPortalSettings(key=PORTAL_KEY, gateways=chosen)
    number, code = next(
        (number, case.code)
        for number, case in enumerate(generate(50))
        if charged(case, chosen, portal.account, 1) is not None
    )
    with reserve("127.0.0.1", 0) as kept:
        port = kept.getsockname()[1]
    async with AsyncExitStack() as stack:
        national = await stack.enter_async_context(await serve(national_portal(NationalPortalSettings())))
        provincial = await stack.enter_async_context(await serve(provincial_portal(portal)))
        till, urls = None, {}
        if name in gateways.GATEWAYS:
            app = gateways.GATEWAYS[name].simulated(gateways.notices(f"http://127.0.0.1:{port}", name))
            till = await stack.enter_async_context(await serve(app))
            urls = {name: till.url}
        systems = gateways.systems(urls, f"http://127.0.0.1:{port}")
        systems[gateways.PROCESS]["settings"]["gateways"][name] |= policy
        systems[name].setdefault("settings", {}).update(settings or {})
        systems |= {
            NATIONAL: nation(national.url),
            PORTAL: {"adapter": "provincial_portal", "connect": base(provincial)},
        }
        asked = ["payment.requested", "payment.refund_requested", "payment.accepted"]
        client: dict[str, Any] = {"key": hashed(PORTAL_KEY), "systems": [PORTAL]}
        client |= {"send": [{"source": "/h49/provincial-portal", "types": [*FILED, *asked]}]}
        axis = await stack.enter_async_context(
            running(
                folder,
                systems,
                http={"port": port},
                routes=ROUTES,
                queries={"dossier.dues": {"system": PORTAL, "require": ["case"]}},
                more_clients={PORTAL: client, **gateways.clients(urls)},
            )
        )
        filer: Filer = provincial.app.state.filer
        filer.start(Order(cases=1, first=number, bus=axis.url))
        yield Town(axis, filer, national, till, code)


def base(server: Server) -> dict[str, Any]:
    return {"base_url": server.url}


def nation(url: str) -> dict[str, Any]:
    return {
        "adapter": "national_portal",
        "connector": "vxp",
        "connect": {
            "base_url": url,
            "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
            "auth": {"type": "session", "username": "000.00.00.H49", "password": "mat-khau-vi-du"},
        },
        "settings": {"madonvi": "000.00.00.H49"},
    }


@EACH
async def test_the_whole_way(name: str, tmp_path: Path) -> None:
    async with town(tmp_path, name) as here:
        order = await here.followed()
        amount = (here.purchase.order or {})["TongTien"]
        before = await here.held()
        assert (before["data"]["DuocThanhToanTrucTuyen"], here.purchase.paid) == ("0", None)

        payment = here.gateway.pay(order)
        paid = await here.told("DaThanhToan")
        assert (paid["SoTien"], paid["MaGiaoDichCong"], paid["MaHoSo"]) == (amount, payment.number, here.code)
        assert (paid["TrangThaiDonHang"], paid["LanThu"], paid["ThanhToanMuon"]) == ("DA_THANH_TOAN", 1, 0)

        record = await here.held()
        wanted = "1" if name == "national-payment" else "2"
        assert record["data"]["DuocThanhToanTrucTuyen"] == wanted
        assert [f"{amount} đồng" in step["mark"] for step in record["steps"]].count(True) == 1
        assert record["data"]["TrangThaiHoSo"] in ("9", "10"), "the dossier did not go on"

        await here.gateway.courier.idle()
        here.gateway.forge(order, "replayed")
        await here.gateway.courier.idle()
        assert here.gateway.notices[-1].fate == "taken"
        await here.held()
        assert len(here.purchase.of("DaThanhToan")) == 1
        assert (here.gateway.books.total().kept, sum(m.kept for m in here.purchase.moneys.values())) == (amount, amount)
        assert len(here.purchase.receipts) == (name == "national-payment")


async def test_a_receipt_is_fetched_and_attached(tmp_path: Path) -> None:
    async with town(tmp_path, "national-payment") as here:
        here.gateway.pay(await here.followed())
        receipt = (await here.told("BienLai"))["BienLai"]
        assert receipt["DinhDang"] == "application/pdf"
        assert receipt["SoTien"] == (here.purchase.order or {})["TongTien"]
        assert receipt["NoiDung"].startswith("JVBERi0")  # %PDF-


@pytest.mark.parametrize("name", ["vnpay", "national-payment"])
async def test_a_lost_notice_is_found_by_asking(name: str, tmp_path: Path) -> None:
    async with town(tmp_path, name, first=1, every=1) as here:
        here.gateway.pay(await here.followed(), notify=False)
        assert (await here.told("DaThanhToan"))["SoTien"] == here.gateway.books.total().received
        assert here.gateway.notices == []
        assert (await here.held())["data"]["DuocThanhToanTrucTuyen"] in ("1", "2")


@pytest.mark.parametrize("name", ["momo", "zalopay"])
async def test_an_officer_has_surplus_money_paid_back_once(name: str, tmp_path: Path) -> None:
    async with town(tmp_path, name) as here:
        order = await here.followed()
        first = here.gateway.pay(order)
        await here.told("DaThanhToan")
        second = here.gateway.pay(order, again=True)
        surplus = await here.told("ThuThua")
        assert (surplus["MaGiaoDichCong"], surplus["SoTien"]) == (second.number, first.amount)
        tasks = "SELECT kind, state FROM task"
        assert await here.axis.rows(tasks) == [{"kind": "twice", "state": "open"}]

        wanted = {"MaDonHang": here.purchase.code, "MaYeuCau": "HT-1", "SoTien": surplus["SoTien"]}
        wanted |= {name: surplus[name] for name in ("CongThanhToan", "MaThamChieu", "MaGiaoDichCong")}
        wanted |= {"LyDo": "Nộp hai lần", "CanBo": "Nguyễn Cán Bộ Ví Dụ"}
        assert (await here.filer.cashier.refund(wanted)).stand == "accepted"
        back = await here.told("DaHoanTien")
        assert (back["MaYeuCau"], back["SoTien"], back["TrangThaiDonHang"]) == ("HT-1", first.amount, "DA_THANH_TOAN")
        assert (await here.filer.cashier.refund({**wanted})).answer["MaLoi"] in ("01", "03")
        await here.held()
        total = here.gateway.books.total()
        assert (total.received, total.refunded) == (2 * first.amount, first.amount)
        assert sum(money.kept for money in here.purchase.moneys.values()) == first.amount
        assert await here.axis.rows(tasks) == [{"kind": "twice", "state": "gone"}]


async def test_who_failed_tries_again_elsewhere_or_pays_late(tmp_path: Path) -> None:
    async with town(tmp_path, "momo") as here:
        order = await here.followed()
        here.gateway.pay(order, "cancel")
        failed = await here.told("ThatBai")
        assert (failed["TrangThaiDonHang"], failed["MaLoiCong"]) == (
            "THAT_BAI",
            [{"Ten": "resultCode", "GiaTri": "1006"}],
        )
        here.filer.cashier.again(here.purchase.code)
        await here.told("MoThanhToan", 2)
        assert await here.followed() != order
        here.gateway.pay(order, late=True)
        paid = await here.told("DaThanhToan")
        assert (paid["MaThamChieu"], paid["ThanhToanMuon"]) == (order, 1)
        here.filer.cashier.again(here.purchase.code)
        assert (await here.told("TuChoi"))["MaLoi"] == "already-paid"


async def test_the_national_platform_asks_what_a_dossier_must_pay(tmp_path: Path) -> None:
    async with town(tmp_path, "national-payment", {"dues": True}) as here:
        order = await here.followed()
        answer = await asked(here, here.code)
        assert answer["error_code"] == 1
        told = answer["message"]
        assert (told["MaHoSo"], told["TKThuHuong"]) == (here.code, "3511000000")
        assert sum(int(line["SoTien"]) for line in told["PhiLePhi"]) == (here.purchase.order or {})["TongTien"]
        assert await asked(here, "000.00.15.H49-261122-9999") == {"error_code": -1, "message": []}
        here.gateway.pay(order)
        await here.told("DaThanhToan")
        assert await asked(here, here.code) == {"error_code": 0, "message": []}


async def asked(here: Town, dossier: str) -> Any:
    """As the platform does, over its simulator."""
    assert here.till is not None
    question = {"to": f"{here.axis.url}/in/national-payment/dues", "dossier": dossier, "key": KEY}
    async with aiohttp.ClientSession() as http, http.post(f"{here.till.url}/_control/ask", json=question) as answer:
        said = await answer.json()
    assert said["status"] == 200, said
    return json.loads(said["body"])


async def test_a_transfer_by_qr_code_stays_open_until_a_statement_says_more(tmp_path: Path) -> None:
    async with town(tmp_path, "vietqr") as here:
        opened = await here.opened()
        assert opened["MaQR"].startswith("000201") and "DuongDan" not in opened
        assert f"54{len(str(opened['SoTien'])):02d}{opened['SoTien']}" in opened["MaQR"]
        record = await here.held()
        assert (record["data"]["DuocThanhToanTrucTuyen"], here.purchase.paid) == ("0", None)


async def test_a_portal_that_is_away_hears_everything_later_and_once(tmp_path: Path) -> None:
    async with town(tmp_path, "vnpay") as here:
        faults = {"busy": {"times": 2, "retry_after": 0}, "drop_after_effect": {"times": 3}}
        here.filer.portal.turn(type(here.filer.portal.faults).model_validate(faults))
        here.gateway.pay(await here.followed())
        await here.told("DaThanhToan")
        here.filer.portal.turn(type(here.filer.portal.faults)())
        await here.held()
        assert [one["LoaiThongBao"] for one in here.purchase.news] == ["MoThanhToan", "DaThanhToan"]
