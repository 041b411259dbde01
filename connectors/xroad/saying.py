"""What a request says of itself in X-Road's own headers, and what the connector alone may say."""

from __future__ import annotations

from collections.abc import Mapping

# An adapter may say them with each request; over SOAP they become fields of the header.
SAID = frozenset({"x-road-id", "x-road-userid", "x-road-issue", "x-road-represented-party"})
_PREFIX = "x-road-"


def parted(headers: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What the request says in X-Road's headers, and its other headers; names in lower case.

    Raises `ValueError` for a header that only the connector or a security server writes.
    """
    said: dict[str, str] = {}
    others: dict[str, str] = {}
    for name, value in headers.items():
        lowered = name.lower()
        if lowered.startswith(_PREFIX) and lowered not in SAID:
            raise ValueError(f"header {name} is not for a request to set; remove it")
        (said if lowered in SAID else others)[lowered] = value
    return said, others


def heard(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers, in lower case, without X-Road's."""
    return {name: value for name, value in headers.items() if not name.startswith(_PREFIX)}


__all__ = ["SAID", "heard", "parted"]
