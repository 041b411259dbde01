"""Overload: what is short is said before it hurts. The backlog of a system is never a reason."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import make_url

from .desk import Desk
from .problems import Refused

# Memory and disk change slowly, and asking the system for every request would cost more than the request.
_FRESH = 1.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Bytes of memory that this process uses."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE


def free(folder: Path) -> int:
    """Bytes that are free where `folder` is."""
    return shutil.disk_usage(folder).free


class Gate:
    """Refuses new work while something is short."""

    def __init__(
        self,
        desk: Desk,
        clock: Callable[[], float] = time.monotonic,
        memory: Callable[[], int] = resident,
        disk: Callable[[Path], int] = free,
    ) -> None:
        self._desk = desk
        self._http = desk.config.http
        self._clock, self._memory, self._disk = clock, memory, disk
        url = make_url(desk.ledger.url)
        self._folder = Path(url.database or "").absolute().parent if desk.ledger.embedded else None
        self._short: tuple[str, str] | None = None
        self._looked = -_FRESH

    def check(self) -> None:
        """Raises `Refused` where new work cannot be taken now."""
        if (trouble := self.trouble()) is not None:
            raise trouble

    def trouble(self) -> Refused | None:
        """Why new work cannot be taken now."""
        if self._desk.draining():
            return Refused("draining", "this process is stopping; repeat the request with the same id")
        waiting = self._desk.ledger.waiting
        if waiting >= self._http.max_waiting:
            return Refused("overloaded", f"{waiting} commits are waiting (http.max_waiting); repeat a little later")
        now = self._clock()
        if now - self._looked >= _FRESH:
            self._looked = now
            self._short = self._look()
        return Refused(*self._short) if self._short is not None else None

    def _look(self) -> tuple[str, str] | None:
        most = self._http.max_memory
        if most is not None and (used := self._memory()) > most:
            return "out-of-memory", f"{used} bytes are in use (http.max_memory: {most}); repeat later"
        if self._folder is not None and (left := self._disk(self._folder)) < self._http.min_disk:
            detail = f"{left} bytes are free beside the ledger (http.min_disk: {self._http.min_disk}); make room there"
            return "disk-full", detail
        return None
