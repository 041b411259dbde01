"""Runs a simulator on a port: inside a running loop (`serve`) or as the whole process (`run`)."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any

import uvicorn
from pydantic import BaseModel
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from . import (
    document_store,
    igate,
    lgsp,
    linked_registration,
    momo,
    national_payment,
    national_portal,
    paygov,
    population,
    provincial_portal,
    security_server,
    vnpay,
    zalopay,
)
from .wire import HANG_UP

BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Simulator:
    """A kind of simulator: its settings model, its app factory and one line that says what it stands for."""

    settings: type[BaseModel]
    create: Callable[[Any], Starlette]
    summary: str


SIMULATORS: Mapping[str, Simulator] = MappingProxyType(
    {
        "national-portal": Simulator(
            national_portal.NationalPortalSettings,
            national_portal.create,
            "the National Public Service Portal (generation 1, mapi)",
        ),
        "provincial-portal": Simulator(
            provincial_portal.ProvincialPortalSettings,
            provincial_portal.create,
            "the provincial one-stop system: files invented dossiers, receives statuses",
        ),
        "population": Simulator(
            population.PopulationSettings,
            population.create,
            "the national population database (C06) over SOAP: look-up, verification, changes",
        ),
        "lgsp": Simulator(
            lgsp.LgspSettings,
            lgsp.create,
            "a provincial LGSP or the NGSP: OAuth2 tokens, a gateway before other systems, shared categories",
        ),
        "security-server": Simulator(
            security_server.SecurityServerSettings,
            security_server.create,
            "a security server of X-Road: REST and SOAP to configured or echoing services, and calls to a provider",
        ),
        "linked-registration": Simulator(
            linked_registration.LinkedRegistrationSettings,
            linked_registration.create,
            "the national service for linked registrations of births and deaths (pull)",
        ),
        "document-store": Simulator(
            document_store.DocumentStoreSettings,
            document_store.create,
            "the personal document store: search and download",
        ),
        "igate": Simulator(
            igate.IgateSettings,
            igate.create,
            "a ministry's connector of the REST generation of 2026",
        ),
        "vnpay": Simulator(
            vnpay.VnpaySettings,
            vnpay.create,
            "the payment gateway VNPAY 2.1.0: page, notices, querydr, refund, settlement file",
        ),
        "momo": Simulator(
            momo.MomoSettings,
            momo.create,
            "the payment gateway of MoMo, v2: create, notices, query, refund, settlement file",
        ),
        "zalopay": Simulator(
            zalopay.ZalopaySettings,
            zalopay.create,
            "the payment gateway of ZaloPay, v2: create, callbacks, query, refund, settlement file",
        ),
        "national-payment": Simulator(
            national_payment.NationalPaymentSettings,
            national_payment.create,
            "the Payment Platform of the national portal, 1.0.6: INIT, CONFIRM, QUERY, GET_BILL",
        ),
        "paygov": Simulator(
            paygov.PaygovSettings,
            paygov.create,
            "PayGov, the payment gateway of some provinces: create, notices",
        ),
    }
)


class _Protocol(HttpToolsProtocol):
    """uvicorn's own, plus a way for the app to close the connection without an answer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: {"close": self.transport.close}}


class _Uvicorn(uvicorn.Server):
    """Tells the app when it has to stop waiting; leaves signals alone when it is a guest in a loop."""

    def __init__(self, app: Starlette, guest: bool) -> None:
        # 5 s: nothing a simulator does on its way out takes longer, see `closing`
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="warning",
            access_log=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=5,
        )
        super().__init__(config)
        self._app = app
        self._guest = guest
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.closing = asyncio.Event()
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.closing.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        signals = () if self._guest else (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Server:
    """A simulator that is running in this loop. Usable with `async with`, which stops it."""

    def __init__(self, app: Starlette, host: str, port: int, task: asyncio.Task[None], server: _Uvicorn) -> None:
        self.app = app
        self.host = host
        self.port = port
        self._task = task
        self._server = server

    @property
    def url(self) -> str:
        """Its base URL, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        """Close every connection and end. What the app holds in memory stays; it may be served again."""
        self._server.should_exit = True
        await self._task

    async def __aenter__(self) -> Server:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _listen(host: str, port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it every answer takes 40 ms
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    listening.listen(BACKLOG)
    return listening


async def serve(app: Starlette, host: str = "127.0.0.1", port: int = 0) -> Server:
    """Serve `app` in the running loop; port 0 takes a free one. Raises `OSError` when the port is taken."""
    listening = _listen(host, port)
    server = _Uvicorn(app, guest=True)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
    if not ready.done():
        ready.cancel()
        await task
        raise RuntimeError("the simulator ended before it was ready")
    return Server(app, host, listening.getsockname()[1], task, server)


def run(
    name: str,
    host: str = "127.0.0.1",
    port: int = 0,
    options: Mapping[str, Any] | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Run the simulator `name` until SIGINT or SIGTERM, then return. `ready` gets its URL when the port is open.

    Raises `KeyError` for an unknown name, `pydantic.ValidationError` for wrong options, `OSError` for a taken port.
    """
    kind = SIMULATORS[name]
    app = kind.create(kind.settings.model_validate(dict(options or {})))
    listening = _listen(host, port)
    if ready is not None:
        ready(f"http://{host}:{listening.getsockname()[1]}")
    _Uvicorn(app, guest=False).run(sockets=[listening])


__all__ = ["SIMULATORS", "Server", "Simulator", "run", "serve"]
