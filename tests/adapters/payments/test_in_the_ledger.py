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
from bus.intake.intake import drafted
from bus.intake.reception import Caller, Reception
from bus.ledger import Ledger
from bus.policy import Stamps
from bus.router import Router
from lienthong import Adapter, Answer, Draft, Inbound

from .support import attempted, get, momo, post, vnpay, zalopay
from .test_momo import signed
from .test_vnpay import notice
from .test_zalopay import callback

_ids = itertools.count(7000)
GATEWAYS: dict[str, Adapter] = {"vnpay": vnpay(), "momo": momo(), "zalopay": zalopay()}
CONFIG = {
    "unit": "H49",
    "clients": {
        "gateway": {
            "key": "sha256:" + "0" * 64,
            "send": [{"source": "/gateways", "types": ["payment.*"]}],
            "systems": list(GATEWAYS),
        }
    },
    "systems": {name: {"adapter": name, "connect": {"base_url": "http://127.0.0.1:9"}} for name in GATEWAYS},
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
        self.reception = Reception(self.intake, ledger, lambda: 1795311062.0, lambda: None)

    async def told(self, system: str, inbound: Inbound) -> Answer:
        caller = Caller("gateway", self.client, system)
        return (await self.reception.receive(GATEWAYS[system], "notice", inbound, caller)).answer

    async def open(self, system: str) -> None:
        """The attempt A1B2C3 is known. Until the process keeps it, it is found by its reference as subject."""
        data = json.loads(attempted(system).data)
        draft = Draft("payment.attempted", "A1B2C3", data, key=f"attempt/{system}")
        taken = await self.intake.accept(
            "gateway", self.client, [drafted(draft, "/gateways", f"attempt/{system}", None)]
        )
        assert isinstance(taken, list)

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
