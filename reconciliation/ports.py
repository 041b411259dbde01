"""What reconciliation asks of those who know our own lines."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reconciliation.days import Session
from reconciliation.layout import AnyLayout
from reconciliation.lines import HEADER, Line

_TELL_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of canonical lines (CSV under `reconciliation.lines.HEADER`, or the same columns as Parquet).

    `as_of` says which state of the source it shows, e.g. the id of its last message; it is frozen with the run.
    `own`: where two books of ours were compared, what differs between them (CSV under `own_books.OWN_HEADER`);
    `undated`: how many lines could not be placed in time and are not in the file.
    """

    path: Path
    as_of: str
    own: Path | None = None
    undated: int = 0


class Ours(Protocol):
    """Our side, e.g. the ledger. One method, called once a run, in the calling thread."""

    def export(self, system: str, since: datetime, until: datetime, folder: Path) -> Exported:
        """Every line of `system` whose `at` is in [since, until), each once, in its state as of now.

        Refunds and surplus payments are lines too. Writes into `folder`, or names a file that is there already.
        Raises `OSError` or `reconciliation.refusals.Refused`.
        """


@dataclass(frozen=True, slots=True)
class Stated:
    """The gateway's side as a file. `name` is what messages call it, `layout` how it is laid out if not as the request
    says, `unanswered` a file of references of which the gateway has not said anything (one a line, with a header)."""

    path: Path
    name: str
    layout: AnyLayout | None = None
    unanswered: Path | None = None


class Theirs(Protocol):
    """The other side. One method, called once a run after `Ours`, in the calling thread."""

    def statement(self, system: str, session: Session, ours: Path, folder: Path) -> Stated:
        """What it says of the session. `ours` is our side as canonical text; writes into `folder`.

        Raises `OSError` or `reconciliation.refusals.Refused`.
        """


class Statement:
    """A file that the gateway sent: `lienthong reconcile payments --statement FILE`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def statement(self, system: str, session: Session, ours: Path, folder: Path) -> Stated:
        """A copy, so that what is hashed is what is read."""
        copied = folder / "statement"
        shutil.copyfile(self._path, copied)
        return Stated(copied, str(self._path))


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


__all__ = ["Exported", "File", "Ours", "Stated", "Statement", "Theirs", "write_lines"]
