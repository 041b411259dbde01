"""SOAP served by a whole bus: zeep's own client is the witness, behind the bus's keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from lxml import etree

from bus import registry
from lienthong import Adapter, Answer, Capabilities, Context, Draft, Inbound
from lienthong.calls import Fault
from lienthong.ports import Reception, receive
from lienthong.requests import Accept, Find, Found, Outcome
from tests.connectors.soap.support import CITIZENS

from .axis import KEY, TARGET, Axis, Collector, collected, collecting, running

SERVICE = "dich-vu"
SCAN = b"%PDF-1.7 vi du"


class Desk(Adapter):
    """Takes what is submitted and notified, finds it again, and breaks when it is told to."""

    name = "desk"
    capabilities = Capabilities(callbacks=True)

    @receive(SERVICE)
    def take(self, inbound: Inbound, context: Context) -> Reception:
        assert inbound.call is not None
        operation, said = inbound.call.operation, inbound.call.arguments
        if operation == "LookUp":
            found = yield Find("message", said["RequestId"])
            assert isinstance(found, Found)
            return Answer(200, value={"Note": found.data["text"]} if found.data else {"Surprise": "x"})
        if operation == "Ping":
            raise LookupError("Nguyễn Văn Ví Dụ")
        subject, text = (said["Title"], said["Scan"]) if operation == "Submit" else (said["Subject"], said.get("Text"))
        became = yield Accept((Draft("notice.filed", subject, {"text": text}, key=subject),))
        assert isinstance(became, Outcome)
        if became.state == "refused":
            return Answer(200, fault=Fault("Client.Refused", became.problems[0].reason))
        return Answer(503) if became.state == "failed" else Answer(200, value={"Receipt": "bmjhuq1u"})


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """`desk` among the installed adapters."""
    known = registry._found
    point = EntryPoint("desk", f"{__name__}:Desk", registry.ADAPTERS)
    monkeypatch.setattr(
        registry, "_found", lambda group: known(group) | ({"desk": point} if group == registry.ADAPTERS else {})
    )


@asynccontextmanager
async def served(folder: Path, **sections: Any) -> AsyncIterator[tuple[Axis, Collector]]:
    systems = {
        "citizens": {
            "adapter": "desk",
            "connector": "soap",
            "connect": {"base_url": "http://partner.example.vn", "wsdl": str(CITIZENS), "endpoint": {}},
        }
    }
    data = {"type": "object", "properties": {"text": {"maxLength": 40}}}
    more = {
        "routes": [{"name": "notices", "types": ["notice.filed"], "to": [TARGET]}],
        "types": {"notice.filed": {"schema": data}},
    }
    async with collecting() as collector:
        systems[TARGET] = collected(collector)
        async with running(folder, systems, **more, **sections) as axis:
            yield axis, collector


async def call(axis: Axis, ask: Callable[[Any], Any]) -> Any:
    """What zeep's client makes of it, or the exception that it raises."""

    def in_a_thread() -> Any:
        with requests.Session() as session:
            session.headers["authorization"] = f"Bearer {KEY}"
            client = zeep.Client(f"{axis.url}/in/citizens/{SERVICE}?wsdl", transport=zeep.Transport(session=session))
            try:
                return ask(client.service)
            except (zeep.exceptions.Fault, zeep.exceptions.TransportError) as error:
                return error

    return await asyncio.to_thread(in_a_thread)


def look_up(id: str) -> Callable[[Any], Any]:
    return lambda service: service.LookUp(RequestId=id, Purpose="1", language="vi")


async def test_zeep_is_served(tmp_path: Path) -> None:
    async with served(tmp_path) as (axis, collector):
        taken = await call(axis, lambda service: service.Submit(Title="HS-1", Scan=SCAN))
        assert taken.Receipt == b"nh\xe1\xba\xadn"
        assert await call(axis, lambda service: service.Notify(Subject="HS-2", Text="Đã nhận")) is None
        again = await call(axis, lambda service: service.Submit(Title="HS-1", Scan=SCAN))
        assert again.Receipt == taken.Receipt
        assert (await call(axis, look_up("HS-2"))).Note == "Đã nhận"
        await axis.quiet()
        assert {event["subject"]: event["data"]["text"] for event in collector.events} == {
            "HS-1": "JVBERi0xLjcgdmkgZHU=",
            "HS-2": "Đã nhận",
        }
        assert len(collector.events) == 2


async def test_what_is_wrong_is_a_fault(tmp_path: Path) -> None:
    async with served(tmp_path) as (axis, collector):
        changed = await call(axis, lambda service: (service.Notify(Subject="A"), service.Notify(Subject="A", Text="B")))
        assert isinstance(changed, zeep.exceptions.Fault) and "used before" in changed.message
        refused = await call(axis, lambda service: service.Notify(Subject="HS-3", Text="x" * 41))
        assert isinstance(refused, zeep.exceptions.Fault) and refused.code == "soap-env:Client.Refused"
        misfit = await call(axis, look_up("nobody"))
        assert isinstance(misfit, zeep.exceptions.Fault) and "does not fit the WSDL" in misfit.message
        broken = await call(axis, lambda service: service.Ping())
        assert isinstance(broken, zeep.exceptions.Fault), broken
        assert (broken.code, "LookupError" in broken.message) == ("soap-env:Server", True)
        assert "Ví Dụ" not in broken.message and broken.detail is not None
        for body, code in ((b"<html>", "Client"), (envelope("<a/>"), "Client"), (envelope(INVALID), "Client")):
            status, answer = await post(axis, body)
            assert (status, answer.findtext(".//faultcode")) == (500, f"soap-env:{code}")
        await axis.quiet()
        assert [event["subject"] for event in collector.events] == ["A"]


async def test_overload_is_said_before_it_hurts(tmp_path: Path) -> None:
    async with served(tmp_path, http={"port": 0, "min_disk": "1000000GB"}) as (axis, _):
        full = await call(axis, lambda service: service.Notify(Subject="HS-1"))
        assert isinstance(full, zeep.exceptions.Fault) and full.code == "soap-env:Server"
        assert "503" in full.message and "repeat" in full.message
        assert await axis.rows("SELECT id FROM message") == []


async def test_without_a_key_nothing_is_served(tmp_path: Path) -> None:
    async with (
        served(tmp_path) as (axis, _),
        axis.http.get(f"/in/citizens/{SERVICE}?wsdl", headers={"authorization": "Bearer lt_another"}) as answer,
    ):
        assert answer.status == 401


INVALID = '<LookUp xmlns="urn:example:citizens" language="vi"><RequestId>1</RequestId></LookUp>'


def envelope(body: str) -> bytes:
    name = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<e:Envelope xmlns:e="{name}"><e:Body>{body}</e:Body></e:Envelope>'.encode()


async def post(axis: Axis, content: bytes) -> tuple[int, etree._Element]:
    headers = {"content-type": "text/xml; charset=utf-8"}
    async with axis.http.post(f"/in/citizens/{SERVICE}", data=content, headers=headers) as answer:
        return answer.status, etree.fromstring(await answer.read())
