"""Notices through the bus's own intake and a real ledger: what is stored, and what the gateway hears after it."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlalchemy import text

from bus.config.model import Config
from bus.intake import Intake
from bus.intake.reception import Caller, Reception
from bus.ledger import Change, Ledger, processes
from bus.policy import Stamps
from bus.processes.payment import PaymentPolicy, PaymentState
from bus.processes.payment.process import Payments
from bus.processes.payment.state import Attempt as Known
from bus.router import Router
from lienthong import Adapter, Answer, Inbound
from schemas.payments import Attempt

from .support import attempted, get, momo, national, paygov, post, vnpay, zalopay
from .test_momo import signed
from .test_national_notices import confirm
from .test_paygov import notice as told
from .test_vnpay import notice
from .test_zalopay import callback

_ids = itertools.count(7000)
GATEWAYS: dict[str, Adapter] = {
    "vnpay": vnpay(),
    "momo": momo(),
    "zalopay": zalopay(),
    "national-payment": national(),
    "paygov": paygov(),
}
SYSTEMS = {
    name: {"adapter": name.replace("-", "_"), "connect": {"base_url": "http://127.0.0.1:9"}} for name in GATEWAYS
}
MANAGERS = {"payments": Payments(PaymentPolicy(gateways={}))}
CONFIG = {
    "unit": "H49",
    "clients": {
        "gateway": {
            "key": "sha256:" + "0" * 64,
            "send": [{"source": "/gateways", "types": ["payment.*"]}],
            "systems": list(GATEWAYS),
        }
    },
    "systems": SYSTEMS,
    "routes": [{"name": "kept", "types": ["payment.*"], "drop": True}],
}


class Nobody:
    """In the relay's place."""

    def room(self, system: str) -> bool:
        return True

    def hint(self, deliveries: Any) -> None:
        raise AssertionError("nothing is routed anywhere")

    def wake(self) -> None:
        raise AssertionError("nothing is routed anywhere")


class Bus:
    """Intake and ledger of three gateways."""

    def __init__(self, config: Config, ledger: Ledger) -> None:
        self.ledger, self.client = ledger, config.clients["gateway"]
        self.intake = Intake(config, Router(config, GATEWAYS), Stamps(config, GATEWAYS), ledger, Nobody(), time.time)
        self.reception = Reception(self.intake, ledger, lambda: 1795311062.0, lambda: None, managers=MANAGERS)

    async def told(self, system: str, inbound: Inbound) -> Answer:
        caller = Caller("gateway", self.client, system)
        return (await self.reception.receive(GATEWAYS[system], "notice", inbound, caller)).answer

    async def open(self, system: str) -> None:
        """The payment process knows the attempt A1B2C3."""
        attempt = Attempt.model_validate_json(attempted(system).data)
        known = Known(number=1, system=system, **attempt.model_dump(include={"reference", "amount", "created_at"}))
        state = PaymentState(order_code="TT-1", amount=attempt.amount, attempts=(known,)).model_dump_json()
        change = Change("payments", f"TT-1/{system}", 0, state, names=(f"payment/{system}/A1B2C3",))
        await self.ledger.call(
            lambda session, _: (processes.lock(session, [change]), processes.write(session, [change]))
        )

    async def noticed(self) -> list[dict[str, Any]]:
        rows = "SELECT subject, data FROM message WHERE type = 'payment.noticed' ORDER BY received_at"
        return await self.ledger.read(lambda c: [dict(row) for row in c.execute(text(rows)).mappings()])


@pytest_asyncio.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    config = Config.model_validate({**CONFIG, "ledger": {"url": f"sqlite:///{tmp_path}/ledger.db"}})
    ledger = Ledger(config.ledger.url.get_secret_value(), id=next(_ids))
    try:
        yield Bus(config, ledger)
    finally:
        await ledger.close()


def code(answer: Answer) -> Any:
    body = json.loads(answer.content)
    return body.get("RspCode", body.get("return_code"))


async def test_vnpay(bus: Bus) -> None:
    await bus.open("vnpay")
    assert code(await bus.told("vnpay", get(notice() + "0"))) == "97"
    assert await bus.noticed() == []
    answers = await asyncio.gather(*[bus.told("vnpay", get(notice())) for _ in range(8)])
    assert sorted(map(code, answers)) == ["00"] + ["02"] * 7
    [row] = await bus.noticed()
    said = json.loads(row["data"])
    assert (row["subject"], said["order_code"], said["amount"], said["outcome"]) == ("TT-1", "TT-1", 150_000, "paid")


async def test_vnpay_with_an_unknown_order(bus: Bus) -> None:
    assert [code(await bus.told("vnpay", get(notice()))) for _ in range(2)] == ["01", "01"]
    [row] = await bus.noticed()
    assert (row["subject"], "order_code" in json.loads(row["data"])) == ("A1B2C3", False)
    await bus.open("vnpay")
    assert code(await bus.told("vnpay", get(notice()))) == "00"
    assert len(await bus.noticed()) == 2


async def test_momo_sends_a_repeat_with_a_new_time(bus: Bus) -> None:
    await bus.open("momo")
    for at in (1795311062000, 1795311062001):
        assert (await bus.told("momo", post(signed(responseTime=at)))).status == 204
    assert len(await bus.noticed()) == 1


async def test_zalopay(bus: Bus) -> None:
    await bus.open("zalopay")
    assert [code(await bus.told("zalopay", post(callback()))) for _ in range(2)] == [1, 2]
    assert len(await bus.noticed()) == 1


async def test_the_payment_platform(bus: Bus) -> None:
    """What it hears is what the ledger holds, and a forged notice is not in the way of the genuine one."""
    system = "national-payment"

    async def hears(document: dict[str, Any]) -> Any:
        return json.loads((await bus.told(system, post(document))).content)["MaLoi"]

    assert await hears({**confirm(), "SoTien": 1}) == "99"
    assert await hears(confirm()) == "99"  # no attempt of ours yet: booked as unclaimed
    [row] = await bus.noticed()
    assert (row["subject"], "order_code" in json.loads(row["data"])) == ("A1B2C3", False)
    await bus.open(system)
    answers = await asyncio.gather(*[hears(confirm()) for _ in range(8)])
    assert answers == ["00"] * 8
    assert len(await bus.noticed()) == 2
    assert await hears(confirm(SoTien=1)) == "99"  # booked as it came
    assert len(await bus.noticed()) == 3


async def test_paygov(bus: Bus) -> None:
    await bus.open("paygov")
    said = [json.loads((await bus.told("paygov", post(told()))).content)["error_code"] for _ in range(2)]
    assert said == ["SUCCESSFUL"] * 2
    assert json.loads((await bus.told("paygov", post({**told(), "amount": 1}))).content)["error_code"] == "FAILED"
    [row] = await bus.noticed()
    assert (row["subject"], json.loads(row["data"])["amount"]) == ("TT-1", 150_000)
