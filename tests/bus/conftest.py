"""What several folders use."""

from __future__ import annotations

from tests.bus.dispatch.conftest import world

__all__ = ["world"]
