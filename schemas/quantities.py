"""Durations and sizes as people write them in a configuration file."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "y": 31_536_000.0}
_SIZES = {
    "": 1,
    "B": 1,
    "kB": 1000,
    "KB": 1000,
    "MB": 1_000_000,
    "GB": 10**9,
    "KiB": 1024,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
}


def seconds(value: object) -> object:
    """`"250ms"`, `"30s"`, `"5m"`, `"2h"`, `"7d"`, `"5y"` in seconds; anything but a text is left as it is."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|y)\s*", value, re.ASCII)
    if match is None:
        raise ValueError("a duration is a number with ms, s, m, h, d or y, e.g. 30s")
    return float(match[1]) * _UNITS[match[2]]


def octets(value: object) -> object:
    """`"10MB"`, `"512KiB"` in bytes; anything but a text is left as it is."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+)\s*([kKMG]i?B|B|)\s*", value, re.ASCII)
    if match is None or match[2] not in _SIZES:
        raise ValueError("a size is a whole number with B, kB, MB, GB, KiB, MiB or GiB, e.g. 10MB")
    return int(match[1]) * _SIZES[match[2]]


Seconds = Annotated[float, BeforeValidator(seconds), Field(ge=0)]
Bytes = Annotated[int, BeforeValidator(octets), Field(ge=1)]

__all__ = ["Bytes", "Seconds", "octets", "seconds"]
