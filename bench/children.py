"""Processes that the benchmark starts: spoken to in lines of JSON, ended by pid, never outliving us."""

from __future__ import annotations

import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import orjson

from tests.support.family import family, kill_family

ROOT = Path(__file__).parents[1]
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Failed(Exception):
    """A process ended, or said nothing in time; with the end of what it logged."""


class Child:
    """A context manager. Standard error goes to `log`; standard output too, if it is not `spoken` to."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        spoken: bool = False,
    ) -> None:
        self.name = name
        self.log = log
        self._heard = b""
        pipe = subprocess.PIPE if spoken else None
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                stdin=pipe or subprocess.DEVNULL,
                stdout=pipe or errors,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is ours to pass on
                preexec_fn=_die_with_us,
            )

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def family(self) -> list[int]:
        """The process and its descendants."""
        return family(self.pid)

    def say(self, message: Mapping[str, Any]) -> None:
        """Write a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(orjson.dumps(message) + b"\n")
        self._process.stdin.flush()

    def hear(self, limit: float) -> dict[str, Any]:
        """The next line, waited for at most `limit` seconds. Raises `Failed`."""
        deadline = time.monotonic() + limit
        while b"\n" not in self._heard:
            self._heard += self._read(deadline)
        line, _, self._heard = self._heard.partition(b"\n")
        message: dict[str, Any] = orjson.loads(line)
        return message

    def _read(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise self.failed("said nothing in time")
        read = os.read(self._process.stdout.fileno(), 65_536)
        if not read:
            raise self.failed("ended")
        return read

    def ask(self, message: Mapping[str, Any], limit: float = 10) -> dict[str, Any]:
        """Say something and hear the answer."""
        self.say(message)
        return self.hear(limit)

    def check(self) -> None:
        """Raises `Failed` if it is not running."""
        if self._process.poll() is not None:
            raise self.failed(f"ended with {self._process.returncode}")

    def failed(self, what: str) -> Failed:
        """An error with the end of the log."""
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        return Failed(f"{self.name} {what}; the end of its log:\n{tail}")

    def end(self, limit: float = 20) -> None:
        """SIGTERM, and after `limit` seconds SIGKILL for it and its descendants."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(limit)
            except subprocess.TimeoutExpired:
                kill_family(self.pid)
                self._process.wait(limit)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def python(*arguments: str) -> list[str]:
    """A command for a module of ours."""
    return [sys.executable, "-m", *arguments]


def _die_with_us() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
