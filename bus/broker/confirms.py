"""Publisher confirms: which messages the broker has not spoken about yet."""

from __future__ import annotations

from .outbox import Batch


class Unconfirmed:
    """Of one channel, on which messages are numbered from 1 in the order of publishing."""

    def __init__(self) -> None:
        self._sent: dict[int, tuple[float, Batch]] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._sent)

    def add(self, batch: Batch, now: float) -> int:
        """The number that the broker will give this message."""
        self._last += 1
        self._sent[self._last] = (now, batch)
        return self._last

    def pop(self, tag: int, multiple: bool = False) -> list[Batch]:
        """What the broker speaks about. A tag that it spoke about before (a returned message) is nothing."""
        if not multiple:
            found = self._sent.pop(tag, None)
            return [found[1]] if found else []
        covered = [sent for sent in self._sent if sent <= tag]
        return [self._sent.pop(sent)[1] for sent in covered]

    def oldest(self) -> float | None:
        """When the oldest was sent."""
        return next((at for at, _ in self._sent.values()), None)

    def overdue(self, before: float) -> list[Batch]:
        """Take out what was sent before that time."""
        late = [tag for tag, (at, _) in self._sent.items() if at < before]
        return [self._sent.pop(tag)[1] for tag in late]

    def drain(self) -> list[Batch]:
        """Take out everything: the connection is lost."""
        batches = [batch for _, batch in self._sent.values()]
        self._sent.clear()
        return batches
