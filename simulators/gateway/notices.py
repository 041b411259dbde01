"""A notice: what is said in the gateway's language, how it travels, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from .orders import Order, Payment

Fate = Literal["waiting", "lost", "sending", "taken", "given up"]
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wire:
    """A request to the merchant. The query is part of `url`, spelled as it is to be sent."""

    method: str
    url: str
    content: bytes = b""
    kind: str = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Marks:
    """Names of the fields that a forger looks for; `terminal` is `None` where notices do not name the merchant.

    `codes`: what stands there after success, and after failure.
    """

    amount: str
    reference: str
    terminal: str | None
    codes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


class Language(Protocol):
    """How one gateway says notices."""

    marks: Marks

    def tells(self, payment: Payment) -> bool:
        """Whether the merchant is told of this at all."""

    def fields(self, order: Order, payment: Payment) -> dict[str, Any]:
        """What is said, without the digest."""

    def sign(self, fields: Fields, secret: str | None = None) -> str:
        """The digest, with the gateway's secret or another."""

    def wire(self, fields: Fields, digest: str, url: str) -> Wire:
        """The request; an empty digest is left out."""

    def satisfied(self, status: int, body: bytes) -> bool:
        """Whether the gateway stops after this answer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer; `status` is `None` where none came, and `body` says what happened then."""

    status: int | None
    body: bytes
    satisfied: bool

    def as_json(self) -> dict[str, Any]:
        """As `/_control/notices` shows it."""
        return {"status": self.status, "body": self.body.decode("utf-8", "replace"), "satisfied": self.satisfied}


@dataclass(slots=True)
class Notice:
    """One notice on its way. `kind` is `genuine`, or how it was forged; `pending` deliveries are still to come."""

    seq: int
    reference: str
    number: str
    kind: str
    wire: Wire
    fate: Fate = "waiting"
    tries: int = 0
    repeats: int = 0
    pending: int = 0
    answers: list[Heard] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As `/_control/notices` shows it."""
        named = ("seq", "reference", "number", "kind", "fate", "tries")
        wire = {"method": self.wire.method, "url": self.wire.url, "body": self.wire.content.decode("utf-8", "replace")}
        answers = [answer.as_json() for answer in self.answers]
        return {**{name: getattr(self, name) for name in named}, **wire, "answers": answers}


__all__ = ["Fate", "Fields", "Heard", "Language", "Marks", "Notice", "Wire"]
