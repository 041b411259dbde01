"""A rate limit for one system: pure, time comes in as an argument (monotonic seconds)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Rate:
    """At most `per_second` calls a second, evenly spaced after a burst of one second's worth."""

    per_second: float | None
    _next: float = 0.0

    def wait(self, now: float) -> float:
        """Take the next place; how long the caller has to wait for it."""
        if self.per_second is None:
            return 0.0
        self._next = max(self._next, now - 1.0) + 1.0 / self.per_second
        return max(0.0, self._next - now)
