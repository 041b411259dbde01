"""The real adapter of each gateway against its simulator, both ways over HTTP: they share no code, and agree."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bus.registry import connect_section
from connectors.rest import Rest
from lienthong import Absent, Adapter, Delivered, Inbound, Reject
from simulators import momo, national_payment, paygov, vnpay, zalopay
from simulators.gateway import GatewayFaults, GatewayState
from simulators.gateway.orders import Act
from simulators.server import serve

from ..adapters.payments import support
from ..adapters.portal import message
from ..adapters.wired import Wired
from .gateways import NOW, Clock

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIMULATED: dict[str, tuple[Any, Any]] = {
    "vnpay": (vnpay.create, vnpay.VnpaySettings),
    "momo": (momo.create, momo.MomoSettings),
    "zalopay": (zalopay.create, zalopay.ZalopaySettings),
    "national_payment": (national_payment.create, national_payment.NationalPaymentSettings),
    "paygov": (paygov.create, paygov.PaygovSettings),
}
Standing = Callable[[str], Awaitable["Pair"]]
# of the canonical reference A1B2C3, as each gateway knows it
REFERENCE = {"zalopay": "261122_A1B2C3"}


@dataclass(slots=True)
class Bus:
    """The adapter at work: what it says over the wire, and its ledger of notices."""

    system: str
    adapter: Any
    books: support.Books

    @property
    def app(self) -> Starlette:
        async def notice(request: Request) -> Response:
            query = request.scope["query_string"].decode()
            body, headers = await request.body(), dict(request.headers)
            inbound = Inbound(request.method, request.url.path, {}, headers, body, "cong", query_string=query)
            answer = self.books.lead(self.adapter.notice(inbound, support.at(self.system)))
            return Response(answer.content, answer.status, media_type=answer.content_type)

        return Starlette(routes=[Route("/in/{system}/notice", notice, methods=["GET", "POST"])])


@dataclass(slots=True)
class Pair:
    """An adapter and a simulator that know each other's address; both clocks stand at 8.31 on 22 November 2026."""

    bus: Bus
    wire: Wired
    gateway: GatewayState[Any]
    clock: Clock
    http: httpx.AsyncClient

    @property
    def reference(self) -> str:
        return REFERENCE.get(self.bus.system, "A1B2C3")

    @property
    def outcomes(self) -> list[str]:
        return [draft.data.outcome.value for draft in self.bus.books.notices]

    async def told(self, operation: str, message: Any, attempt: int = 1) -> Any:
        conversation = getattr(self.bus.adapter, operation)(message, support.at(self.bus.system, attempt))
        return await self.wire.told(conversation)

    async def opened(self, order: dict[str, Any] | None = None, **changes: Any) -> Any:
        """The follow-up of an attempt, whose link a browser has opened."""
        verdict = await self.told("create", support.attempted(self.bus.system, order, **changes))
        made = support.follow_up(verdict).data
        page = await self.http.get(made.url)
        assert page.status_code == 200 and "150.000 đ" in page.text
        return made

    def begin(self) -> None:
        """As if both had just been started."""
        self.gateway.reset()
        self.clock.now = NOW + 62
        self.bus.books = support.Books(self.bus.system)

    async def heard(self) -> list[tuple[int | None, bytes]]:
        """What the gateway was answered to its last notice."""
        await self.gateway.courier.idle()
        return [(one.status, one.body) for one in self.gateway.notices[-1].answers]

    async def asked(self, operation: str, message: Any) -> Any:
        return support.follow_up(await self.told(operation, message)).data


@asynccontextmanager
async def pair(
    system: str, adapter: Callable[[str], Adapter], settings: dict[str, Any] | None = None
) -> AsyncIterator[Pair]:
    """`adapter` makes the adapter once the simulator's address is known."""
    create, model = SIMULATED[system]
    bus, clock = Bus(system, None, support.Books(system)), Clock(NOW + 62)
    async with await serve(bus.app) as listening, httpx.AsyncClient() as http:
        app = create(model(notice_url=f"{listening.url}/in/{system}/notice", scale=0, **(settings or {})), clock)
        async with await serve(app) as server:
            bus.adapter = adapter(server.url)
            section = connect_section(type(bus.adapter), Rest, {"base_url": server.url, "auth": {"type": "none"}})
            connector = Rest(Rest.Settings.model_validate(section), "cong")  # type: ignore[arg-type]  # its own Settings
            await connector.open()
            yield Pair(bus, Wired(connector, app), app.state.gateway, clock, http)
            await connector.close()


