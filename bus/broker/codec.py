"""The body of a broker message: a JSON array of delivery ids. The queue says which system is meant."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

MOST = 2**63 - 1


def encode(deliveries: Sequence[int]) -> bytes:
    """For 1 and 2: `[1,2]`."""
    return orjson.dumps(list(deliveries))


def decode(body: bytes | str) -> tuple[int, ...]:
    """Raises `ValueError` for anything but a non-empty array of positive 64-bit integers."""
    found = orjson.loads(body)
    if not isinstance(found, list) or not found:
        raise ValueError("a hint is a non-empty JSON array of delivery ids")
    if not all(type(item) is int and 0 < item <= MOST for item in found):
        raise ValueError("a delivery id is a positive 64-bit integer")
    return tuple(found)
