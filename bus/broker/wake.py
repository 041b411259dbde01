"""Interrupts a thread that waits for its socket."""

from __future__ import annotations

import select
import socket
from contextlib import suppress


class Wake:
    """`set` from any thread, `clear` and `wait` in the waiting one. After `clear`, look for work; then wait again."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._is_set = False
        self._poll = select.poll()
        self._poll.register(self._reader, select.POLLIN)

    def fileno(self) -> int:
        return self._reader.fileno()

    def set(self) -> None:
        """Costs a system call only for the first of several."""
        if not self._is_set:
            self._is_set = True
            self._writer.send(b"\0")

    def clear(self) -> None:
        with suppress(BlockingIOError):
            self._reader.recv(64)
        self._is_set = False

    def wait(self, seconds: float) -> None:
        """Return when set, or after `seconds`."""
        self._poll.poll(seconds * 1000)

    def close(self) -> None:
        self._reader.close()
        self._writer.close()
