"""Runs on disk: `OUT/KIND/SYSTEM/DAY/NUMBER`, each frozen with all that it was made from. And the lock of a day.

The lock is a file lock beside the runs, not one in the ledger: an SQLite ledger belongs to the bus that runs, and two
runs that could hurt each other share this folder anyway.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

INPUTS, FROZEN = "inputs.json", "frozen"


class Locked(Exception):
    """Another process reconciles this day."""


class Unknown(Exception):
    """There is no run of this number."""


@dataclass(frozen=True, slots=True)
class Day:
    """The runs of one session: `payments`, `vnpay`, the last day of the session."""

    out: Path
    kind: str
    system: str
    day: date

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.out / self.kind / self.system / self.day.isoformat()

    def run(self, number: int) -> Path:
        """The folder of one run."""
        return self.folder / f"{number:04d}"

    def numbers(self) -> list[int]:
        """Of the runs that came to their end, in order."""
        if not self.folder.is_dir():
            return []
        return sorted(
            int(one.name) for one in self.folder.iterdir() if one.name.isdecimal() and (one / INPUTS).is_file()
        )

    def last(self) -> int | None:
        """The newest one."""
        return max(self.numbers(), default=None)

    def inputs(self, number: int) -> Mapping[str, Any]:
        """What was frozen with a run. Raises `Unknown`."""
        try:
            found: Mapping[str, Any] = json.loads((self.run(number) / INPUTS).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            known = ", ".join(str(one) for one in self.numbers()) or "none"
            raise Unknown(f"there is no run {number} of {self.system} {self.day}; there are: {known}") from error
        return found

    def differences(self, number: int) -> list[dict[str, Any]]:
        """Those of a run, in order: `books.COLUMNS` but for the words. Raises `Unknown`."""
        self.inputs(number)
        path = str(self.run(number) / FROZEN / "differences.parquet")
        with duckdb.connect() as connection:
            found = connection.execute("SELECT * FROM read_parquet(?)", [path])
            names = [one[0] for one in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Raises `Locked` at once if somebody else is at it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Locked(f"another process reconciles {self.kind} of {self.system} on {self.day}") from error
            yield

    @contextmanager
    def new(self) -> Iterator[tuple[int, Path]]:
        """The next number and a folder that becomes its run with the end; after an exception nothing is left of it."""
        number = (self.last() or 0) + 1
        partial = self.folder / f".{number:04d}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        (partial / FROZEN).mkdir(parents=True)
        try:
            yield number, partial
            _synchronised(partial)
            partial.rename(self.run(number))
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _synchronised(folder: Path) -> None:
    """To the disk, before the name says that it is there."""
    for path in (*folder.rglob("*"), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


__all__ = ["FROZEN", "INPUTS", "Day", "Locked", "Unknown"]
