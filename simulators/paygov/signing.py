"""PayGov's checksum, by a formula of the settings: none is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..gateway.digests import keyed, plain, text


class Formula(BaseModel):
    """Which fields, in which order, with which sign between them; `place` of the secret: in the text, or as the key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: tuple[str, ...] = Field(min_length=1)
    separator: str = "|"
    place: Literal["first", "last", "key"] = "key"
    algorithm: Literal["sha256", "hmac-sha256", "hmac-sha512", "md5"] = "hmac-sha256"
    case: Literal["lower", "upper"] = "lower"
    named: bool = Field(default=False, description="each value is written as name=value")


def checksum(formula: Formula, message: Mapping[str, Any], secret: str) -> str:
    """`checksum` of a message."""
    values = [
        f"{name}={text(message.get(name))}" if formula.named else text(message.get(name)) for name in formula.fields
    ]
    joined = formula.separator.join(values)
    if formula.algorithm == "hmac-sha256" or formula.algorithm == "hmac-sha512":
        made = keyed(secret, joined, "sha256" if formula.algorithm == "hmac-sha256" else "sha512")
    else:
        parts = (secret, joined) if formula.place == "first" else (joined, secret)
        made = plain(formula.separator.join(parts), formula.algorithm)
    return made.upper() if formula.case == "upper" else made


__all__ = ["Formula", "checksum"]
