"""The one error of this package's parsers."""

from __future__ import annotations


class Malformed(ValueError):
    """A message that does not follow the protocol. `code` is X-Road's name of the mistake, as `missing_header_field`.

    The text names the place and never repeats a value, which may be personal data.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


__all__ = ["Malformed"]
