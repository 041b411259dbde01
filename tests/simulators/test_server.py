"""Serving: a free port, a taken one, stop and start again, the whole process, and the layer rule."""

from __future__ import annotations

import ast
import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

import simulators
from simulators.national_portal import create
from simulators.server import SIMULATORS, run, serve

from .support import CODE, Client, dossier

IN_LOOP = pytest.mark.asyncio(loop_scope="session")


@IN_LOOP
async def test_stop_closes_waiting_calls_and_what_is_held_stays(http: aiohttp.ClientSession) -> None:
    app = create()
    server = await serve(app)
    client = Client(server.url, http)
    await client.log_in()
    await client.insert(dossier())
    await client.faults(timeout_before_effect={"seconds": 60})
    waiting = asyncio.create_task(client.call("TraCuuHoSo", mahoso=CODE))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(server.stop(), 20)
    with pytest.raises(aiohttp.ClientConnectionError):
        await waiting
    async with await serve(app, port=server.port) as again:
        assert again.url == server.url
        assert (await client.held())["inserts"] == 1


@IN_LOOP
async def test_a_taken_port_is_an_error() -> None:
    async with await serve(create()) as server:
        with pytest.raises(OSError, match="in use"):
            await serve(create(), port=server.port)


def test_unknown_name() -> None:
    with pytest.raises(KeyError):
        run("khong-co")


@pytest.mark.parametrize("name", sorted(SIMULATORS))
@IN_LOOP
async def test_whole_process_ends_on_sigterm(http: aiohttp.ClientSession, name: str) -> None:
    code = "import sys; from simulators.server import run; run(sys.argv[1], ready=lambda url: print(url, flush=True))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, name, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    async with http.get(f"{url}/_control/stats") as response:
        assert response.status == 200
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0


def test_simulators_import_nothing_of_ours_but_schemas() -> None:
    ours = {"lienthong", "connectors", "adapters", "bus", "monitoring", "reconciliation", "console"}
    for path in Path(simulators.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names.append(node.module)
            assert not {name.split(".")[0] for name in names} & ours, path
