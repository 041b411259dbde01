"""Simulators on real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest_asyncio

from simulators.national_portal import NationalPortalSettings, create
from simulators.server import serve

from .support import Client

Start = Callable[..., Any]


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def start(http: aiohttp.ClientSession) -> AsyncIterator[Start]:
    """Starts a national portal with the given settings and logs in."""
    async with AsyncExitStack() as stack:

        async def begin(**settings: Any) -> Client:
            server = await stack.enter_async_context(await serve(create(NationalPortalSettings(**settings))))
            client = Client(server.url, http)
            await client.log_in()
            return client

        yield begin


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared(http: aiohttp.ClientSession) -> AsyncIterator[Client]:
    """One national portal with default settings for all tests: stopping one takes longer than a test."""
    async with await serve(create()) as server:
        yield Client(server.url, http)


@pytest_asyncio.fixture(loop_scope="session")
async def portal(shared: Client) -> Client:
    """That portal as if it had just been started, and a session."""
    async with shared.http.post(f"{shared.url}/_control/reset") as response:
        assert response.status == 200
    await shared.log_in()
    return shared
