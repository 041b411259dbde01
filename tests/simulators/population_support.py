"""A client of the simulated population database that knows nothing of its code."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from lxml import etree

DATA = Path(__file__).parents[1] / "data" / "population"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ASK = "http://dancuquocgia.bca"
SAY = "http://www.mic.gov.vn/dancu/1.0"
LOOKUP, VERIFY = "TraCuuThongTinCongDan", "XacThucThongTinCongDan"
NOW = 1_772_415_000.0  # 2 March 2026, 08:30 in Vietnam
# applicant of the provincial portal's dossier 0 with seed 1
NUMBER, NAME, YEAR = "022174000000", "Lý Thị Ví Dụ Thảo", "1974"


def fields(**changes: Any) -> dict[str, Any]:
    """A good look-up, in the order of the published sample; `None` leaves a field out."""
    given = {
        "MaYeuCau": "H49-20260302-000117",
        "MaDVC": "1.000894",
        "MaTichHop": "037",
        "MaCanBo": "canbo.thu1",
        "MaDonVi": "H49.21",
        "SoDinhDanh": NUMBER,
        "SoCMND": None,
        "HoVaTen": NAME,
        "NgayThangNamSinh": {"Nam": YEAR},
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def envelope(operation: str, parts: dict[str, Any], namespace: str = ASK) -> bytes:
    """An envelope, written by hand."""
    inside = "".join(_element(name, value) for name, value in parts.items())
    opening = f'<s:Envelope xmlns:s="{SOAP}" xmlns:d="{namespace}"><s:Header/><s:Body>'
    return f"{opening}<d:{operation}>{inside}</d:{operation}></s:Body></s:Envelope>".encode()


def _element(name: str, value: Any) -> str:
    inside = "".join(_element(*part) for part in value.items()) if isinstance(value, dict) else value
    return f"<d:{name}>{inside}</d:{name}>"


def credentials(at: float = NOW, secret: str = "khoa-vi-du") -> dict[str, str]:
    """The password of one call, as the direct connection wants it."""
    stamp = str(int(at * 1000))
    word = hashlib.sha256(f"/dancu/TraCuuThongTinCongDanh49.vidu{stamp}{secret}".encode()).hexdigest()
    basic = base64.b64encode(f"h49.vidu:{word}".encode()).decode()
    return {"Timestamp": stamp, "Authorization": f"Basic {basic}"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    kind: str
    body: bytes

    def body_child(self) -> etree._Element:
        """The one element in the body."""
        body = etree.fromstring(self.body).find(f"{{{SOAP}}}Body")
        assert body is not None
        (child,) = body
        return child

    def text(self, path: str) -> str | None:
        """The text of the first such element of the answer, by local names."""
        return self.body_child().findtext("/".join(f"{{{SAY}}}{name}" for name in path.split("/")))

    def fault(self) -> str:
        """The words of a SOAP fault."""
        child = self.body_child()
        assert child.tag == f"{{{SOAP}}}Fault"
        return child.findtext("faultstring") or ""


@dataclass(slots=True)
class Client:
    """Talks to the service over real connections."""

    url: str
    http: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=credentials)

    async def post(self, body: bytes, headers: dict[str, str] | None = None, path: str = "/dancuquocgia") -> Reply:
        """Send bytes."""
        sent = {"Content-Type": "application/xml", "SOAPAction": '""', **(self.headers if headers is None else headers)}
        async with self.http.post(self.url + path, data=body, headers=sent) as answer:
            return Reply(answer.status, answer.headers["content-type"], await answer.read())

    async def lookup(self, **changes: Any) -> Reply:
        """Operation 037."""
        return await self.post(envelope(LOOKUP, fields(**changes)))

    async def verify(self, **changes: Any) -> Reply:
        """Operation 003."""
        return await self.post(envelope(VERIFY, fields(MaTichHop="003", **changes)))

    async def faults(self, **faults: Any) -> None:
        """Switch faults."""
        async with self.http.put(f"{self.url}/_control/faults", json=faults) as answer:
            assert answer.status == 200, await answer.text()

    async def control(self, page: str) -> Any:
        """Read a control page."""
        async with self.http.get(f"{self.url}/_control/{page}") as answer:
            assert answer.status == 200
            return await answer.json()

    async def reset(self) -> None:
        """Back to the beginning."""
        async with self.http.post(f"{self.url}/_control/reset") as answer:
            assert answer.status == 200
