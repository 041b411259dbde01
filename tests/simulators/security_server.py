"""A client of the simulated security server that knows nothing of its code or of the bus's."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import aiohttp

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
XROAD = "{http://x-road.eu/xsd/xroad.xsd}"
IDS = "{http://x-road.eu/xsd/identifiers}"
CLIENT = "VN/GOV/000.00.00.H49/motcua"
OWNER = "VN/GOV/000.00.00.G99/dancu"
MINE = {"X-Road-Client": CLIENT, "X-Road-Id": "ma-1"}


def envelope(code: str = "traCuu", body: str | None = None, client: str = "motcua", extra: str = "") -> bytes:
    """A request as PR-MESS annex E prints it."""
    inner = (
        f'<t:{code} xmlns:t="http://dancu.example.vn/v1"><t:so>022000000000</t:so></t:{code}>' if body is None else body
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:xroad="http://x-road.eu/xsd/xroad.xsd" xmlns:id="http://x-road.eu/xsd/identifiers"><SOAP-ENV:Header>
<xroad:client id:objectType="SUBSYSTEM"><id:xRoadInstance>VN</id:xRoadInstance><id:memberClass>GOV</id:memberClass>
<id:memberCode>000.00.00.H49</id:memberCode><id:subsystemCode>{client}</id:subsystemCode></xroad:client>
<xroad:service id:objectType="SERVICE"><id:xRoadInstance>VN</id:xRoadInstance><id:memberClass>GOV</id:memberClass>
<id:memberCode>000.00.00.G99</id:memberCode><id:subsystemCode>dancu</id:subsystemCode>
<id:serviceCode>{code}</id:serviceCode></xroad:service>
<xroad:userId>VN000000000000</xroad:userId><xroad:id>ma-1</xroad:id>{extra}
<xroad:protocolVersion>4.0</xroad:protocolVersion></SOAP-ENV:Header>
<SOAP-ENV:Body>{inner}</SOAP-ENV:Body></SOAP-ENV:Envelope>""".encode()


class Caller:
    """What an information system does."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.http = http

    async def soap(self, content: bytes, **headers: str) -> tuple[int, str, bytes]:
        sent = {"Content-Type": "text/xml; charset=UTF-8", **headers}
        async with self.http.post(f"{self.url}/", data=content, headers=sent) as response:
            return response.status, response.headers["content-type"], await response.read()

    async def fault(self, content: bytes, **headers: str) -> str | None:
        status, _, body = await self.soap(content, **headers)
        assert status == 500
        return ElementTree.fromstring(body).findtext(f".//{SOAP}Fault/faultcode")

    async def rest(self, path: str, method: str = "GET", **options: Any) -> tuple[int, Any, bytes]:
        options.setdefault("headers", MINE)
        url = f"{self.url}{path}"
        async with self.http.request(method, url, allow_redirects=False, **options) as response:
            return response.status, response.headers, await response.read()

    async def put(self, **faults: Any) -> None:
        async with self.http.put(f"{self.url}/_control/faults", json=faults) as response:
            assert response.status == 200, await response.text()

    async def control(self, page: str) -> Any:
        async with self.http.get(f"{self.url}/_control/{page}") as response:
            return await response.json()

    async def order(self, **order: Any) -> Any:
        async with self.http.post(f"{self.url}/_control/call", json=order) as response:
            assert response.status == 200, await response.text()
            return await response.json()
