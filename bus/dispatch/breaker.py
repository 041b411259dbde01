"""The breaker of one system: pure, time comes in as an argument (monotonic seconds)."""

from __future__ import annotations

from dataclasses import dataclass

from bus.config import model


@dataclass(slots=True)
class Breaker:
    """Closed, open, or half open (one trial at a time). Opens after so many consecutive failures."""

    settings: model.Breaker
    failures: int = 0
    opened_until: float | None = None
    pause: float = 0.0
    trial: bool = False

    def allows(self, now: float) -> bool:
        """Whether a call may be made now; in half-open state only one until its outcome is known."""
        if self.opened_until is None:
            return True
        return now >= self.opened_until and not self.trial

    def left(self, now: float) -> float:
        """Seconds until a trial may be made."""
        return max(0.0, (self.opened_until or now) - now)

    @property
    def is_open(self) -> bool:
        """Open or half open."""
        return self.opened_until is not None

    def begin(self, now: float) -> bool:
        """A call begins. Whether it is the trial."""
        if self.opened_until is None or now < self.opened_until or self.trial:
            return False
        self.trial = True
        return True

    def succeeded(self) -> bool:
        """The target answered something definite. True if this closed the breaker."""
        was_open = self.is_open
        self.failures, self.opened_until, self.pause, self.trial = 0, None, 0.0, False
        return was_open

    def failed(self, now: float) -> bool:
        """A `Retry` or `Unknown`. True if this opened (or reopened) the breaker."""
        self.failures += 1
        reopens = self.trial
        self.trial = False
        if not reopens and self.failures < self.settings.failures:
            return False
        if self.is_open and not reopens:
            return False  # a call that began before it opened
        self.pause = min(self.settings.longest, 2 * self.pause) if reopens else self.settings.pause
        self.opened_until = now + self.pause
        return True

    def withdrawn(self) -> None:
        """The trial ended without saying anything about the target; the next call is one."""
        self.trial = False
