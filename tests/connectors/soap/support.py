"""A SOAP server of aiohttp and lxml (zeep has no part in it), and the WSDLs of the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from lxml import etree

from connectors.soap import Soap, SoapSettings

DATA = Path(__file__).parent / "data"
CITIZENS, ACCOUNTS, FORMS = DATA / "citizens.wsdl", DATA / "accounts.wsdl", DATA / "forms.wsdl"

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
CITIZEN = "urn:example:citizens"

ASKED = {"RequestId": "H49-260302-000117", "Purpose": "1.000894", "Number": "022199000000", "@language": "vi"}


@dataclass(frozen=True)
class Heard:
    """A request as the server got it."""

    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def root(self) -> etree._Element:
        """Of the envelope."""
        return etree.fromstring(self.content)


@dataclass
class Server:
    """Answers as its `answer` says; keeps what it heard."""

    answer: Callable[[Heard], web.Response]
    heard: list[Heard] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, request: web.Request) -> web.Response:
        """One request."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append(Heard(request.path_qs, headers, await request.read()))
        return self.answer(self.heard[-1])


@asynccontextmanager
async def soap_server(answer: Callable[[Heard], web.Response]) -> AsyncIterator[Server]:
    """A server on a port of its own."""
    server = Server(answer)
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{tail:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


def envelope(body: str, *, soap: str = SOAP11, header: str = "") -> str:
    """An envelope by hand."""
    return f'<s:Envelope xmlns:s="{soap}"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>'


def xml(text: str | bytes, status: int = 200, kind: str = "text/xml; charset=utf-8") -> web.Response:
    """An HTTP answer."""
    content = text.encode() if isinstance(text, str) else text
    return web.Response(status=status, body=content, headers={"Content-Type": kind})


def always(
    text: str | bytes, status: int = 200, kind: str = "text/xml; charset=utf-8"
) -> Callable[[Heard], web.Response]:
    """The same answer to everything."""
    return lambda heard: xml(text, status, kind)


@asynccontextmanager
async def connected(url: str, wsdl: Path = CITIZENS, /, **settings: Any) -> AsyncIterator[Soap]:
    """An open connector."""
    arguments = {name: settings.pop(name) for name in ("now", "random") if name in settings}
    chosen = SoapSettings.model_validate({"base_url": url, "wsdl": str(wsdl)} | settings)
    connector = Soap(chosen, "citizens", **arguments)
    await connector.open()
    try:
        yield connector
    finally:
        await connector.close()
