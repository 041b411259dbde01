"""Where commands read and act: a running bus, or the ledger that it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import quote

from lienthong.command.client import Client

if TYPE_CHECKING:
    from bus.config.model import Http

_PATIENCE = 1.0  # seconds for a connection to the bus, which is on this machine or near it


class Source(AbstractContextManager["Source"], Protocol):
    """Answers are those of the HTTP interface, as JSON-like data. All raise `Failure`."""

    def search(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        """`{"messages": [...], "next": cursor or null}`, newest first, for `GET /v1/messages`' parameters."""

    def show(self, id: str) -> dict[str, Any]:
        """One message with deliveries, attempts and evidence."""

    def evidence(self, id: str) -> dict[str, Any]:
        """`{"id", "evidence": [...]}` of a message or question, oldest first."""

    def replay(self, id: str, force: bool, system: str | None) -> dict[str, Any]:
        """Deliver again."""

    def cancel(self, id: str, reason: str, system: str | None) -> dict[str, Any]:
        """Give open deliveries up."""

    def move(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """One step of a move; `order` and the answer as of `POST /v1/moves`."""

    def tasks(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        """`{"tasks": [...], "next": cursor or null}` for `GET /v1/tasks`' parameters."""

    def task(self, process: str, key: str, name: str) -> dict[str, Any]:
        """One task with its evidence."""

    def act(self, process: str, key: str, name: str, order: Mapping[str, Any]) -> dict[str, Any]:
        """A task after `order`, which is of `POST /v1/tasks/...`."""

    def process(self, process: str, key: str) -> dict[str, Any]:
        """What a process keeps under a key or a name."""

    def systems(self) -> dict[str, Any]:
        """`{"systems": [...]}`, by name."""

    def pause(self, system: str, reason: str) -> dict[str, Any]:
        """Send nothing more to a system."""

    def resume(self, system: str) -> dict[str, Any]:
        """Send again."""


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
        return self._client.get(f"/v1/messages/{_segment(id)}")  # type: ignore[no-any-return]  # JSON of the bus

    def evidence(self, id: str) -> dict[str, Any]:
        """See `Source`."""
        return self._client.get("/v1/evidence", {"id": id})  # type: ignore[no-any-return]  # JSON of the bus

    def replay(self, id: str, force: bool, system: str | None) -> dict[str, Any]:
        """See `Source`."""
        return self._act("messages", id, "replay", {"force": force, "system": system})

    def cancel(self, id: str, reason: str, system: str | None) -> dict[str, Any]:
        """See `Source`."""
        return self._act("messages", id, "cancel", {"reason": reason, "system": system})

    def move(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """See `Source`. Safe to repeat: what was moved is not there any more."""
        told = {name: value for name, value in order.items() if value is not None}
        return self._client.post("/v1/moves", told)  # type: ignore[no-any-return]  # JSON of the bus

    def tasks(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        """See `Source`."""
        return self._client.get("/v1/tasks", wanted)  # type: ignore[no-any-return]  # JSON of the bus

    def task(self, process: str, key: str, name: str) -> dict[str, Any]:
        """See `Source`."""
        return self._client.get(_path("tasks", process, key, name))  # type: ignore[no-any-return]  # JSON of the bus

    def act(self, process: str, key: str, name: str, order: Mapping[str, Any]) -> dict[str, Any]:
        """See `Source`. Safe to repeat: what is so already is answered as it is."""
        told = {name: value for name, value in order.items() if value is not None}
        path = _path("tasks", process, key, name)
        return self._client.post(path, told)  # type: ignore[no-any-return]  # JSON of the bus

    def process(self, process: str, key: str) -> dict[str, Any]:
        """See `Source`."""
        return self._client.get(_path("processes", process, key))  # type: ignore[no-any-return]  # JSON of the bus

    def systems(self) -> dict[str, Any]:
        """See `Source`."""
        return self._client.get("/v1/systems")  # type: ignore[no-any-return]  # JSON of the bus

    def pause(self, system: str, reason: str) -> dict[str, Any]:
        """See `Source`."""
        return self._act("systems", system, "pause", {"reason": reason})

    def resume(self, system: str) -> dict[str, Any]:
        """See `Source`."""
        return self._act("systems", system, "resume", {})

    def _act(self, kind: str, name: str, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in body.items() if value is not None}
        path = f"/v1/{kind}/{_segment(name)}/{what}"
        return self._client.post(path, told)  # type: ignore[no-any-return]  # JSON of the bus


def source(url: str | None, key_file: str | None, config: str | None) -> Source:
    """The bus at `url`. Without a URL but with a configuration: the bus that it describes, if that answers and there
    is a key for it, or else its ledger."""
    if url is not None or config is None:
        return HttpSource(Client(url, key_file))
    from lienthong.command.run import loaded_config

    loaded = loaded_config(config, quiet=True)
    if key_file is not None and _answers(loaded.http):
        return HttpSource(Client(_address(loaded.http), key_file))
    from lienthong.command.opened import LedgerSource

    return LedgerSource(loaded)


def configured_url(url: str | None, config: str | None) -> str | None:
    """`url`, or the address that the configuration gives the bus, or `None`."""
    if url is not None or config is None:
        return url
    from lienthong.command.run import loaded_config

    return _address(loaded_config(config, quiet=True).http)


def _address(http: Http) -> str:
    host = _host(http)
    return f"http://{f'[{host}]' if ':' in host else host}:{http.port}"


def _host(http: Http) -> str:
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(http.host, http.host)


def _answers(http: Http) -> bool:
    """Whether somebody listens there. Nothing is sent: what is sent and not answered may have been done."""
    import socket

    try:
        socket.create_connection((_host(http), http.port), _PATIENCE).close()
    except OSError:
        return False
    return True


def _path(*names: str) -> str:
    return "/v1/" + "/".join(_segment(name) for name in names)


def _segment(text: str) -> str:
    return quote(text, safe="")
