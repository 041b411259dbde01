"""The carrier below the national portal is a replaceable part: the same conversations over each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from adapters.national_portal import NationalPortal, NationalPortalSettings
from connectors.rest import Rest
from connectors.vxp import Vxp
from lienthong import Absent, Connector, Delivered, Reject
from lienthong.verdicts import Each, Split
from simulators.lgsp import LgspSettings
from simulators.lgsp import create as gateway
from simulators.national_portal import create as portal
from simulators.national_portal.audit import audit
from simulators.national_portal.settings import NationalPortalSettings as Simulated
from simulators.provincial_portal.filed import expected
from simulators.provincial_portal.generate import generate
from simulators.server import serve

from .carried import driven, opened
from .test_with_simulators import CONTEXT, messages, new_dossiers

DSTCODE = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
SESSION = {**NationalPortal.auth, "username": "000.00.00.H49", "password": "mat-khau-vi-du"}
TOKEN = {
    "type": "oauth2",
    "client_id": "khoa-ung-dung-vi-du",
    "client_secret": "mat-khau-ung-dung-vi-du",
}
FACADE = {"answers": {"message": "facade", "error_code": "number"}}

Make = Callable[[str], tuple[Any, dict[str, Any]]]


def xrd(url: str) -> tuple[Any, dict[str, Any]]:
    return Vxp, {"base_url": url, "dstcode": DSTCODE}


def vxp(url: str) -> tuple[Any, dict[str, Any]]:
    return Vxp, {"base_url": url, "dstcode": DSTCODE, "adapter": "VXPAdapter", "dstcode_in": "header"}


def rest(url: str) -> tuple[Any, dict[str, Any]]:
    return Rest, {"base_url": url}


def facade_opened(url: str) -> tuple[Any, dict[str, Any]]:
    return Rest, {"base_url": url, "envelope": {"content": "/message", "status": None}}


# the carrier; what the simulated portal is told; what the simulated gateway in front is told, if there is one
CARRIERS: dict[str, tuple[Make, dict[str, Any], dict[str, Any] | None]] = {
    "XrdAdapter": (xrd, {"dstcode": DSTCODE}, None),
    "VXPAdapter": (vxp, {"dstcode": DSTCODE}, None),
    "NDXP REST": (rest, {}, {}),
    "gateway with an envelope": (rest, {}, {"envelope": "thai-nguyen", "envelope_status": "200"}),
    "gateway with an envelope and status": (rest, {}, {"envelope": "thai-nguyen"}),
    "facade": (rest, FACADE, None),
    "facade opened by the connector": (facade_opened, FACADE, None),
    "facade behind a gateway with an envelope": (rest, FACADE, {"envelope": "thai-nguyen"}),
}
carried = pytest.mark.parametrize("carrier", CARRIERS)


@asynccontextmanager
async def way(carrier: str, **simulated: Any) -> AsyncIterator[tuple[Connector, Any]]:
    """A connector to a simulated portal, and its state."""
    make, told, front = CARRIERS[carrier]
    async with AsyncExitStack() as stack:
        app = portal(Simulated.model_validate({**told, **simulated}))
        url = (await stack.enter_async_context(await serve(app))).url
        more: dict[str, Any] = {"auth": SESSION}
        if front is not None:
            settings = {**front, "upstreams": {"/ngsp/dvcqg": url}}
            server = await stack.enter_async_context(await serve(gateway(LgspSettings.model_validate(settings))))
            more["gateway"] = [{**TOKEN, "token_url": f"{server.url}/token"}]
            more["envelope"] = {} if front.get("envelope") else None
            url = f"{server.url}/ngsp/dvcqg"
        kind, connect = make(url)
        yield await stack.enter_async_context(opened(kind, **connect, **more)), app.state.portal


def adapter(**settings: Any) -> NationalPortal:
    return NationalPortal(NationalPortalSettings.model_validate({"madonvi": "000.00.00.H49", **settings}))


@carried
async def test_everything_arrives_as_it_was_filed(carrier: str) -> None:
    notices = [dict(notice) for case in generate(8, seed=7) for notice in case.notices]
    own = adapter()
    async with way(carrier) as (connector, state):
        for message in messages(notices):
            operation = own.operation_for(message.type)
            assert operation is not None
            verdict = await driven(connector, getattr(own, operation.call)([message], CONTEXT))
            assert isinstance(verdict, Each) and isinstance(verdict.verdicts[0], Delivered), verdict
    found = audit([dossier.as_json(True) for dossier in state.dossiers.values()], expected(notices))
    assert found.ok and found.filed == len(notices), found.as_json()


@carried
async def test_an_existing_one_in_a_batch(carrier: str) -> None:
    own, batch = adapter(), new_dossiers()
    async with way(carrier) as (connector, state):
        await driven(connector, own.submit(batch[2:3], CONTEXT))
        assert isinstance(await driven(connector, own.submit(batch, CONTEXT)), Split)
        state.turn(type(state.faults)(batch="partial"))
        verdict = await driven(connector, own.submit(batch, CONTEXT))
    assert [type(single) for single in verdict.verdicts] == [Delivered] * 6
    assert [len(dossier.versions) for dossier in state.dossiers.values()] == [2, 1, 1, 1, 1, 1]


@carried
async def test_lookups(carrier: str) -> None:
    own = adapter(steps={"on_unknown": "lookup", "lookup_service": "TraCuuTienDoHoSo"})
    notices = [dict(notice) for notice in generate(1, seed=5)[0].notices]
    filed, first, second = messages([n for n in notices if n["LoaiBanTin"] != "CapNhatHoSo"])[:3]
    async with way(carrier, steps="queryable") as (connector, _):
        assert isinstance(await driven(connector, own.find_dossier(filed, CONTEXT)), Absent)
        await driven(connector, own.submit([filed], CONTEXT))
        await driven(connector, own.steps([first], CONTEXT))
        assert isinstance(await driven(connector, own.find_dossier(filed, CONTEXT)), Delivered)
        assert isinstance(await driven(connector, own.find_step(first, CONTEXT)), Delivered)
        assert isinstance(await driven(connector, own.find_step(second, CONTEXT)), Absent)


@carried
async def test_refusals_of_a_step_and_of_a_session(carrier: str) -> None:
    own, batch = adapter(), new_dossiers()
    notices = [dict(notice) for notice in generate(1, seed=5)[0].notices if notice["LoaiBanTin"] == "TienDo"]
    async with way(carrier) as (connector, state):
        (single,) = (await driven(connector, own.steps(messages(notices)[:1], CONTEXT))).verdicts
        assert isinstance(single, Reject) and "chưa được đồng bộ" in single.reason
        state.sessions.clear()
        verdict = await driven(connector, own.submit(batch[1:2], CONTEXT))
    assert isinstance(verdict.verdicts[0], Delivered), verdict
