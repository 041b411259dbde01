from __future__ import annotations

from typing import Any

import pytest

from connectors.rest import Rest, RestSettings
from lienthong.ports import Connector
from lienthong.requests import Get
from tests.connectors.servers import wire_server
from tests.connectors.suite import KEPT, ConnectorSuite

PORT: type[Connector] = Rest  # checked by mypy


class TestRest(ConnectorSuite):
    def make(self, url: str, **settings: Any) -> Rest:
        return Rest(RestSettings.model_validate({"base_url": url} | settings), "partner")

    @pytest.mark.parametrize(
        ("base", "path", "seen"),
        [
            ("", "", "/"),
            ("", "a", "/a"),
            ("/", "a", "/a"),
            ("/v1", "", "/v1"),
            ("/v1", "a/b/", "/v1/a/b/"),
            ("/v1/", "/a", "/v1/a"),
            ("/dịch-vụ", "a", "/d%E1%BB%8Bch-v%E1%BB%A5/a"),
            ("/v1", "/", "/v1/"),
        ],
    )
    async def test_paths_are_put_after_the_base(self, base: str, path: str, seen: str) -> None:
        async with wire_server(KEPT) as wire, self.opened(wire.url + base) as connector:
            await connector.exchange(Get(path))
        assert wire.request_lines == [f"GET {seen} HTTP/1.1"]

    async def test_json_is_asked_for(self) -> None:
        _, headers, _ = await self.heard(Get("a"))
        assert headers["accept"].startswith("application/json")
        assert headers["accept-encoding"] == "gzip, deflate"
