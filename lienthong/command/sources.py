"""Where `lienthong messages` reads and acts: a running bus, or the ledger of one that does not run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, Self

from lienthong.command.client import Client


class Source(AbstractContextManager["Source"], Protocol):
    """Answers are those of the HTTP interface, as JSON-like data. All raise `Failure`."""

    def search(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        """`{"messages": [...], "next": cursor or null}`, newest first, for `GET /v1/messages`' parameters."""

    def show(self, id: str) -> dict[str, Any]:
        """One message with deliveries, attempts and evidence."""

    def replay(self, id: str, force: bool, system: str | None) -> dict[str, Any]:
        """Deliver again."""

    def cancel(self, id: str, reason: str, system: str | None) -> dict[str, Any]:
        """Give open deliveries up."""


class HttpSource:
    """A running bus."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.__exit__(None, None, None)

    def search(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        """See `Source`."""
        return self._client.get("/v1/messages", wanted)  # type: ignore[no-any-return]  # JSON of the bus

    def show(self, id: str) -> dict[str, Any]:
        """See `Source`."""
        return self._client.get(f"/v1/messages/{id}")  # type: ignore[no-any-return]  # JSON of the bus

    def replay(self, id: str, force: bool, system: str | None) -> dict[str, Any]:
        """See `Source`."""
        return self._act(id, "replay", {"force": force, "system": system})

    def cancel(self, id: str, reason: str, system: str | None) -> dict[str, Any]:
        """See `Source`."""
        return self._act(id, "cancel", {"reason": reason, "system": system})

    def _act(self, id: str, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in body.items() if value is not None}
        return self._client.post(f"/v1/messages/{id}/{what}", told)  # type: ignore[no-any-return]  # JSON of the bus


def source(url: str | None, key_file: str | None, config: str | None) -> Source:
    """The bus at `url`; without a URL, the address that `config` gives the bus."""
    return HttpSource(Client(configured_url(url, config), key_file))


def configured_url(url: str | None, config: str | None) -> str | None:
    """`url`, or the address that the configuration gives the bus, or `None`."""
    if url is not None or config is None:
        return url
    from lienthong.command.run import loaded_config

    http = loaded_config(config, json=False).http
    host = "127.0.0.1" if http.host in ("0.0.0.0", "") else "[::1]" if http.host == "::" else http.host
    return f"http://{host}:{http.port}"
