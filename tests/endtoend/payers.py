"""A portal, its payers and an officer: they ask to pay, pay by the link they were told, pay late or twice, pay back.

What each order is to go through is planned beforehand (`plan`), so that its end can be worked out without the bus.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import aiohttp
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.base import ZONE
from simulators.server import serve

from .axis import KEY, eventually
from .cashier import GATEWAYS, VNPAY, Cashier

T = TypeVar("T")
Kind = Literal["once", "late", "twice", "reversed", "abandoned"]
Event = Mapping[str, Any]
# of all payments: paid only after the attempt was over, paid twice, taken back
LATE, TWICE, REVERSED = 0.02, 0.02, 0.01
# seconds: how long an order that is to run out can be paid, and how long people take
SHORT, PAUSE = 2.5, 0.4
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of one order."""

    number: int
    kind: Kind
    system: str
    amount: int

    @property
    def order(self) -> str:
        """Its code."""
        return f"TT-{self.number:05d}"

    def requested(self, expires_at: datetime | None) -> dict[str, Any]:
        """`payment.requested`."""
        kept = {} if expires_at is None else {"expires_at": expires_at.isoformat()}
        return kept | {
            "order_code": self.order,
            "dossier_code": f"000.00.15.H49-{261001 + self.number // 10_000}-{self.number % 10_000:04d}",
            "procedure_code": "1.000894",
            "lines": [
                {"kind": "fee", "name": "Phí thẩm định", "amount": self.amount - 1_000},
                {"kind": "charge", "name": "Lệ phí cấp giấy", "amount": 1_000},
            ],
            "amount": self.amount,
            "payer": {"ip": "203.0.113.7"},
            "text": "Nộp phí, lệ phí hồ sơ",
            "return_url": "https://dvc.example.vn/ket-qua",
            "system": self.system,
        }


