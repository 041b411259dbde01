"""A rate limit for one system: pure, time comes in as an argument (monotonic seconds)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Rate:
    """At most `per_second` calls a second, evenly spaced after a burst of one second's worth (of one call at least)."""

    per_second: float | None
    _next: float = 0.0

    def wait(self, now: float) -> float:
        """Take the next place; how long the caller has to wait for it."""
        self._next = self._following(now)
        return max(0.0, self._next - now)

    def wait_at_most(self, most: float, now: float) -> float | None:
        """The same, but take none if the wait were longer than `most` seconds: then `None`."""
        return self.wait(now) if self._following(now) - now <= most else None

    def _following(self, now: float) -> float:
        if self.per_second is None:
            return now
        space = 1.0 / self.per_second
        return max(self._next, now - max(1.0, space)) + space
