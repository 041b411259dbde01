"""Strangers at the doors of the gateways, without a key and through HTTP: nothing that they send changes anything, and
nothing that they sent stands in the way of the genuine notice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import aiohttp
import orjson
import pytest
import pytest_asyncio
from yarl import URL

from bus.processes.payment import PaymentState, books, order_state
from simulators.gateway.notices import Wire

from .attacks import LIMIT, Victim, alike, attacks, half
from .axis import TARGET, Axis, Collector, collected, running
from .cashier import CLIENTS, GATEWAYS, MOMO, NATIONAL, PAYGOV, ROUTES, VNPAY, ZALOPAY, Cashier, cashier, systems
from .payers import Caller, Payers, Portal, Story, portal

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOWHERE = "http://127.0.0.1:9"
# nobody is asked while strangers knock
POLICY: Mapping[str, Any] = {"first": 7200, "every": 7200, "lifetime": 3600}
_BOOKS = {
    "states": "SELECT key, version, state FROM process ORDER BY key",
    "tasks": "SELECT key, name, state, body FROM task ORDER BY key, name",
    "messages": "SELECT type, count(*) AS n FROM message GROUP BY type ORDER BY type",
    "timers": "SELECT key, name, generation FROM timer ORDER BY key, name",
}
# status, and what the answer says: a code, or nothing; by what was sent
Said = tuple[int, Any]
FORGED: Mapping[str, Said] = {VNPAY: (200, "97"), MOMO: (400, None), ZALOPAY: (200, -1), NATIONAL: (200, "99")}
FOREIGN: Mapping[str, Said] = {VNPAY: (200, "01"), MOMO: (404, None), ZALOPAY: (200, 2), NATIONAL: (200, "99")}
TAKEN: Mapping[str, Said] = {VNPAY: (200, "00"), MOMO: (204, None), ZALOPAY: (200, 1), NATIONAL: (200, "00")}
AGAIN: Mapping[str, Said] = {**TAKEN, VNPAY: (200, "02"), ZALOPAY: (200, 2), PAYGOV: (200, "SUCCESSFUL")}
ANSWERS: Mapping[str, Mapping[str, Said]] = {
    "forged": {**FORGED, PAYGOV: (200, "FAILED")},
    "foreign": FOREIGN,
    "too-large": dict.fromkeys(GATEWAYS, (413, None)),
    "taken": {**TAKEN, PAYGOV: (200, "SUCCESSFUL")},
    "again": AGAIN,
}
CODE = {VNPAY: "RspCode", ZALOPAY: "return_code", NATIONAL: "MaLoi", PAYGOV: "error_code"}
each = pytest.mark.parametrize("system", GATEWAYS)


@dataclass(slots=True)
class Doors:
    """A bus with its doors open, and orders that wait for their money."""

    axis: Axis
    desk: Cashier
    portal: Portal
    payers: Payers
    http: aiohttp.ClientSession
    stories: list[Story] = field(default_factory=list)

    async def victim(self, system: str) -> tuple[str, Victim]:
        """A new order, whose payer has the page open."""
        story = Story(len(self.stories), "once", system, 150_000)
        self.stories.append(story)
        _, theirs = await self.payers.link(story, None)
        order = self.desk[system].orders.get(theirs)
        assert order is not None
        await self.axis.quiet()
        return story.order, Victim(system, self.desk[system], order, f"{self.axis.url}/in/{system}/notice")

    async def send(self, wire: Wire) -> tuple[int, bytes]:
        """As anybody can."""
        headers = {"content-type": wire.kind} if wire.content else {}
        target = URL(wire.url, encoded=True)
        async with self.http.request(wire.method, target, data=wire.content or None, headers=headers) as answer:
            return answer.status, await answer.read()

    async def told(self, system: str, wire: Wire) -> Said:
        """Status and code of the answer."""
        status, body = await self.send(wire)
        code = CODE.get(system) if status == 200 else None
        return status, None if code is None else orjson.loads(body)[code]

    async def books(self) -> dict[str, list[dict[str, Any]]]:
        """All that a notice could change."""
        await self.axis.quiet()
        return {name: await self.axis.rows(statement) for name, statement in _BOOKS.items()}

    async def state(self, order: str) -> PaymentState:
        """What the bus knows of an order."""
        [row] = await self.axis.rows(f"SELECT state FROM process WHERE key = '{order}'")
        return PaymentState.model_validate_json(row["state"])

    async def paid_once(self, order: str, amount: int) -> None:
        """The order is paid, and the portal has heard it once."""
        await self.axis.quiet()
        state = await self.state(order)
        assert (order_state(state), books(state).received) == ("paid", amount)
        assert sorted(event["type"] for event in self.portal.heard[order]) == ["payment.opened", "payment.paid"]
        assert await self.axis.rows(f"SELECT name FROM task WHERE key = '{order}' AND state = 'open'") == []


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def doors(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Doors]:
    """Started once: starting takes longer than a test."""
    folder = tmp_path_factory.mktemp("doors")
    timeout = aiohttp.ClientTimeout(total=10)
    async with cashier(NOWHERE) as desk, portal() as held, aiohttp.ClientSession(timeout=timeout) as http:
        outside = {**systems(desk, {}, {**POLICY, "receipts": False}), TARGET: collected(Collector(url=held.url))}
        sections: dict[str, Any] = {"routes": ROUTES, "more_clients": CLIENTS}
        async with running(folder, outside, **sections, http={"port": 0, "max_body": LIMIT}) as axis:
            payers = Payers(desk, held, Caller(http, [axis.url]), Random(0))
            yield Doors(axis, desk, held, payers, http)


@each
async def test_no_stranger_changes_anything(doors: Doors, system: str) -> None:
    order, victim = await doors.victim(system)
    before = await doors.books()
    for name, wire, kind in attacks(victim):
        assert await doors.told(system, wire) == ANSWERS[kind][system], name
    assert await doors.books() == before

    genuine = victim.signed(victim.fields())
    storm = [wire for _, wire, kind in attacks(victim) if kind == "forged"][:20]
    random = Random(system)
    crowd = [*storm, *[genuine] * 5]
    random.shuffle(crowd)
    answers = Counter(await asyncio.gather(*(doors.told(system, wire) for wire in crowd)))
    wanted = Counter({ANSWERS["forged"][system]: 20}) + Counter({ANSWERS["taken"][system]: 1})
    assert answers == wanted + Counter({ANSWERS["again"][system]: 4})
    await doors.paid_once(order, victim.order.amount)

    after = await doors.books()
    for name, wire in alike(victim, genuine):
        assert await doors.told(system, wire) == ANSWERS["again"][system], name
    for name, wire, kind in attacks(victim):
        assert await doors.told(system, wire) == ANSWERS[kind][system], name
    assert await doors.books() == after


@each
async def test_a_notice_counts_at_its_own_door_only(doors: Doors, system: str) -> None:
    _, victim = await doors.victim(system)
    genuine = victim.signed(victim.fields())
    before = await doors.books()
    for other in GATEWAYS:
        if other != system:
            at = Wire(genuine.method, genuine.url.replace(f"/in/{system}/", f"/in/{other}/"), genuine.content)
            assert await doors.told(other, at) == ANSWERS["forged"][other], other
    assert await doors.books() == before


@each
async def test_a_failure_is_not_turned_into_a_payment(doors: Doors, system: str) -> None:
    """The notice of a failure as it came, made to say that all went well."""
    order, victim = await doors.victim(system)
    failed = victim.fields(number="90000002", stand="failed")
    digest = victim.gateway.language.sign(failed)
    codes = victim.gateway.language.marks.codes
    before = await doors.books()
    turned = {**failed, **{name: success for name, (success, _) in codes.items()}}
    if codes:
        assert await doors.told(system, victim.under(digest, turned)) == ANSWERS["forged"][system]
    assert await doors.books() == before
    assert await doors.told(system, victim.signed(victim.fields())) == ANSWERS["taken"][system]
    await doors.paid_once(order, victim.order.amount)


@pytest.mark.parametrize("codes", [("00", "01"), ("01", "00"), ("00", "02"), ("24", "00"), ("00", "99"), ("", "00")])
async def test_half_a_success_of_vnpay_is_none(doors: Doors, codes: tuple[str, str]) -> None:
    """VNPAY's own notice whose two codes contradict each other: recorded if it can be read, and no đồng is believed."""
    order, victim = await doors.victim(VNPAY)
    recorded = "00" if codes[0] else "99"
    assert await doors.told(VNPAY, half(victim, *codes)) == (200, recorded)
    await doors.axis.quiet()
    state = await doors.state(order)
    assert (order_state(state), books(state).received, state.round) == ("pending", 0, 0)
    assert [event["type"] for event in doors.portal.heard[order]] == ["payment.opened"]
    assert await doors.told(VNPAY, victim.signed(victim.fields())) == ANSWERS["taken"][VNPAY]
    await doors.paid_once(order, victim.order.amount)


async def test_a_browser_that_comes_back_has_paid_nothing(doors: Doors) -> None:
    """Rightly signed and brought by the payer: the bus asks VNPAY, which knows of no payment."""
    order, victim = await doors.victim(VNPAY)
    wire = victim.signed(victim.fields())
    status, _ = await doors.send(replace(wire, url=wire.url.replace("/notice?", "/return?")))
    assert status == 200
    await doors.axis.quiet()
    state = await doors.state(order)
    assert (order_state(state), books(state).received, state.attempts[0].asked) == ("pending", 0, 1)
    assert [event["type"] for event in doors.portal.heard[order]] == ["payment.opened"]


@each
async def test_the_doors_beside_stay_shut(doors: Doors, system: str) -> None:
    """Without a key nothing but the gateway's own door is open."""
    before = await doors.books()
    for path in ("v1/events", "v1/messages", f"in/{system}/other", "in/payments/notice", f"in/{TARGET}/notice"):
        status, _ = await doors.send(Wire("POST", f"{doors.axis.url}/{path}", b"{}"))
        assert status in (401, 403, 404, 405), path
    assert await doors.books() == before
