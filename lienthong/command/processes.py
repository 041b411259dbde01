"""The parent of `lienthong run --processes N`: starts the processes, replaces those that die, ends them all."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from bus.family import Member

_log = structlog.get_logger("lienthong.processes")

# Back-off between a process's death and the next: 0.5, 1, 2, ... 30 s; from the first again once it ran for a minute.
_FIRST, _LONGEST, _STABLE = 0.5, 30.0, 60.0
# So many failures to start, one after the other, are no accident.
_FAILURES = 3
# Beyond what calls may take to end (`dispatch.drain`): HTTP's own grace, the ledger's last commits, the broker.
_GRACE = 30.0


class Supervisor:
    """Runs `command` `count` times, each told which one it is. `drain`: seconds that stopping may take by itself."""

    def __init__(self, command: Sequence[str], count: int, port: int, drain: float) -> None:
        self._command = command
        self._count = count
        self._port = port
        self._grace = drain + _GRACE
        self._stopping = asyncio.Event()

    async def run(self) -> int:
        """Until SIGTERM or SIGINT, or until one process failed to start three times; 0 if all ended well, else 1."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        with tempfile.TemporaryDirectory(prefix="lienthong-") as folder:
            members = [Member(number, self._count, self._port, Path(folder)) for number in range(1, self._count + 1)]
            _log.info("starting", processes=self._count, port=self._port)
            return max(await asyncio.gather(*(self._keep(member) for member in members)))

    async def _keep(self, member: Member) -> int:
        """Keep one process running; what it came to in the end."""
        failures, pause = 0, _FIRST
        while not self._stopping.is_set():
            began = time.monotonic()
            process = await self._start(member)
            code = await self._until_ended(process)
            started = member.socket().exists()
            if self._stopping.is_set():
                return _judged(code, started)
            member.socket().unlink(missing_ok=True)
            failures = 0 if started else failures + 1
            if failures == _FAILURES:
                _log.error("a process does not start; all end", process=member.number, code=code, failures=failures)
                self._stopping.set()
                return 1
            pause = _FIRST if time.monotonic() - began > _STABLE else pause
            _log.error("a process ended; it is started again", process=member.number, code=code, pause=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(2 * pause, _LONGEST)
        return 0

    async def _start(self, member: Member) -> asyncio.subprocess.Process:
        """Standard input is a pipe whose end tells the process that its parent died."""
        return await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, env={**os.environ, **member.environment()}
        )

    async def _until_ended(self, process: asyncio.subprocess.Process) -> int:
        """Its exit code, once it ended by itself or was told to."""
        ended, told = asyncio.create_task(process.wait()), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not ended.done():
            process.terminate()
            with suppress(TimeoutError):
                return await asyncio.wait_for(asyncio.shield(ended), self._grace)
            _log.error("a process does not end; it is killed", pid=process.pid)
            process.kill()
        return await ended


def _judged(code: int, started: bool) -> int:
    """The part of one process in the exit code. SIGTERM before it listened for SIGTERM ended nothing but itself."""
    return 0 if code == 0 or (code == -signal.SIGTERM and not started) else 1