def plan(seed: int, payments: int) -> list[Story]:
    """So many orders that are paid, with the shares above over all gateways, and one in a hundred that nobody pays."""
    random = Random(seed)
    kinds: list[tuple[Kind, str]] = []
    wanted: list[tuple[Kind, float, Sequence[str]]] = [
        ("late", LATE, GATEWAYS),
        ("twice", TWICE, GATEWAYS),
        # no other gateway takes a payment back
        ("reversed", REVERSED, (VNPAY,)),
    ]
    for kind, share, where in wanted:
        kinds += [(kind, where[n % len(where)]) for n in range(round(payments * share))]
    kinds += [("once", GATEWAYS[n % len(GATEWAYS)]) for n in range(payments - len(kinds))]
    kinds += [("abandoned", GATEWAYS[n % len(GATEWAYS)]) for n in range(max(1, payments // 100))]
    random.shuffle(kinds)
    amounts = [random.randrange(20, 2_000) * 1_000 for _ in kinds]
    return [Story(number, *pair, amount) for number, (pair, amount) in enumerate(zip(kinds, amounts, strict=True))]


@dataclass(slots=True)
class Portal:
    """Hears what the bus tells, each event once, by order."""

    heard: defaultdict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))
    ids: set[str] = field(default_factory=set)
    repeats: int = 0
    url: str = ""
    _news: defaultdict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    async def take(self, request: Request) -> Response:
        """Keeps one event; `id` tells a repeat."""
        event = orjson.loads(await request.body())
        if event["id"] in self.ids:
            self.repeats += 1
        else:
            self.ids.add(event["id"])
            self.heard[event["subject"]].append(event)
            self._news.pop(event["subject"], asyncio.Event()).set()
        return Response(status_code=202)

    async def until(self, order: str, what: Callable[[list[Event]], T | None]) -> T:
        """What `what` finds in the events of an order, as soon as it is there."""
        async with asyncio.timeout(_PATIENCE):
            while (found := what(self.heard[order])) is None:
                await self._news[order].wait()
        return found


@asynccontextmanager
async def portal() -> AsyncIterator[Portal]:
    """The portal's server."""
    held = Portal()
    app = Starlette(routes=[Route("/", held.take, methods=["POST"])])
    app.state.closing = None
    async with await serve(app) as server:
        held.url = server.url
        yield held


@dataclass(slots=True)
class Caller:
    """Hands events over to the first of the buses that takes them, and repeats what got no answer."""

    http: aiohttp.ClientSession
    urls: Sequence[str]
    repeats: int = 0

    async def say(self, type: str, subject: str, data: Any, id: str) -> None:
        """Returns when it was accepted, be it as a repeat."""
        event = {"specversion": "1.0", "id": id, "source": "/h49/test", "type": type, "subject": subject, "data": data}
        body = orjson.dumps(event)
        for number in range(1_000):
            if await self._taken(self.urls[number % len(self.urls)], body):
                return
            self.repeats += 1
            await asyncio.sleep(0.1)
        raise AssertionError(f"{type} {id} is not taken")

    async def ready(self) -> None:
        """Until every bus answers."""
        for url in self.urls:
            await eventually(partial(self._alive, url), seconds=30)

    async def _alive(self, url: str) -> bool:
        try:
            async with self.http.get(f"{url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def _taken(self, url: str, body: bytes) -> bool:
        headers = {"authorization": f"Bearer {KEY}", "content-type": "application/cloudevents+json"}
        try:
            async with self.http.post(f"{url}/v1/events", data=body, headers=headers) as answer:
                assert answer.status in (200, 202, 429, 503), await answer.text()
                return answer.status < 300
        except (aiohttp.ClientError, TimeoutError):
            return False


@dataclass(slots=True)
class Payers:
    """Everybody who pays. `moment` says how long a person hesitates."""

    desk: Cashier
    portal: Portal
    caller: Caller
    random: Random
    payments: int = 0
    links_lost: int = 0

    async def play(self, story: Story) -> None:
        """The whole story of an order, as far as the payer has a part in it."""
        gateway = self.desk[story.system]
        if story.kind == "abandoned":
            await self.link(story, SHORT)
            return
        if story.kind == "late":
            ours, theirs = await self.link(story, SHORT)
            if self.random.random() < 0.5:
                gateway.pay(theirs, "cancel")
            await self.portal.until(story.order, lambda events: _ended(events, ours))
            gateway.pay(theirs, late=True)
            self.payments += 1
            return
        _, theirs = await self.link(story, None)
        await self._hesitate()
        gateway.pay(theirs)
        self.payments += 1
        if story.kind != "once":
            await self._hesitate()
            gateway.pay(theirs, again=True) if story.kind == "twice" else gateway.pay(theirs, "reverse")

    async def link(self, story: Story, lasting: float | None) -> tuple[str, str]:
        """Our reference and the gateway's name of it, once the payer's browser has opened the page.

        The portal asks again when it hears that an attempt ended before anybody could pay it.
        """
        seen = 0
        for number in range(50):
            until = None if lasting is None else datetime.now(ZONE) + timedelta(seconds=lasting)
            await self.caller.say("payment.requested", story.order, story.requested(until), f"{story.order}/{number}")
            seen, opened = await self.portal.until(story.order, partial(_answered, seen=seen))
            if opened is not None:
                return opened["reference"], await self._open(opened["url"])
            self.links_lost += 1
            await asyncio.sleep(0.1)
        raise AssertionError(f"{story} gets no link: {self.portal.heard[story.order]}")

    async def _open(self, url: str) -> str:
        async with self.caller.http.get(url) as page:
            assert page.status == 200, await page.text()
        parts = urlsplit(url)
        named = parse_qs(parts.query).get("vnp_TxnRef")
        return named[0] if named else unquote(parts.path.rpartition("/")[2])

    async def _hesitate(self) -> None:
        await asyncio.sleep(self.random.uniform(0, PAUSE))


def _answered(events: Sequence[Event], seen: int) -> tuple[int, Event | None] | None:
    """The first event after those `seen` that answers a request: the link, or that there is none."""
    for number, event in enumerate(events[seen:], seen + 1):
        if event["type"] == "payment.opened" and not _ended(events, event["data"]["reference"]):
            return number, event["data"]
        if event["type"] in ("payment.failed", "payment.expired", "payment.declined"):
            return number, None
    return None


def _ended(events: Sequence[Event], reference: str) -> Event | None:
    ends = ("payment.failed", "payment.expired")
    return next((one for one in events if one["type"] in ends and one["data"]["reference"] == reference), None)
