"""Answers kept for a moment, if the configuration wants it: in memory, encrypted, under a key nobody else knows."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bus.config import model

_NONCE = 12


class Cache:
    """One query's answers. The key is made at start and dies with the process; a memory dump without it tells
    nothing, and what is asked is kept as a keyed hash only. `clock` tells monotonic seconds."""

    def __init__(self, settings: model.Cache, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._hash_key = secrets.token_bytes(32)
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._kept: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()

    def find(self, question: bytes) -> tuple[str, Any] | None:
        """Result and data of an answer that is still good."""
        key = self._key(question)
        until, sealed = self._kept.get(key, (0.0, b""))
        if not sealed:
            return None
        if self._clock() >= until:
            del self._kept[key]
            return None
        result, data = orjson.loads(self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], key))
        return result, data

    def keep(self, question: bytes, result: str, data: Any) -> None:
        """Keep an answer."""
        key, nonce = self._key(question), secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, orjson.dumps([result, data]), key)
        self._kept[key] = (self._clock() + self._settings.keep, sealed)
        self._kept.move_to_end(key)
        while len(self._kept) > self._settings.most:
            self._kept.popitem(last=False)

    def _key(self, question: bytes) -> bytes:
        return hmac.new(self._hash_key, question, hashlib.sha256).digest()
