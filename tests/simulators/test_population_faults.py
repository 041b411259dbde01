"""Every fault of the population database, as a client meets it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from lxml import etree

from simulators.population import PopulationSettings, create
from simulators.population.registry import PopulationSize
from simulators.server import serve

from .population_support import LOOKUP, NAME, NOW, SAY, Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def one(http: aiohttp.ClientSession) -> AsyncIterator[Client]:
    settings = PopulationSettings(people=PopulationSize(unknown=0, differs=0))
    async with await serve(create(settings, clock=lambda: NOW)) as server:
        yield Client(server.url, http)


@pytest_asyncio.fixture(loop_scope="session")
async def client(one: Client) -> Client:
    await one.reset()
    return one


async def test_down_and_time_out(client: Client) -> None:
    await client.faults(down=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.lookup()
    await client.faults(timeout_before_effect={"seconds": 0.05})
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.lookup()
    log = (await client.control("log"))["calls"]
    assert [(call["service"], call["result"]) for call in log] == [(LOOKUP, None)] * 2


async def test_busy_error_and_slow(client: Client) -> None:
    await client.faults(busy={"status": 503, "retry_after": 2})
    assert (await client.lookup()).status == 503
    await client.faults(http_500={"status": 502})
    assert (await client.lookup()).status == 502
    await client.faults(slow={"seconds": 0.05, "times": 1})
    replies = await asyncio.gather(client.lookup(), client.lookup(MaYeuCau="2"))
    assert {reply.status for reply in replies} == {200}
    assert (await client.control("stats"))["most_in_flight"] == 2


@pytest.mark.parametrize("code", ["Client", "Server"])
async def test_soap_faults(client: Client, code: str) -> None:
    await client.faults(soap_fault={"code": code, "text": "Lỗi ví dụ"})
    reply = await client.lookup()
    assert reply.status == 500
    assert reply.body_child().findtext("faultcode") == f"soapenv:{code}"
    assert reply.fault() == "Lỗi ví dụ"
    await client.faults(soap_fault={"status": 200})
    assert (await client.lookup()).status == 200


async def test_html(client: Client) -> None:
    await client.faults(html=1)
    reply = await client.lookup()
    assert (reply.status, reply.kind) == (200, "text/html;charset=utf-8")
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(reply.body)


async def test_wrong_charsets(client: Client) -> None:
    await client.faults(wrong_charset={"charset": "windows-1258"})
    reply = await client.lookup()
    assert reply.kind == "text/xml;charset=utf-8"
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode()
    await client.faults(declared_charset=1)
    reply = await client.lookup()
    assert reply.kind == "text/xml;charset=utf-16"
    assert reply.body.startswith(b"<?xml version='1.0' encoding='UTF-16'?>")
    assert NAME.upper() in reply.body.decode()
    await client.faults(declared_charset={"charset": "ISO-8859-1", "header": False})
    reply = await client.lookup()
    assert reply.kind == "text/xml;charset=utf-8"
    assert reply.text("CongDan/HoVaTen/Ten") != NAME.upper()


async def test_latin_1_is_honest(client: Client) -> None:
    await client.faults(latin_1=1)
    reply = await client.lookup()
    assert reply.kind == "text/xml;charset=iso-8859-1"
    assert b"encoding='ISO-8859-1'" in reply.body
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")
    assert reply.text("CongDan/HoVaTen/Ten") == NAME.upper()


async def test_truncated(client: Client) -> None:
    whole = await client.lookup()
    await client.faults(truncated={"keep": 0.5})
    reply = await client.lookup()
    assert whole.body.startswith(reply.body)
    assert len(reply.body) == len(whole.body) // 2


async def test_oversized(client: Client) -> None:
    await client.faults(oversized_text={"bytes": 3_000_000})
    reply = await client.lookup()
    (person,) = reply.body_child()
    assert len((person.findtext(f"{{{SAY}}}ThuongTru/{{{SAY}}}ChiTiet") or "").encode()) >= 3_000_000
    await client.faults(oversized={"bytes": 2_000_000})
    reply = await client.lookup()
    assert (len(reply.body), reply.kind) == (2_000_000, "text/xml;charset=utf-8")
    assert reply.text("CongDan/HoVaTen/Ten") == NAME.upper()


async def test_hostile_documents(client: Client) -> None:
    await client.faults(entity_bomb={"levels": 3, "fanout": 10})
    reply = await client.lookup()
    unfolded = etree.fromstring(reply.body, etree.XMLParser(resolve_entities=True))
    assert "".join(str(text) for text in unfolded.itertext()) == "lol" * 1000
    await client.faults(external_entity={"url": "http://127.0.0.1:1/x"})
    reply = await client.lookup()
    assert b'<!ENTITY e SYSTEM "http://127.0.0.1:1/x">' in reply.body and b"&e;" in reply.body
    await client.faults(external_entity={"parameter": True})
    assert b"%e;]>" in (await client.lookup()).body
    await client.faults(deep={"depth": 5000})
    reply = await client.lookup()
    assert reply.body.count(b"<ns1:CongDan>") == 5000


async def test_missing_elements_and_unknown_codes(client: Client) -> None:
    await client.faults(missing={"elements": ["Ten", "GioiTinh"]})
    reply = await client.lookup()
    assert reply.text("CongDan/GioiTinh") is None
    assert reply.text("CongDan/HoVaTen/Ten") is None
    assert reply.text("CongDan/HoVaTen/Ho") == ""
    await client.faults(unknown_codes=1)
    reply = await client.lookup()
    assert (reply.text("CongDan/GioiTinh"), reply.text("CongDan/DanToc")) == ("9", "77")
    await client.faults(unknown_codes=1, answers={"shape": "qcvn109"})
    assert (await client.lookup()).text("CongDan/DanToc/MaDanToc") == "77"


async def test_another_namespace(client: Client) -> None:
    await client.faults(namespace=1)
    assert (await client.lookup()).body_child().tag == "{http://gtel.vn/qldc}CongdanCollection"


async def test_faults_for_one_operation_and_so_many_times(client: Client) -> None:
    await client.faults(html={"match": "XacThuc.*"}, truncated={"match": "ThayDoi"}, soap_fault={"times": 1})
    assert (await client.lookup()).status == 500
    assert (await client.lookup()).status == 200
    assert (await client.verify()).kind == "text/html;charset=utf-8"
    assert (await client.control("stats"))["faults"] == {"soap_fault": 1, "html": 1}


async def test_a_wrong_fault_is_named(client: Client) -> None:
    async with client.http.put(f"{client.url}/_control/faults", json={"deep": {"depth": 0}}) as answer:
        assert answer.status == 422
        assert (await answer.json())["errors"][0]["place"] == "/deep/depth"
