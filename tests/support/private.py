"""A private server: own folder, own port, ended with the tests even when those are killed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Self

from . import family

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on, outside the range that the kernel gives to outgoing connections.

    A killed server comes back on its port; meanwhile an outgoing connection must not have taken it.
    """
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


class Private(ABC):
    """Start, stop, kill and start again on the same port and data. A context manager; `close` removes the data."""

    start_limit = 45.0
    stop_limit = 20.0
    _polite = signal.SIGTERM

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"lienthong-{type(self).__name__.lower()}-"))
        self.port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect."""

    @abstractmethod
    def _commands(self) -> list[list[str]]:
        """What to run, the server last."""

    @abstractmethod
    def _ready(self) -> bool:
        """Whether a client is served."""

    @property
    def running(self) -> bool:
        return bool(self._processes)

    @property
    def pid(self) -> int:
        """Of the server's first process."""
        return self._processes[-1].pid

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> Self:
        """Start and wait until a client is served. Raises `RuntimeError` with the end of the server's log."""
        if self.running:
            raise RuntimeError(f"{type(self).__name__} is running already")
        for command in self._commands():
            self._processes.append(self._spawn(command))
        self._guard = subprocess.Popen(
            [sys.executable, family.__file__, str(self.folder), *(str(process.pid) for process in self._processes)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._await_ready()
        return self

    def stop(self) -> None:
        """End it the polite way; after `stop_limit` seconds kill it."""
        if self.running:
            self._processes[-1].send_signal(self._polite)
            with suppress(subprocess.TimeoutExpired):
                self._processes[-1].wait(self.stop_limit)
            self.kill()

    def kill(self) -> None:
        """SIGKILL for the server and all its processes."""
        self._dismiss_guard()
        for process in reversed(self._processes):
            family.kill_family(process.pid)
            process.wait()
        self._processes.clear()

    def close(self) -> None:
        """Kill it and remove its data."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def _environment(self) -> dict[str, str]:
        """Nothing of ours leaks into the server: no PG*, no RABBITMQ_*."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _await_ready(self) -> None:
        deadline = time.monotonic() + self.start_limit
        while not self._ready():
            dead = self._processes[-1].poll() is not None
            if dead or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
                self.kill()
                what = "ended" if dead else f"was not ready after {self.start_limit:g} s"
                raise RuntimeError(f"{type(self).__name__} {what}; the end of its log:\n{tail}")
            time.sleep(0.05)

    def _dismiss_guard(self) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
            assert self._guard.stdin is not None
            self._guard.stdin.close()
            self._guard = None
