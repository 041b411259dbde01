"""What government gateways demand besides, as a server sees it. The expected values were made with coreutils."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.auth import HashedPassword
from connectors.auth.hashed import HashedPasswords, password
from connectors.rest import Rest, RestSettings
from lienthong.requests import Post, Reply, Request, Soap
from tests.connectors.servers import OK, answering, wire_server

HASHED = {
    "type": "hashed_password",
    "username": "vidu.h49",
    "secret_key": "bi-mat-vi-du",
    "sv_url": "/037/TraCuuThongTinCongDan",
    "sv_urls": {"XacThucThongTinCongDan": "/003/XacThuc"},
}


async def heard(**settings: Any) -> str:
    async with wire_server(answering(OK)) as wire:
        rest = Rest(RestSettings.model_validate({"base_url": wire.url} | settings), "partner")
        await rest.open()
        await rest.exchange(Post("a", json={}, headers={"authorization": "mine"}))
        await rest.close()
    return wire.requests[0].decode("ascii")


async def signed(request: Request, now: float, **settings: Any) -> Request:
    sent: list[Request] = []

    async def send(request: Request, deadline: float) -> Reply:
        sent.append(request)
        return Reply(200, {}, b"")

    signer = HashedPasswords(HashedPassword.model_validate(HASHED | settings), send, lambda: now)
    await signer.exchange(request, 1)
    return sent[0]


def test_the_hash_of_the_four_parts() -> None:
    """printf '%s' '/sv' 'user' '1700000000000' 'secret' | sha256sum"""
    assert password("/sv", "user", "1700000000000", "secret") == (
        "99f7031e27c705c0b40489c6c5effbf8f9337993c60df0c0c7b3fc11ae44852a"
    )


async def test_a_password_of_its_own_for_every_call() -> None:
    first = await signed(Post("a", json={}), 1700000000.25)
    second = await signed(Post("a", json={}), 1700000000.5)
    assert (first.headers["Timestamp"], second.headers["Timestamp"]) == ("1700000000250", "1700000000500")
    assert first.headers["Authorization"] != second.headers["Authorization"]
    assert first.headers["Authorization"].startswith("Basic ")


async def test_seconds_and_another_header() -> None:
    sent = await signed(Post("a", json={}), 1700000000.9, unit="s", header="X-Time")
    assert sent.headers["X-Time"] == "1700000000"
    assert "Timestamp" not in sent.headers


async def test_services_that_were_registered_apart() -> None:
    operations = [
        await signed(Soap(name, {}), 1700000000) for name in ("TraCuuThongTinCongDan", "XacThucThongTinCongDan")
    ]
    other = await signed(Soap("TraCuuThongTinCongDan", {}), 1700000000, sv_url="/003/XacThuc")
    values = [request.headers["Authorization"] for request in (*operations, other)]
    assert values[0] != values[1] == values[2]


async def test_lgsp_access_token_is_base64_of_compact_json() -> None:
    """printf '{"AccessKey":"AK","SecretKey":"bi-mat","AppName":"VíDụ"}' | base64"""
    issued = {"type": "lgsp_access_token", "access_key": "AK", "secret_key": "bi-mat", "app_name": "VíDụ"}
    seen = await heard(auth=issued)
    assert "lgspaccesstoken: eyJBY2Nlc3NLZXkiOiJBSyIsIlNlY3JldEtleSI6ImJpLW1hdCIsIkFwcE5hbWUiOiJWw61E4bulIn0=" in seen
    assert "authorization: mine" in seen


async def test_lgsp_access_token_with_partners() -> None:
    """printf '{"AccessKey":"AK","SecretKey":"S","AppName":"A","PartnerCode":"P","PartnerCodeCus":"C"}' | base64 -w0"""
    issued = {"access_key": "AK", "secret_key": "S", "app_name": "A", "partner_code": "P", "partner_code_cus": "C"}
    seen = await heard(auth={"type": "lgsp_access_token", "header": "X-Lgsp", **issued})
    assert (
        "x-lgsp: eyJBY2Nlc3NLZXkiOiJBSyIsIlNlY3JldEtleSI6IlMiLCJBcHBOYW1lIjoiQSIsIlBhcnRuZXJDb2RlIjoiUCIs"
        "IlBhcnRuZXJDb2RlQ3VzIjoiQyJ9\r\n"
    ) in seen


async def test_auth_hash_beside_a_bearer() -> None:
    """printf 'canbo.thu1:bi-mat' | base64"""
    seen = await heard(
        auth={"type": "auth_hash", "key_name": "canbo.thu1", "key_pass": "bi-mat"},
        gateway=[{"type": "bearer", "token": "t-1"}],
    )
    assert "authhash: Y2FuYm8udGh1MTpiaS1tYXQ=\r\n" in seen
    assert "authorization: Bearer t-1\r\n" in seen


async def test_the_security_server_in_front_of_the_population_database() -> None:
    seen = await heard(
        auth=HASHED,
        gateway=[{"type": "api_key", "key": "khoa-1", "place": "header:ApiKey"}],
        headers={"X-Road-Client": "VN/GOV/H49/lienthong", "ESB_SOURCE_TYPE": "LGSP", "ESB_SOURCE_USERNAME": "vidu.h49"},
    )
    for line in ("apikey: khoa-1", "x-road-client: VN/GOV/H49/lienthong", "esb_source_username: vidu.h49"):
        assert f"{line}\r\n" in seen
    assert "authorization: Basic dmlkdS5oNDk6" in seen  # vidu.h49:


def test_a_gateway_is_not_a_session_and_not_nothing() -> None:
    for wrong in ({"type": "none"}, {"type": "session"}):
        with pytest.raises(ValidationError):
            RestSettings.model_validate({"base_url": "https://api.example.vn", "gateway": [wrong]})


def test_secrets_are_not_shown() -> None:
    settings = RestSettings.model_validate({"base_url": "https://api.example.vn", "auth": HASHED})
    assert "bi-mat" not in repr(settings) + repr(settings.model_dump()) + repr(vars(Rest(settings, "partner")))
