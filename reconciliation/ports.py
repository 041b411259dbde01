"""What reconciliation asks of those who know our own lines."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reconciliation.lines import HEADER, Line

_TELL_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of canonical lines (CSV under `reconciliation.lines.HEADER`, or the same columns as Parquet).

    `as_of` says which state of the source it shows, e.g. the id of its last message; it is frozen with the run.
    """

    path: Path
    as_of: str


class Ours(Protocol):
    """Our side, e.g. the ledger. One method, called once a run, in the calling thread."""

    def export(self, system: str, since: datetime, until: datetime, folder: Path) -> Exported:
        """Every line of `system` whose `at` is in [since, until), each once, in its state as of now.

        Refunds and surplus payments are lines too. Writes into `folder`, or names a file that is there already.
        Raises `OSError` or `reconciliation.refusals.Refused`.
        """


class File:
    """Lines that somebody exported: `lienthong reconcile payments --ours FILE`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def export(self, system: str, since: datetime, until: datetime, folder: Path) -> Exported:
        """The file as it is; lines outside of the window are left out when it is read."""
        return Exported(self._path, self._path.name)


def write_lines(lines: Iterable[Line], path: Path, told: Callable[[int], object] = lambda _: None) -> int:
    """The lines as canonical CSV; gives how many. `told` hears of every ten thousand."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for count, line in enumerate(lines, 1):
            writer.writerow(line.cells())
            if count % _TELL_EVERY == 0:
                told(_TELL_EVERY)
    return count


__all__ = ["Exported", "File", "Ours", "write_lines"]
