"""A thread with a connection of its own, made again with growing pauses whenever it is lost."""

from __future__ import annotations

import random
import threading
import time
from abc import ABC, abstractmethod
from typing import Protocol

import structlog

from .link import Link, Transport
from .wake import Wake

log = structlog.get_logger("bus.broker")

FIRST_PAUSE = 0.05  # seconds
LONGEST_PAUSE = 2.0  # seconds; a server that is coming back bears one attempt in two seconds


class Report(Protocol):
    """Called in the worker's thread."""

    def state(self, up: bool, trouble: str | None) -> None: ...

    def ended(self) -> None: ...


def pause(failures: int, chance: float) -> float:
    """Seconds before the next attempt, after so many failures in a row. `chance` (0 to 1) spreads many processes."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 16)) * (0.5 + chance / 2))


class Worker(ABC):
    """kombu is not thread-safe: publisher and consumer are each one of these."""

    role: str

    def __init__(self, transport: Transport, report: Report) -> None:
        self._transport = transport
        self._report = report
        self._stopping = False
        self._failures = 0
        self._told: str | None = None
        self.wake = Wake()
        self._thread = threading.Thread(target=self._run, name=f"{transport.prefix} {self.role}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end."""
        self._stopping = True
        self.wake.set()

    def close(self) -> None:
        """After the thread has ended."""
        self._thread.join()
        self.wake.close()

    @abstractmethod
    def _begin(self, link: Link) -> None:
        """The link is open: declare, subscribe."""

    @abstractmethod
    def _turn(self, link: Link) -> None:
        """Do what there is to do, then wait on the link."""

    @abstractmethod
    def _finish(self, link: Link) -> None:
        """The last words before closing in order."""

    @abstractmethod
    def _lost(self) -> None:
        """There is no connection: give up what depended on it. Called again and again while there is none."""

    def _run(self) -> None:
        trouble: str | None = "closed"
        try:
            attempt = 0
            while not self._stopping:
                self._session(attempt)
                attempt += 1
        except BaseException as error:
            trouble = _words(error)
            raise
        finally:
            self._lost()
            self._report.state(False, trouble)
            self._report.ended()

    def _session(self, attempt: int) -> None:
        link = self._transport.link(self.role, self.wake, attempt)
        try:
            link.open()
            self._begin(link)
            self._failures, self._told = 0, None
            log.info("broker connected", role=self.role)
            self._report.state(True, None)
            while not self._stopping:
                self._turn(link)
            self._finish(link)
            link.close()
        except link.errors as error:
            trouble = _words(error)
            self._tell(trouble)
            self._report.state(False, trouble)
            self._rest()
        finally:
            link.abandon()

    def _tell(self, trouble: str) -> None:
        """Once for an outage, and again when its reason changes."""
        if not self._stopping and trouble != self._told:
            log.warning("broker not connected", role=self.role, reason=trouble)
        self._told = trouble

    def _rest(self) -> None:
        end = time.monotonic() + pause(self._failures, random.random())
        self._failures += 1
        self._lost()
        while not self._stopping and (left := end - time.monotonic()) > 0:
            self.wake.wait(left)
            self.wake.clear()
            self._lost()


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error) or 'no answer in time'}"
