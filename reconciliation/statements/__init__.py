"""Reading a settlement file: right as a whole, or not at all."""

from __future__ import annotations

from .reading import Read, read

__all__ = ["Read", "read"]
