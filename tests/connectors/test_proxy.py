"""Plain HTTP through a forward proxy; TLS through one is in test_tls."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.rest import Rest, RestSettings
from lienthong.requests import NotSent, Post
from tests.connectors.servers import OK, answering, forward_proxy, refused_port, wire_server


async def through(proxy: dict[str, Any], base: str) -> tuple[int, bytes]:
    rest = Rest(RestSettings.model_validate({"base_url": base, "proxy": proxy}), "partner")
    await rest.open()
    try:
        reply = await rest.exchange(Post("a", json={"a": 1}, params={"b": "Việt"}))
    finally:
        await rest.close()
    return reply.status, reply.content


async def test_requests_go_to_the_proxy_in_absolute_form() -> None:
    async with wire_server(answering(OK)) as wire, forward_proxy() as proxy:
        assert await through({"url": proxy.url}, wire.url) == (200, b"ok")
    assert proxy.request_lines == [f"POST {wire.url}/a?b=Vi%E1%BB%87t HTTP/1.1"]
    assert wire.request_lines == ["POST /a?b=Vi%E1%BB%87t HTTP/1.1"]


async def test_credentials() -> None:
    async with wire_server(answering(OK)) as wire, forward_proxy("Basic YnVzOmE6Yg==") as proxy:  # bus:a:b
        assert await through({"url": proxy.url, "username": "bus", "password": "a:b"}, wire.url) == (200, b"ok")
        status, _ = await through({"url": proxy.url, "username": "bus", "password": "c"}, wire.url)
        assert status == 407
    assert len(wire.requests) == 1


async def test_an_absent_proxy_got_nothing() -> None:
    async with wire_server(answering(OK)) as wire:
        with refused_port() as port, pytest.raises(NotSent, match="proxy"):
            await through({"url": f"http://127.0.0.1:{port}"}, wire.url)
    assert wire.connections == 0


async def test_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with refused_port() as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        async with wire_server(answering(OK)) as wire:
            rest = Rest(RestSettings.model_validate({"base_url": wire.url}), "partner")
            await rest.open()
            assert (await rest.exchange(Post("a"))).status == 200
            await rest.close()
