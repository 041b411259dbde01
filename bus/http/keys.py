"""Who is calling: a key as `Authorization: Bearer KEY` or `X-API-Key: KEY`; or at /in a signature, if that is how the
system proves itself: then the adapter looks at it before anything else."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from bus.config.model import Client
from lienthong import Adapter

from .call import Call
from .problems import Refused

_CHALLENGE = {"www-authenticate": 'Bearer realm="lienthong"'}


class Keys:
    """The clients by the SHA-256 of their keys.

    The key is hashed first and then looked up, so the time of the comparison says nothing about any key.
    """

    def __init__(self, clients: Mapping[str, Client], adapters: Mapping[str, Adapter]) -> None:
        self._clients = {
            client.key.get_secret_value().removeprefix("sha256:"): (name, client)
            for name, client in clients.items()
            if client.key is not None
        }
        self._signed = {
            (system, operation): (name, client)
            for name, client in clients.items()
            for system in client.signed
            for operation in adapters[system].signed
        }

    def at_door(self, call: Call) -> tuple[str, Client]:
        """As `find`, for /in/{system}/{operation}: whoever has no key of ours may prove himself by his signature."""
        signed = self._signed.get((call.arguments["system"], call.arguments["operation"]))
        if signed is None:
            return self.find(call.headers)
        key = _key(call.headers)
        return (self._clients.get(sha256(key).hexdigest()) if key else None) or signed

    def find(self, headers: Mapping[bytes, bytes]) -> tuple[str, Client]:
        """Name and client. Raises `Refused`."""
        key = _key(headers)
        if not key:
            detail = "the request carries no key; send Authorization: Bearer KEY or X-API-Key: KEY"
            raise Refused("unauthenticated", detail, headers=_CHALLENGE)
        found = self._clients.get(sha256(key).hexdigest())
        if found is None:
            detail = "no client has this key; check it, or ask operations for one (section clients)"
            raise Refused("unauthenticated", detail, headers=_CHALLENGE)
        return found


def _key(headers: Mapping[bytes, bytes]) -> bytes | None:
    scheme, _, key = headers.get(b"authorization", b"").partition(b" ")
    return key.strip() if scheme.lower() == b"bearer" else headers.get(b"x-api-key")
