"""Look-ups at so many in flight, by one of three clients: our connector, zeep's Client in threads, zeep's AsyncClient.

A process of its own: `python -m bench.soap_load` reads a `Job` as a line of JSON, loads the WSDL, warms up, says that
it is ready, begins with the next line, and says how many seconds it took. Every answer is read and compared with what
was asked.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import requests
import uvloop
import zeep
import zeep.transports

from connectors.soap import Soap, SoapSettings
from lienthong.requests import Soap as Asked

WSDL = Path(__file__).with_name("soap.wsdl")
CONNECTOR, THREADS, ASYNC = "connector", "zeep Client", "zeep AsyncClient"
CLIENTS = (CONNECTOR, THREADS, ASYNC)
_BINDING = "{urn:example:bench:citizens}Citizens"
_WARM_UP = 2  # calls of each place in flight, so that every connection is open


@dataclass(frozen=True, slots=True)
class Job:
    """`client`: one of `CLIENTS`."""

    port: int
    client: str
    calls: int
    flight: int = 32

    @property
    def url(self) -> str:
        """Of the simulator."""
        return f"http://127.0.0.1:{self.port}"


def question(number: int) -> dict[str, Any]:
    """What an officer at the counter asks."""
    return {
        "RequestId": f"H49-260302-{number:06d}",
        "Procedure": "1.000894",
        "Service": "037",
        "Officer": "canbo.vidu",
        "Unit": "H49.21",
        "Number": f"0220{number:08d}",
        "Name": "NGUYEN VAN VI DU",
        "Born": {"Date": "19990517"},
    }


def _demand(number: int, answered: Any) -> None:
    if answered != f"0220{number:08d}":
        raise RuntimeError(f"asked for {number}, answered {answered!r}")


Ask = Callable[[int], Awaitable[None]]


async def in_flight(job: Job, ask: Ask) -> float:
    """Seconds for all calls, `job.flight` at a time."""
    await _all(job.flight, ask, iter(range(job.flight * _WARM_UP)))
    await asyncio.to_thread(_ready)
    started = time.monotonic()
    await _all(job.flight, ask, iter(range(job.calls)))
    return time.monotonic() - started


async def _all(flight: int, ask: Ask, numbers: Iterator[int]) -> None:
    async def one_after_the_other() -> None:
        for number in numbers:
            await ask(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(flight):
            group.create_task(one_after_the_other())


async def connector(job: Job) -> float:
    """Ours."""
    settings = SoapSettings.model_validate({"base_url": job.url, "wsdl": WSDL, "pool": {"size": job.flight}})
    client = Soap(settings, "citizens")
    await client.open()

    async def ask(number: int) -> None:
        reply = await client.exchange(Asked("LookUp", question(number), write=False))
        _demand(number, reply.value["Citizen"][0]["Number"])

    try:
        return await in_flight(job, ask)
    finally:
        await client.close()


async def asynchronous(job: Job) -> float:
    """zeep's AsyncClient on httpx."""
    limits = httpx.Limits(max_connections=job.flight, max_keepalive_connections=job.flight)
    async with httpx.AsyncClient(limits=limits, timeout=60) as http:
        client = zeep.AsyncClient(str(WSDL), transport=zeep.transports.AsyncTransport(client=http))
        service = client.bind()
        service._binding_options["address"] = job.url  # its create_service makes a proxy that does not await

        async def ask(number: int) -> None:
            answer = await service.LookUp(**question(number))
            _demand(number, answer[0].Number)

        return await in_flight(job, ask)


def threads(job: Job) -> float:
    """zeep's Client, a thread for each call in flight, on a session with as many connections."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=job.flight))
    client = zeep.Client(str(WSDL), transport=zeep.transports.Transport(session=session))
    service = client.create_service(_BINDING, job.url)

    def ask(number: int) -> None:
        answer = service.LookUp(**question(number))
        _demand(number, answer[0].Number)

    with session, ThreadPoolExecutor(job.flight) as pool:
        list(pool.map(ask, range(job.flight * _WARM_UP)))
        _ready()
        started = time.monotonic()
        list(pool.map(ask, range(job.calls)))
        return time.monotonic() - started


def _ready() -> None:
    print('{"ready": true}', flush=True)
    sys.stdin.readline()


def main() -> None:
    """One job."""
    job = Job(**orjson.loads(sys.stdin.readline()))
    if job.client == THREADS:
        seconds = threads(job)
    else:
        seconds = uvloop.run(connector(job) if job.client == CONNECTOR else asynchronous(job))
    print(orjson.dumps({"seconds": seconds}).decode(), flush=True)


if __name__ == "__main__":
    main()
