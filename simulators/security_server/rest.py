"""One REST exchange, from the consumer's request to the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from .answers import Refused, Served, rest_fault
from .faults import InconsistentHeaders, WrongHash
from .identifiers import Parts, from_path, to_path
from .metadata import REST_META, rest_meta
from .provider import Providers, passed, rest_hash
from .settings import ServiceSettings
from .soap import admitted
from .store import Call, Record, State

_BROKEN = "server.clientproxy.internal_error"
_OWN = ("x-road-request-id", "x-road-request-hash")


class RestExchange:
    """A request at `/r1/...`. `perform` lets it take effect; `record` is set once a provider is called."""

    def __init__(
        self,
        state: State,
        providers: Providers,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> None:
        self.state = state
        self._providers = providers
        self._method = method
        self._path = path
        self._query = query
        self._body = body
        self._given = dict(headers)
        self._request_id = state.uuid()
        self._headers = {name: value for name, value in passed(self._given).items() if name not in _OWN}
        self._headers.setdefault("x-road-id", state.uuid())
        self._headers["x-road-request-id"] = self._request_id
        self.record: Record | None = None

    @property
    def name(self) -> str:
        """The service code, as faults know it."""
        parts = self._path.split("/", 7)
        return unquote(parts[6]) if len(parts) > 6 else "rest"

    def refuse(self, code: str, message: str, version_code: str) -> Served:
        """X-Road's own error."""
        return rest_fault(version_code, message, self.state.uuid(), self._given.get("accept", ""))

    def from_provider(self, served: Served) -> Served | None:
        """What a provider answered, with the headers of its security server."""
        try:
            client, service, _ = self._parsed()
        except Refused:
            return served
        return self._signed(client, service, served)

    async def perform(self) -> Served:
        """Check, call, answer. Raises `Refused`."""
        client, service, rest = self._parsed()
        code = service[-1] or ""
        if code in REST_META:
            return self._signed(client, service, rest_meta(self.state, code, client, service, self._query))
        found = admitted(self.state, "rest", client, service, None)
        self._check_endpoint(found, rest)
        target = rest + (f"?{self._query}" if self._query else "")
        call = Call(self._request_id, self._method, target, self._headers, self._body)
        self.record = self.state.record("rest", service, client, self._headers["x-road-id"], call)
        served = await self._providers.request(found, call)
        self.record.status = served.status
        return self._signed(client, service, served)

    def _parsed(self) -> tuple[Parts, Parts, str]:
        parts = self._path.split("/", 7)
        if len(parts) < 7:
            raise Refused(_BROKEN, "Invalid request URI")
        if "x-road-client" not in self._given:
            raise Refused(_BROKEN, "Request is missing X-Road-Client header")
        try:
            client, service = from_path(self._given["x-road-client"]), from_path("/".join(parts[2:7]))
        except UnicodeDecodeError as error:
            raise Refused(_BROKEN, "Invalid percent encoding") from error
        if len(client) not in (3, 4):
            raise Refused(_BROKEN, "Invalid Client Id")
        return client, service, f"/{parts[7]}" if len(parts) == 8 else ""

    def _check_endpoint(self, service: ServiceSettings, path: str) -> None:
        for endpoint in service.endpoints:
            if endpoint.method in ("*", self._method) and _pattern(endpoint.path).fullmatch(path):
                return
        raise Refused("server.serverproxy.access_denied", f"Request is not allowed: {service.code}")

    def _signed(self, client: Parts, service: Parts, served: Served) -> Served:
        kept = {name: value for name, value in passed(served.headers).items() if not name.startswith("x-road-")}
        target = self._path + (f"?{self._query}" if self._query else "")
        wrong_hash = self.state.dice.roll("wrong_hash", self.name, WrongHash) is not None
        another = self.state.dice.roll("inconsistent_headers", self.name, InconsistentHeaders) is not None
        own = {
            "x-road-client": to_path(client),
            "x-road-service": to_path(service),
            "x-road-id": "another" if another else self._headers["x-road-id"],
            "x-road-request-id": self._request_id,
            "x-road-request-hash": rest_hash(
                self._method, "/another" if wrong_hash else target, self._headers, self._body
            ),
        }
        return Served(served.body, served.status, served.kind, {**kept, **own})


def _pattern(glob: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*|\*)", glob)
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)


__all__ = ["RestExchange"]
