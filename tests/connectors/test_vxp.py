from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.vxp import Vxp, VxpSettings
from lienthong.ports import Connector
from lienthong.requests import Get, Post
from tests.connectors.suite import ConnectorSuite

DSTCODE = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
IN_QUERY = "dstcode=VN%3AGOV%3A000.00.00.G22%3Avpcpdvcprovider"


PORT: type[Connector] = Vxp  # checked by mypy


class TestVxp(ConnectorSuite):
    path = "/XrdAdapter/RestService/forward"
    query = IN_QUERY

    def make(self, url: str, **settings: Any) -> Vxp:
        return Vxp(VxpSettings.model_validate({"base_url": url, "dstcode": DSTCODE} | settings), "portal")

    async def test_the_login_of_the_portal(self) -> None:
        line, headers, body = await self.heard(Post("mapi/login", json={"username": "000.00.00.H49", "password": "x"}))
        assert line == f"POST /XrdAdapter/RestService/forward/mapi/login?{IN_QUERY} HTTP/1.1"
        assert (headers["charset"], headers["accept"]) == ("utf-8", "application/json")
        assert body == b'{"username":"000.00.00.H49","password":"x"}'

    async def test_the_newer_adapter_with_a_provider(self) -> None:
        line, _, _ = await self.heard(
            Post("bndp/public/v1/login"), adapter="VXPAdapter", providerurl="https://store.example.vn"
        )
        provider = "providerurl=https%3A%2F%2Fstore.example.vn"
        assert line == f"POST /VXPAdapter/RestService/forward/bndp/public/v1/login?{IN_QUERY}&{provider} HTTP/1.1"

    async def test_the_destination_as_a_header(self) -> None:
        line, headers, _ = await self.heard(Get("mapi/g"), dstcode_in="header")
        assert line == "GET /XrdAdapter/RestService/forward/mapi/g HTTP/1.1"
        assert headers["dstcode"] == DSTCODE

    async def test_an_adapter_cannot_choose_the_destination(self) -> None:
        line, _, _ = await self.heard(Get("a", params={"dstcode": "VN:COM:other", "b": "1"}))
        assert line == f"GET /XrdAdapter/RestService/forward/a?{IN_QUERY}&b=1 HTTP/1.1"
        _, headers, _ = await self.heard(Get("a", headers={"Dstcode": "VN:COM:other"}), dstcode_in="header")
        assert headers["dstcode"] == DSTCODE

    @pytest.mark.parametrize("wrong", [{}, {"dstcode": "a b"}, {"dstcode": "x", "adapter": "Other"}])
    def test_wrong_settings(self, wrong: dict[str, str]) -> None:
        with pytest.raises(ValidationError):
            VxpSettings.model_validate({"base_url": "http://adapter.example.vn:8080"} | wrong)
