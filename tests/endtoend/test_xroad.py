"""The bus as a provider on X-Road: called by a security server that shares no code with it, in both protocols."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
import pytest_asyncio
from lxml import etree

from tests.connectors.xroad.running import ME, OWNER

from .crossroad import OFFICER_KEY, Crossroad, crossroad

pytestmark = pytest.mark.asyncio(loop_scope="module")

T = "{http://dancu.example.vn/v1}"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Crossroad]:
    async with crossroad(tmp_path_factory.mktemp("bus")) as found:
        yield found


def soap(operation: str, **fields: str) -> str:
    """The body of a call."""
    root = etree.Element(f"{T}{operation}", nsmap={"t": T[1:-1]})
    for name, text in fields.items():
        etree.SubElement(root, f"{T}{name}").text = text
    return etree.tostring(root, encoding="unicode")


def told(report: dict[str, Any]) -> dict[str, str | None]:
    """What stands in an answer's body, by local name."""
    root = ElementTree.fromstring(report["body"])
    return {child.tag.rpartition("}")[2]: child.text for child in root[1][0]}


async def rest(world: Crossroad, operation: str, body: Any, **order: Any) -> tuple[int, Any]:
    report = await world.call(
        operation, protocol="rest", body=json.dumps(body), content_type="application/json", **order
    )
    assert "x-road-error" not in report["headers"], "that would say that X-Road failed, not the provider"
    return report["status"], json.loads(report["body"])


def asked(person: Any) -> dict[str, str]:
    return {name: person[name] for name in ("so", "ten", "tuoi")}


async def test_a_query_in_both_protocols(world: Crossroad) -> None:
    status, found = await rest(world, "tra-cuu", asked(world.person), issue="H49-261122-0001")
    assert status == 200 and found["so"] == world.person["so"], found
    report = await world.call("traCuu", body=soap("traCuu", **asked(world.person)), issue="H49-261122-0001")
    assert (report["status"], report["problem"], report["copied_exactly"]) == (200, None, True), report
    assert told(report) == found
    over_rest, over_soap = [detail for actor, detail in await world.evidence() if '"purpose"' in detail]
    for detail in (over_rest, over_soap):
        assert (
            '"officer":"VN022"' in detail and '"case":"H49-261122-0001"' in detail and '"purpose":"1.000894"' in detail
        )
        assert world.person["so"] not in detail


async def test_nobody_of_that_number(world: Crossroad) -> None:
    status, found = await rest(world, "tra-cuu", {**asked(world.person), "so": "001199000001"})
    assert (status, found) == (404, {})


async def test_a_message_once_for_each_id_of_each_member(world: Crossroad) -> None:
    first = await rest(world, "nop-ho-so", {"ma": "H49-1"})
    assert first == (202, {"state": "accepted", "id": first[1]["id"]})
    assert await rest(world, "nop-ho-so", {"ma": "H49-1"}) == (200, {"state": "duplicate", "id": first[1]["id"]})
    status, problem = await rest(world, "nop-ho-so", {"ma": "H49-2"})
    assert (status, problem["code"]) == (409, "key-reused")
    report = await world.call("nopHoSo", body=soap("nopHoSo", ma="H49-1", noiDung="x"), id="ma-2")
    assert report["copied_exactly"] and told(report)["ketQua"] == "accepted"
    other = await world.call(
        "nopHoSo", body=soap("nopHoSo", ma="H49-9", noiDung="x"), client="VN/GOV/000.00.00.G99/khac"
    )
    assert told(other)["ketQua"] == "accepted", "the same id of another member is another key"
    status, problem = await rest(world, "nop-ho-so", {"ma": "sai"}, id="ma-3")
    assert (status, problem["code"]) == (422, "invalid") and problem["errors"][0]["pointer"] == "/data/parcel"


async def test_what_was_accepted_leaves_over_x_road_again(world: Crossroad) -> None:
    _, taken = await rest(world, "nop-ho-so", {"ma": "H49-77"}, id="ma-77")
    session = aiohttp.ClientSession(f"http://127.0.0.1:{world.bus.port}", headers={"x-api-key": OFFICER_KEY})
    async with session:
        for _ in range(200):
            async with session.get(f"/v1/messages/{taken['id']}") as response:
                [delivery] = (await response.json())["deliveries"]
            if delivery["state"] == "delivered":
                break
            await asyncio.sleep(0.02)
    assert delivery["state"] == "delivered", delivery
    [record] = [one for one in await world.server.records() if json.loads(one["body"])["subject"] == "H49-77"]
    assert record["client"] == ME and record["service"] == f"{OWNER}/congDan"


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        ({"client": "VN/COM/0100000001/la"}, "soap-env:Client.AccessDenied"),
        ({"body": soap("traCuu", ten="A")}, "soap-env:Client"),
        ({"body": "<traCuu/>"}, "soap-env:Client"),
        ({"service": "VN/GOV/000.00.00.H49/khac/traCuu"}, "soap-env:Client"),
        ({"body": soap("traCuu", so="1", ten="A", tuoi="x")}, "soap-env:Client"),
        ({"body": soap("traCuu", so="1")}, "soap-env:Client"),
        ({"headers": {"soapaction": "khong co dau nhay"}}, "soap-env:Client"),
        ({"content_type": "application/json"}, "soap-env:Client"),
    ],
)
async def test_faults_are_the_provider_s_own(world: Crossroad, order: dict[str, Any], fault: str) -> None:
    report = await world.call("traCuu", **{"body": soap("traCuu", **asked(world.person)), **order})
    assert (report["status"], report["problem"], report["fault"]) == (500, None, fault), report
    assert world.person["so"] not in report["body"] and world.person["ten"] not in report["body"]


async def test_rest_refuses_as_any_provider_does(world: Crossroad) -> None:
    status, problem = await rest(world, "tra-cuu", asked(world.person), client="VN/GOV/000.00.00.G99/khac")
    assert (status, problem["code"]) == (403, "access-denied")
    status, problem = await rest(world, "tra-cuu", {"so": 1})
    assert (status, problem["code"]) == (422, "unreadable")
    async with aiohttp.ClientSession() as http, http.post(f"{world.proxy}/in/xroad-rest/tra-cuu", json={}) as response:
        assert response.status == 400 and (await response.json())["code"] == "bad_request"
        assert "X-Road-Client is missing" in (await response.json())["detail"]


async def test_a_message_that_is_no_message_of_x_road(world: Crossroad) -> None:
    bare = '<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>'
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    async with aiohttp.ClientSession() as http:
        for sent, said in ((bare, "missing_header"), (bomb, "DTD"), ("", "missing_soap")):
            url, headers = f"{world.proxy}/in/xroad-soap/traCuu", {"content-type": "text/xml"}
            async with http.post(url, data=sent.encode(), headers=headers) as response:
                text = await response.text()
            assert response.status == 500 and said in text, text
            root = ElementTree.fromstring(text)
            assert root.findtext(".//faultcode") == "soap-env:Client"


async def test_the_wsdl_is_served_with_our_address(world: Crossroad) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{world.proxy}/in/xroad-soap/traCuu?wsdl") as response:
        served = await response.text()
    assert response.status == 200
    address = ElementTree.fromstring(served).find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert address is not None and address.get("location", "").endswith("/in/xroad-soap/traCuu")