def of_vnpay(url: str) -> Adapter:
    return support.vnpay(pay_url=f"{url}/paymentv2/vpcpay.html")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def standing() -> AsyncIterator[Standing]:
    """The pair of a gateway, started once: stopping it takes longer than a test."""
    started: dict[str, Pair] = {}
    async with AsyncExitStack() as stack:

        async def begin(system: str) -> Pair:
            if system not in started:
                opening = pair(system, ADAPTERS[system], {"refund_after": 60})
                started[system] = await stack.enter_async_context(opening)
            started[system].begin()
            return started[system]

        yield begin


ADAPTERS: dict[str, Callable[[str], Adapter]] = {
    "vnpay": of_vnpay,
    "momo": lambda url: support.momo(),
    "zalopay": lambda url: support.zalopay(),
    "national_payment": lambda url: support.national(),
    "paygov": lambda url: support.paygov(),
}
DONE: dict[str, tuple[int, bytes]] = {
    "vnpay": (200, b'{"RspCode": "00", "Message": "Confirm Success"}'),
    "momo": (204, b""),
    "zalopay": (200, b'{"return_code": 1, "return_message": "success"}'),
    "paygov": (200, b'{"error_code": "SUCCESSFUL", "error_message": "recorded"}'),
}
ASKABLE = ["vnpay", "momo", "zalopay", "national_payment"]
each = pytest.mark.parametrize("system", list(ADAPTERS))


@each
async def test_opened_paid_and_noticed(standing: Standing, system: str) -> None:
    here = await standing(system)
    made = await here.opened()
    assert made.amount == 150_000
    payment = here.gateway.pay(here.reference)
    answers = await here.heard()
    assert here.outcomes == ["paid"] and here.bus.books.notices[0].data.gateway_reference == payment.number
    assert here.bus.books.notices[0].data.amount == here.gateway.books.money(here.reference).received == 150_000
    if system in DONE:
        assert answers == [DONE[system]]
    assert here.gateway.notices[-1].fate == "taken"


@each
async def test_forged_notices_change_nothing(standing: Standing, system: str) -> None:
    here = await standing(system)
    await here.opened()
    here.gateway.turn(GatewayFaults.model_validate({"lost": 1}))
    here.gateway.pay(here.reference)
    here.gateway.turn(GatewayFaults())
    for kind in ("digest", "unsigned", "other_key", "amount", "reference", "truncated", "doubled"):
        here.gateway.forge(here.reference, kind)
        await here.gateway.courier.idle()
        assert here.gateway.notices[-1].fate == "given up", kind
    assert here.bus.books.taken == {}
    here.gateway.forge(here.reference, "reencoded")
    await here.gateway.courier.idle()
    assert here.outcomes == ["paid"]


@pytest.mark.parametrize("system", ASKABLE)
async def test_asked_before_and_after(standing: Standing, system: str) -> None:
    here = await standing(system)
    made = await here.opened()
    acts: list[tuple[Act | None, str]] = [(None, "pending"), ("pend", "pending"), ("pay", "paid")]
    for number, (act, outcome) in enumerate(acts, 1):
        if act is not None:
            here.gateway.pay(here.reference, act, notify=False)
        told = await here.asked("ask", support.queried(system, memo=made.memo, number=number))
        assert (told.outcome.value, told.amount) == (outcome, 150_000)
    assert told.gateway_reference in here.gateway.numbered


@pytest.mark.parametrize(
    ("system", "act", "outcome"),
    [
        ("vnpay", "cancel", "failed"),
        ("vnpay", "expire", "expired"),
        ("vnpay", "suspect", "suspended"),
        ("vnpay", "reverse", "reversed"),
        ("momo", "fail", "failed"),
        ("momo", "cancel", "failed"),
        ("momo", "expire", "expired"),
        ("national_payment", "fail", "unclear"),
        ("paygov", "fail", "unclear"),
    ],
)
async def test_told_of_failures(standing: Standing, system: str, act: Any, outcome: str) -> None:
    here = await standing(system)
    await here.opened()
    here.gateway.pay(here.reference, act)
    await here.heard()
    assert here.outcomes == [outcome]
    assert here.gateway.notices[-1].fate == "taken"


@pytest.mark.parametrize(
    ("system", "act", "outcome"),
    [
        ("vnpay", "fail", "failed"),
        ("vnpay", "suspect", "suspended"),
        ("vnpay", "reverse", "reversed"),
        ("momo", "cancel", "failed"),
        ("momo", "expire", "expired"),
        ("zalopay", "fail", "failed"),
        ("zalopay", "cancel", "failed"),
        ("zalopay", "expire", "expired"),
        ("national_payment", "fail", "failed"),
    ],
)
async def test_asked_about_failures(standing: Standing, system: str, act: Any, outcome: str) -> None:
    here = await standing(system)
    made = await here.opened()
    here.gateway.pay(here.reference, act, notify=False)
    told = await here.asked("ask", support.queried(system, memo=made.memo))
    assert told.outcome.value == outcome


