"""The faults of a gateway's notices and refunds, beside those that every simulated system can show."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from ..faults import Fault, FaultSet

Forgery = Literal[
    "digest", "unsigned", "other_key", "amount", "reference", "terminal", "outcome",
    "signed_amount", "signed_reference", "signed_terminal", "half",
    "replayed", "truncated", "doubled", "reordered", "reencoded",
]  # fmt: skip


class Lost(Fault):
    """A notice is never delivered, and not repeated."""


class Repeated(Fault):
    """A notice is delivered `least` to `most` times, each at a time of its own `within` so many seconds."""

    least: int = Field(default=1, ge=1, le=100)
    most: int = Field(default=10, ge=1, le=100)
    within: float = Field(default=1, ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least > self.most:
            raise ValueError("least is more than most")
        return self


class Delayed(Fault):
    """A notice leaves up to `seconds` later."""

    seconds: float = Field(default=5, ge=0)


class Unheard(Fault):
    """The answer to a notice is lost on its way: the gateway takes it for none and repeats."""


class Forged(Fault):
    """Before a notice, somebody sends an altered one, of a kind of `kinds`."""

    kinds: tuple[Forgery, ...] = Field(default=("digest", "unsigned", "other_key", "amount"), min_length=1)


class RefundFailed(Fault):
    """A refund that was taken fails in the end."""


class GatewayFaults(FaultSet):
    """The body of `PUT /_control/faults`. Notices are the service `notice`, refunds `refund`."""

    lost: Lost | None = None
    repeated: Repeated | None = None
    delayed: Delayed | None = None
    unheard: Unheard | None = None
    forged: Forged | None = None
    refund_failed: RefundFailed | None = None


__all__ = ["Delayed", "Forged", "Forgery", "GatewayFaults", "Lost", "RefundFailed", "Repeated", "Unheard"]
