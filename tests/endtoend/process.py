"""`lienthong run` as a process of its own, to be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from .province import Configuration


class BusProcess:
    """One bus. Usable with `with`, which kills it; `log` is everything that it ever said."""

    def __init__(self, configuration: Configuration, log: Path, only: str | None = None) -> None:
        self._configuration = configuration
        self._only = ["--only", only] if only else []
        self._process: subprocess.Popen[bytes] | None = None
        self.log = log
        self.starts = 0

    def start(self) -> None:
        """Start it, without waiting until it is ready."""
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "LIENTHONG_"))
        }
        # setpriv: also ends when the tests are killed themselves
        command = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "lienthong.command", "run"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-c", str(self._configuration.path), *self._only],
                env={**clean, **self._configuration.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.starts += 1

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    def check(self) -> None:
        """Fail if it ended by itself."""
        code = None if self._process is None else self._process.poll()
        assert code is None, f"the bus ended with {code}:\n{self.tail()}"

    @property
    def found_no_database(self) -> bool:
        """Whether it ended by itself because it could not reach its database when it started."""
        ended = self._process is not None and self._process.poll() == 1
        return ended and "LT109" in self.tail(1) and "the database cannot be reached" in self.tail(1)

    def kill(self) -> None:
        """SIGKILL; it has to be alive until then."""
        assert self._process is not None
        self.check()
        self._process.kill()
        self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """SIGSTOP: it lives and does nothing, as on a machine that is out of memory or was moved."""
        assert self._process is not None
        self.check()
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    async def stop(self, seconds: float = 30) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        self.check()
        self._process.send_signal(signal.SIGTERM)
        return await self.ended(seconds)

    async def ended(self, seconds: float) -> int:
        """Wait until it ends by itself; the exit code."""
        assert self._process is not None
        deadline = time.monotonic() + seconds
        while (code := self._process.poll()) is None:
            assert time.monotonic() < deadline, f"it runs {seconds:g} s later:\n{self.tail()}"
            await asyncio.sleep(0.02)
        self._process = None
        return code

    def tail(self, lines: int = 30) -> str:
        """The end of what it said."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def __enter__(self) -> BusProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
