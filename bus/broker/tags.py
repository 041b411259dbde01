"""Consumer acknowledgements: as few as the order of claims allows."""

from __future__ import annotations

from collections.abc import Iterable


class Tags:
    """Of one channel. `arrived` is called with ever higher tags, as the broker counts them."""

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._lowest = 1
        self._highest = 0

    def __len__(self) -> int:
        return len(self._open)

    def arrived(self, tag: int) -> None:
        self._open.add(tag)
        self._highest = tag

    def done(self, tags: Iterable[int]) -> tuple[int | None, list[int]]:
        """(up to which tag everything is done, what is done above it). Tags that are not open are left out.

        The first is always one of those just done: the broker refuses a tag that it has forgotten already.
        """
        fresh = sorted(self._open.intersection(tags))
        self._open.difference_update(fresh)
        while self._lowest <= self._highest and self._lowest not in self._open:
            self._lowest += 1
        below = [tag for tag in fresh if tag < self._lowest]
        return (below[-1] if below else None), fresh[len(below) :]
