"""Five simulated payment gateways, and the configuration of a bus between them and a portal, with short times."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from simulators import momo, national_payment, paygov, vnpay, zalopay
from simulators.gateway import GatewayFaults, GatewayState
from simulators.server import Server, serve

from .axis import TARGET, document
from .province import Configuration

SECRET = "BI-MAT-VI-DU"
VNPAY, MOMO, ZALOPAY, NATIONAL, PAYGOV = "vnpay", "momo", "zalopay", "national-payment", "paygov"
GATEWAYS = (VNPAY, MOMO, ZALOPAY, NATIONAL, PAYGOV)
# those that can be asked what became of a payment, and those that can be told to pay back
ASKED, REFUNDING = (VNPAY, MOMO, ZALOPAY, NATIONAL), (VNPAY, MOMO, ZALOPAY)
FORMULA: Mapping[str, Any] = {
    "fields": ["partnerCode", "orderId", "requestCode", "amount", "transactionNo", "errorCode"],
    "separator": "|",
    "place": "key",
    "algorithm": "hmac-sha256",
    "case": "lower",
}
ROUTES = [
    {
        "name": "portal",
        "types": [
            *("payment.opened", "payment.paid", "payment.surplus", "payment.failed", "payment.expired"),
            *("payment.suspended", "payment.reversed", "payment.declined", "payment.refunded", "payment.refund_failed"),
            "receipt.issued",
        ],
        "to": [TARGET],
    }
]
CLIENTS: Mapping[str, Any] = {
    f"{name}-gateway": {"signed": [name], "send": [{"source": f"/gateways/{name}", "types": ["payment.noticed"]}]}
    for name in GATEWAYS
}
_KINDS: Mapping[str, tuple[ModuleType, type[Any], Mapping[str, Any]]] = {
    VNPAY: (vnpay, vnpay.VnpaySettings, {"refund_after": 1}),
    MOMO: (momo, momo.MomoSettings, {}),
    ZALOPAY: (zalopay, zalopay.ZalopaySettings, {"refund_after": 1}),
    # else a transaction that the platform does not know would be one that failed
    NATIONAL: (national_payment, national_payment.NationalPaymentSettings, {"absent_code": "01"}),
    PAYGOV: (paygov, paygov.PaygovSettings, {"checksum": FORMULA}),
}


@dataclass(frozen=True, slots=True)
class Cashier:
    """The gateways by their names as systems, running in this loop."""

    servers: Mapping[str, Server]

    def __getitem__(self, system: str) -> GatewayState[Any]:
        state: GatewayState[Any] = self.servers[system].app.state.gateway
        return state

    @property
    def gateways(self) -> dict[str, GatewayState[Any]]:
        """What they hold."""
        return {name: self[name] for name in self.servers}

    def turn(self, **faults: Any) -> None:
        """Let these faults be on everywhere and no others; each gateway has chances of its own."""
        seed = faults.pop("seed", 0)
        for number, state in enumerate(self.gateways.values()):
            state.turn(GatewayFaults.model_validate({"seed": seed + number, **faults}))

    async def idle(self) -> None:
        """Until every notice was answered, lost or given up."""
        for state in self.gateways.values():
            await state.courier.idle()


@asynccontextmanager
async def cashier(bus: str, **settings: Any) -> AsyncIterator[Cashier]:
    """The gateways; they send their notices to the bus at this URL."""
    async with AsyncExitStack() as stack:
        servers = {}
        for name, (module, model, own) in _KINDS.items():
            app = module.create(model(notice_url=f"{bus}/in/{name}/notice", **{**own, **settings}))
            servers[name] = await stack.enter_async_context(await serve(app))
        yield Cashier(servers)


def systems(desk: Cashier, pace: Mapping[str, Any], policies: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The gateways and the payment process as systems; `policies` are laid over those of every gateway."""
    found = {name: {**pace, **_system(name, server.url)} for name, server in desk.servers.items()}
    return {**found, "payments": {**pace, **_process(policies or {})}}


def configured(
    folder: Path, port: int, outside: Mapping[str, Any], name: str = "bus", **sections: Any
) -> Configuration:
    """Written down for a process of its own."""
    lease = {"lease": "3s"}
    made = document(folder, outside, routes=ROUTES, more_clients=CLIENTS, **sections)
    made |= {"http": {"port": port}, "ledger": {**made["ledger"], **lease}}
    made |= {"dispatch": {"hint_timeout": "2s", "drain": "10s"}}
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(made, indent=1), encoding="utf-8")
    return Configuration(path, {})


def _process(policies: Mapping[str, Any]) -> dict[str, Any]:
    gateways = {name: {"like": name.replace("-", "_"), **policies} for name in GATEWAYS}
    return {"adapter": "payments", "connector": "none", "settings": {"gateways": gateways, "reuse": 0}}


def _system(name: str, url: str) -> dict[str, Any]:
    connect = {"base_url": url, "auth": {"type": "none"}}
    return {"adapter": name.replace("-", "_"), "connect": connect, "settings": _SETTINGS[name](url)}


def _vnpay(url: str) -> dict[str, Any]:
    return {
        "terminal": "LGSPTEST",
        "secret": SECRET,
        "pay_url": f"{url}/paymentv2/vpcpay.html",
        "server_address": "203.0.113.9",
    }


def _momo(url: str) -> dict[str, Any]:
    named = {"partner": "VIDU", "access_key": "KHOA", "secret": SECRET}
    return {**named, "notice_url": "https://truc.example.vn/in/momo/notice"}


def _zalopay(url: str) -> dict[str, Any]:
    return {"app_id": 2554, "key1": SECRET, "key2": SECRET}


def _national(url: str) -> dict[str, Any]:
    return {
        "partner": "DVC01",
        "secret": SECRET,
        "paths": {"init": "khoi-tao", "query": "truy-van", "bill": "bien-lai"},
        "levy_codes": {"fee": "1", "charge": "2"},
        "beneficiary": {"account": "3511000000", "bank": "970403", "name": "Sở Ví Dụ"},
        "codes": {"99": "failed", "01": "absent"},
    }


def _paygov(url: str) -> dict[str, Any]:
    named = {"partner": "PAYGOV-VIDU", "path": "thanh-toan", "secret": SECRET, "unit": "000.00.15.H49"}
    return {**named, "checksum": FORMULA, "codes": {"99": "failed"}}


_SETTINGS = {VNPAY: _vnpay, MOMO: _momo, ZALOPAY: _zalopay, NATIONAL: _national, PAYGOV: _paygov}