@pytest.mark.parametrize("system", ["vnpay", "momo", "zalopay"])
async def test_refunded(standing: Standing, system: str) -> None:
    here = await standing(system)
    made = await here.opened()
    number = here.gateway.pay(here.reference).number
    about = {"gateway_reference": number, "memo": made.memo, "created_at": "2026-11-22T08:31:02+07:00"}
    told = await here.asked("refund", support.refunding(system, **about))
    assert (told.outcome.value, told.refund_reference) == ("refunding", "RF1")
    again = await here.told("find_refund", support.refunding(system, **about), 2)
    assert isinstance(again, Delivered)
    waiting = await here.asked("ask_refund", support.refund_queried(system, **about))
    here.clock.now += 61
    done = await here.asked("ask_refund", support.refund_queried(system, **about, number=2))
    assert (waiting.outcome.value, done.outcome.value) == ("refunding", "refunded")
    assert here.gateway.books.money(here.reference).refunded == 50_000


@pytest.mark.parametrize("system", ["vnpay", "momo", "zalopay"])
async def test_a_refund_that_is_refused(standing: Standing, system: str) -> None:
    here = await standing(system)
    made = await here.opened()
    number = here.gateway.pay(here.reference).number
    about = {"gateway_reference": number, "memo": made.memo, "created_at": "2026-11-22T08:31:02+07:00"}
    verdict = await here.told("refund", support.refunding(system, **about, amount=150_001, paid=150_001))
    assert isinstance(verdict, Reject) and verdict.code == "refund-refused"
    assert support.follow_up(verdict).data.outcome.value == "refund_failed"
    assert here.gateway.books.money(here.reference).refunded == 0


@pytest.mark.parametrize("system", ["momo", "zalopay"])
async def test_a_creation_of_which_nothing_was_heard(standing: Standing, system: str) -> None:
    here = await standing(system)
    before = await here.told("find", support.attempted(system))
    assert isinstance(before, Absent)
    await here.opened()
    after = await here.told("find", support.attempted(system))
    assert isinstance(after, Reject) and after.code == "link-lost"
    here.gateway.pay(here.reference, notify=False)
    assert support.follow_up(await here.told("find", support.attempted(system))).data.outcome.value == "paid"


@pytest.mark.parametrize("answers", ["plain", "facade"])
@pytest.mark.parametrize("receipt", ["pdf", "link"])
async def test_the_platform_in_every_shape(answers: str, receipt: str) -> None:
    settings = {
        "answers": answers,
        "receipt": receipt,
        "signed_answers": True,
        "reply_order": ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD"),
    }

    def adapter(url: str) -> Adapter:
        return support.national(signed_answers=True, bill_hosts=[url.rpartition("/")[2]])

    async with pair("national_payment", adapter, settings) as here:
        made = await here.opened()
        order = here.gateway.orders.get("A1B2C3")
        assert order is not None
        bill = order.native["ThongTinBienLai"]
        assert (bill["MaHoSo"], bill["TKThuHuong"]) == ("000.00.15.H49-261122-0001", "3511000000")
        asking = message(
            "receipt.requested",
            "TT-1",
            {
                "order_code": "TT-1",
                "dossier_code": "000.00.15.H49-261122-0001",
                "system": "national_payment",
                "reference": "A1B2C3",
                "amount": 150_000,
                "attempted_at": "2026-11-22T08:30:00+07:00",
                "memo": made.memo,
            },
        )
        assert not isinstance(await here.told("bill", asking), Delivered)
        here.gateway.pay("A1B2C3")
        await here.heard()
        assert here.gateway.notices[-1].fate == "taken"
        told = await here.asked("ask", support.queried("national_payment", memo=made.memo))
        assert told.outcome.value == "paid"
        issued = await here.asked("bill", asking)
        assert issued.media == "application/pdf" and issued.content.startswith("JVBERi0")


async def test_notices_in_any_number_and_order_end_in_one_payment(standing: Standing) -> None:
    here = await standing("vnpay")
    await here.opened()
    faults = {"repeated": {"least": 10, "most": 10, "within": 0.1}, "forged": {"probability": 1}}
    here.gateway.turn(GatewayFaults.model_validate(faults))
    here.gateway.pay("A1B2C3", "expire")
    here.gateway.pay("A1B2C3", late=True)
    here.gateway.pay("A1B2C3", again=True)
    await here.gateway.courier.idle()
    paid = [draft.data for draft in here.bus.books.notices if draft.data.outcome.value == "paid"]
    assert sum(notice.amount for notice in paid) == here.gateway.books.money("A1B2C3").received == 300_000
    assert sorted(here.outcomes) == ["expired", "paid", "paid"]
