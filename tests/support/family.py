"""Kill a process with all its descendants. Run as a script it is a guard: it does so when its standard input closes."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path


def family(pid: int) -> list[int]:
    """`pid` and its living descendants. A process group would not do: PostgreSQL's children leave theirs."""
    parents = {child: parent for child, parent, state in _processes() if state != "Z"}
    members = [pid] if pid in parents else []
    for member in members:
        members += [child for child, parent in parents.items() if parent == member]
    return members


def kill_family(pid: int) -> None:
    """SIGKILL for all of them, and return when all are gone."""
    # stopped first, so that no child is born between looking and killing
    _send(pid, signal.SIGSTOP)
    members = family(pid)
    for member in members:
        _send(member, signal.SIGKILL)
    _wait_for_the_end(members)


def _wait_for_the_end(members: list[int], limit: float = 10) -> None:
    deadline = time.monotonic() + limit
    while alive := [pid for pid, _, state in _processes() if pid in members and state != "Z"]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes {alive} live {limit} s after SIGKILL")
        time.sleep(0.01)


def _processes() -> list[tuple[int, int, str]]:
    """(pid, parent, state) of every process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue
            # the second field is the name, in parentheses, and may hold anything
            state, parent = stat.rpartition(")")[2].split()[:2]
            found.append((int(entry.name), int(parent), state))
    return found


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _guard(folder: str, pids: list[int]) -> None:
    sys.stdin.read()
    for pid in pids:
        kill_family(pid)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _guard(sys.argv[1], [int(pid) for pid in sys.argv[2:]])
