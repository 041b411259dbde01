"""Authentication that is the same with every request, as a server sees it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adapters.national_portal import NationalPortal
from connectors.auth import Session
from connectors.rest import Rest, RestSettings
from lienthong.requests import Get
from tests.connectors.servers import OK, answering, wire_server


async def heard(auth: dict[str, Any] | None) -> str:
    async with wire_server(answering(OK)) as wire:
        settings = {"base_url": wire.url} | ({"auth": auth} if auth is not None else {})
        rest = Rest(RestSettings.model_validate(settings), "partner")
        await rest.open()
        await rest.exchange(Get("a", params={"b": "1"}, headers={"authorization": "mine", "x-api-key": "mine"}))
        await rest.close()
    return wire.requests[0].decode("ascii").lower()


@pytest.mark.parametrize("auth", [None, {"type": "none"}])
async def test_none(auth: dict[str, Any] | None) -> None:
    assert "authorization: mine\r\n" in await heard(auth)


async def test_an_api_key_in_a_header() -> None:
    seen = await heard({"type": "api_key", "key": "khoa-1"})
    assert "x-api-key: khoa-1\r\n" in seen and seen.count("x-api-key") == 1
    assert "x-other: khoa-1\r\n" in await heard({"type": "api_key", "key": "khoa-1", "place": "header:X-Other"})


async def test_an_api_key_in_the_query() -> None:
    seen = await heard({"type": "api_key", "key": "a&b=c", "place": "query:apikey"})
    assert seen.startswith("get /a?b=1&apikey=a%26b%3dc http/1.1\r\n")


async def test_basic() -> None:
    """The example of RFC 7617, section 2.1: test and 123 with a pound sign, in UTF-8."""
    seen = await heard({"type": "basic", "username": "test", "password": "123\u00a3"})
    assert "authorization: basic dgvzddoxmjpcow==\r\n" in seen and seen.count("authorization:") == 1


async def test_bearer() -> None:
    seen = await heard({"type": "bearer", "token": "a.b-c"})
    assert "authorization: bearer a.b-c\r\n" in seen and seen.count("authorization:") == 1


LOGIN = {"path": "login", "token": "/session"}
SESSION = {"type": "session", "username": "u", "password": "bi-mat", "login": LOGIN, "place": "json:/session"}


@pytest.mark.parametrize(
    "auth",
    [
        {"type": "other"},
        {"type": "none", "key": "bi-mat"},
        {"type": "api_key"},
        {"type": "api_key", "key": ""},
        {"type": "api_key", "key": "bi-mat\n"},
        {"type": "api_key", "key": "bi-mat", "place": "X-API-Key"},
        {"type": "api_key", "key": "bi-mat", "place": "header:X Key"},
        {"type": "api_key", "key": "bi-mat", "place": "header:Host"},
        {"type": "basic", "username": "a:b", "password": "bi-mat"},
        {"type": "bearer", "token": "bi mat"},
        SESSION | {"place": "json:session"},
        SESSION | {"place": "json:"},
        SESSION | {"place": "query:session"},
        SESSION | {"lifetime": 0},
        SESSION | {"lifetime": "ten minutes"},
        SESSION | {"expired": [{"pointer": "/a"}]},
        SESSION | {"expired": [{"pointer": "a", "values": [1]}]},
        SESSION | {"login": LOGIN | {"path": "../login"}},
        SESSION | {"login": LOGIN | {"token": "session"}},
        SESSION | {"login": LOGIN | {"ok": {"pointer": "/a", "values": []}}},
        SESSION | {"prefix": "a\r\n"},
        {"type": "oauth2", "client_id": "khoa"},
        {"type": "oauth2", "client_secret": "bi-mat"},
        {"type": "oauth2", "client_id": "a:b", "client_secret": "bi-mat"},
        {"type": "oauth2", "client_id": "a", "client_secret": "bi-mat", "credentials": "none"},
        {"type": "oauth2", "client_id": "a", "client_secret": "bi-mat", "token_url": "../token"},
        {"type": "oauth2", "client_id": "a", "client_secret": "bi-mat", "token_url": "https://u:bi-mat@api.example.vn"},
        {"type": "oauth2", "client_id": "a", "client_secret": "bi-mat", "place": "query:token"},
        {"type": "oauth2", "client_id": "a", "client_secret": "bi-mat", "refresh": 0},
        {"type": "oauth2", "client_id": "a", "client_secret": "bi-mat", "headers": {"Host": "bi-mat"}},
        {"type": "lgsp_access_token", "access_key": "a", "secret_key": "", "app_name": "b"},
        {"type": "auth_hash", "key_name": "a:b", "key_pass": "bi-mat"},
        {"type": "hashed_password", "username": "a", "secret_key": "bi-mat"},
        {"type": "hashed_password", "username": "a", "secret_key": "bi-mat", "sv_url": "/x", "unit": "us"},
    ],
)
def test_wrong_settings_are_told_without_the_secret(auth: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        RestSettings.model_validate({"base_url": "https://api.example.vn", "auth": auth})
    assert "bi-mat" not in str(caught.value) and "bi mat" not in str(caught.value)


def test_what_the_national_portal_declares_needs_only_user_and_password() -> None:
    auth = {**NationalPortal.auth, "username": "000.00.00.H49", "password": "bi-mat", "lifetime": "5m"}
    settings = RestSettings.model_validate({"base_url": "https://api.example.vn", "auth": auth})
    assert isinstance(settings.auth, Session)
    assert settings.auth.lifetime == 300
    assert "bi-mat" not in repr(settings)
