"""What is wrong with a message, and where. Never with its values: they may be personal."""

from __future__ import annotations


class Flaw(ValueError):
    """`reason` at `place` (element names from the outside in). `code` is the SOAP 1.1 fault code that says it."""

    def __init__(self, reason: str, *place: str, code: str = "Client") -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = list(place)
        self.code = code

    def under(self, name: str) -> Flaw:
        """The same, seen from one level further out."""
        self.place.insert(0, name)
        return self

    def __str__(self) -> str:
        return f"{'/'.join(self.place)} {self.reason}" if self.place else self.reason


__all__ = ["Flaw"]
