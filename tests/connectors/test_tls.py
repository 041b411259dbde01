"""TLS and mutual TLS against real handshakes, with certificates made here."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.rest import Rest, RestSettings
from lienthong.requests import Get, Lost, Misconfigured, NotSent, Post
from tests.connectors.certificates import Authority, refusing_server, server_context
from tests.connectors.servers import OK, answering, forward_proxy, wire_server


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ours"), "authority")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("theirs"), "other-authority")


@asynccontextmanager
async def connected(context: ssl.SSLContext, tls: dict[str, Any], **settings: Any) -> AsyncIterator[Rest]:
    async with wire_server(answering(OK, close=False), tls=context) as wire:
        base = wire.url.replace("http:", "https:")
        rest = Rest(RestSettings.model_validate({"base_url": base, "tls": tls, **settings}), "partner")
        await rest.open()
        try:
            yield rest
        finally:
            await rest.close()


async def test_a_partner_of_our_authority_is_trusted(ours: Authority) -> None:
    async with connected(server_context(ours.issue("127.0.0.1")), {"ca": ours.certificate}) as rest:
        assert (await rest.exchange(Get("a"))).content == b"ok"
        assert (await rest.exchange(Get("b"))).content == b"ok"


async def test_a_partner_of_another_authority_gets_nothing(ours: Authority, theirs: Authority) -> None:
    for tls in ({}, {"ca": theirs.certificate}):
        async with connected(server_context(ours.issue("127.0.0.1")), tls) as rest:
            with pytest.raises(NotSent, match="not trusted"):
                await rest.exchange(Get("a"))


async def test_a_partner_with_another_name_gets_nothing(ours: Authority) -> None:
    async with connected(server_context(ours.issue("api.example.vn")), {"ca": ours.certificate}) as rest:
        with pytest.raises(NotSent, match="not trusted"):
            await rest.exchange(Get("a"))


async def test_the_name_can_be_given(ours: Authority) -> None:
    tls = {"ca": ours.certificate, "server_name": "api.example.vn"}
    async with connected(server_context(ours.issue("api.example.vn")), tls) as rest:
        assert (await rest.exchange(Get("a"))).status == 200


async def test_an_expired_partner_gets_nothing(ours: Authority) -> None:
    async with connected(server_context(ours.issue("127.0.0.1", expired=True)), {"ca": ours.certificate}) as rest:
        with pytest.raises(NotSent, match="expired"):
            await rest.exchange(Get("a"))


@pytest.mark.parametrize("password", [None, b"mat-khau"])
async def test_mutual_tls(ours: Authority, password: bytes | None) -> None:
    mine = ours.issue("bus.example.vn", password=password)
    tls: dict[str, Any] = {"ca": ours.certificate, "certificate": mine.certificate, "key": mine.key}
    if password:
        tls["key_password"] = password.decode()
    async with connected(server_context(ours.issue("127.0.0.1"), clients=ours), tls) as rest:
        assert (await rest.exchange(Get("a"))).status == 200


V2, V3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.mark.parametrize(
    ("version", "shown", "error"),
    [
        (V2, True, Misconfigured),
        (V3, True, Misconfigured),
        (V3, False, Misconfigured),
        (V2, False, NotSent),  # TLS 1.2 says no more than "handshake failure" here, which may have other causes
    ],
)
async def test_a_refused_certificate_was_not_sent(
    ours: Authority, theirs: Authority, version: ssl.TLSVersion, shown: bool, error: type[Exception]
) -> None:
    context = server_context(ours.issue("127.0.0.1"), clients=ours)
    context.minimum_version = context.maximum_version = version
    mine = theirs.issue("bus.example.vn")
    tls = {"ca": ours.certificate} | ({"certificate": mine.certificate, "key": mine.key} if shown else {})
    with refusing_server(context) as port:
        rest = Rest(RestSettings.model_validate({"base_url": f"https://127.0.0.1:{port}", "tls": tls}), "partner")
        await rest.open()
        try:
            with pytest.raises(error):
                await rest.exchange(Post("a"))
        finally:
            await rest.close()


async def test_a_refusal_whose_alert_is_lost_leaves_it_open(ours: Authority) -> None:
    """In TLS 1.3 the refusal comes after our request; a server that just closes tells us nothing."""
    context = server_context(ours.issue("127.0.0.1"), clients=ours)
    async with connected(context, {"ca": ours.certificate}) as rest:
        with pytest.raises((Misconfigured, Lost)):
            await rest.exchange(Post("a"))


def test_unusable_files_are_told_with_the_setting(ours: Authority, tmp_path: Path) -> None:
    mine, other = ours.issue("a.example.vn", password=b"mat-khau"), ours.issue("b.example.vn")
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    for tls, place in (
        ({"ca": empty}, "ca: "),
        ({"ca": tmp_path / "absent.pem"}, "does not point to a file"),
        ({"certificate": mine.certificate, "key": other.key}, "belong together"),
        ({"certificate": mine.certificate, "key": mine.key}, "key_password"),
        ({"certificate": mine.certificate, "key": mine.key, "key_password": "sai-mat-khau"}, "key_password"),
        ({"key": other.key}, "without certificate"),
    ):
        with pytest.raises(ValidationError, match=place) as caught:
            RestSettings.model_validate({"base_url": "https://api.example.vn", "tls": tls})
        assert "sai-mat-khau" not in str(caught.value)


async def test_a_file_that_broke_after_the_check_stops_the_system(ours: Authority, tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(ours.certificate.read_bytes())
    rest = Rest(RestSettings.model_validate({"base_url": "https://api.example.vn", "tls": {"ca": ca}}), "partner")
    ca.write_bytes(b"")
    with pytest.raises(Misconfigured, match=r"tls\.ca"):
        await rest.open()


async def test_tls_through_a_proxy(ours: Authority) -> None:
    async with (
        forward_proxy() as proxy,
        connected(server_context(ours.issue("127.0.0.1")), {"ca": ours.certificate}, proxy={"url": proxy.url}) as rest,
    ):
        assert (await rest.exchange(Get("a"))).content == b"ok"
        assert (await rest.exchange(Get("b"))).content == b"ok"
    assert [line.split()[0] for line in proxy.request_lines] == ["CONNECT"]


@pytest.mark.parametrize(("status", "error"), [(502, NotSent), (503, NotSent), (403, Misconfigured)])
async def test_a_proxy_that_does_not_connect_us(ours: Authority, status: int, error: type[Exception]) -> None:
    async with (
        forward_proxy(tunnel_status=status) as proxy,
        connected(server_context(ours.issue("127.0.0.1")), {"ca": ours.certificate}, proxy={"url": proxy.url}) as rest,
    ):
        with pytest.raises(error, match=str(status)):
            await rest.exchange(Get("a"))


async def test_credentials_for_the_proxy_go_to_the_proxy_alone(ours: Authority) -> None:
    credentials = "Basic YnVzOm3huq10LWto4bqpdQ=="  # bus:mật-khẩu in UTF-8
    async with forward_proxy(credentials) as proxy:
        settings = {"url": proxy.url, "username": "bus", "password": "mật-khẩu"}
        context = server_context(ours.issue("127.0.0.1"))
        async with connected(context, {"ca": ours.certificate}, proxy=settings) as rest:
            assert (await rest.exchange(Get("a"))).status == 200
        settings["password"] = "sai"
        async with connected(context, {"ca": ours.certificate}, proxy=settings) as rest:
            with pytest.raises(Misconfigured, match="proxy"):
                await rest.exchange(Get("a"))
