"""Where the time goes: `python -m bench.profile whole-embedded` writes bench/results/profile-whole-embedded.txt.

py-spy looks at the bus's processes from outside, so that threads and C code are seen and little is slowed down. The
messages a second of such a run are no measurement.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from . import bus
from .children import Child, Failed
from .plan import DRAIN_PG_RABBIT, WHOLE_EMBEDDED, WHOLE_PG_RABBIT
from .report import RESULTS
from .servers import Servers

_ROWS = {WHOLE_EMBEDDED: bus.EMBEDDED[0], WHOLE_PG_RABBIT: bus.WHOLE[0], DRAIN_PG_RABBIT: bus.DRAIN[0]}
_TOP = 40
_RATE = 250  # samples a second
_LINE = re.compile(r":\d+\)$")
# Threads with nothing to do, which py-spy does not always know from busy ones.
_WAITING = (
    "Wake.wait (bus/broker/wake.py)",
    "_worker (concurrent/futures/thread.py)",
    "EpollSelector.select (selectors.py)",
    "Condition.wait (threading.py)",
    "wait (threading.py)",
)


@dataclass(slots=True)
class Profile:
    """Samples of working threads by function: `own` where it was running itself, `total` where it was on the stack."""

    samples: int = 0
    own: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)

    def add(self, stacks: Iterable[str]) -> None:
        """Lines `outer;inner;innermost COUNT`, a frame being `function (file:line)`."""
        for stack in stacks:
            frames, _, count = stack.rpartition(" ")
            names = [_LINE.sub(")", frame) for frame in frames.split(";")]
            if names[-1] in _WAITING:
                continue
            self.samples += int(count)
            self.own[names[-1]] += int(count)
            self.total.update(dict.fromkeys(names, int(count)))

    def text(self) -> str:
        """The functions that matter, in per cent of all samples."""
        return "\n".join(
            ["in the function itself", *self._listed(self.own), "", "with what it calls", *self._listed(self.total), ""]
        )

    def _listed(self, counts: Counter[str]) -> list[str]:
        return [f"{100 * count / self.samples:6.1f} %  {name}" for name, count in counts.most_common(_TOP)]


@contextmanager
def spying(folder: Path, children: list[Child]) -> Iterator[None]:
    """Stacks of all processes go into `folder`, a file each. Raises `Failed` if py-spy may not look."""
    pids = [pid for child in children for pid in child.family]
    spies = [_spy(folder, pid) for pid in pids]
    time.sleep(1)  # until they look
    try:
        yield
    finally:
        for spy in spies:
            spy.send_signal(signal.SIGINT)
        said = [spy.communicate(timeout=60)[0] for spy in spies]
    if missing := [text for pid, text in zip(pids, said, strict=True) if not _stacks(folder, pid).exists()]:
        raise Failed(f"py-spy wrote nothing; it needs root or CAP_SYS_PTRACE:\n{missing[0]}")


def _spy(folder: Path, pid: int) -> subprocess.Popen[str]:
    program = Path(sys.executable).with_name("py-spy")
    options = ["--pid", str(pid), "--format", "raw", "--rate", str(_RATE), "--duration", "600", "--function"]
    command = [str(program), "record", *options, "--output", str(_stacks(folder, pid))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _stacks(folder: Path, pid: int) -> Path:
    return folder / f"{pid}.stacks"


def profiled(row: str, messages: int) -> tuple[Profile, float]:
    """One run of `row` with a single process of the bus; also its messages a second, slowed by the looking."""
    run = bus.drain if row == DRAIN_PG_RABBIT else bus.whole
    profile = Profile()
    with Servers() as servers:
        rate = run(servers, bus.Limits(), _ROWS[row], messages, partial(spying, servers.folder))
        for file in servers.folder.glob("*.stacks"):
            profile.add(file.read_text().splitlines())
    return profile, rate


def main(
    row: Annotated[str, typer.Argument(help=", ".join(_ROWS))],
    messages: Annotated[int, typer.Option(min=10)] = 20_000,
) -> None:
    """Profile one row."""
    if row not in _ROWS:
        raise typer.BadParameter(f"choose among {', '.join(_ROWS)}")
    try:
        profile, rate = profiled(row, messages)
    except Failed as error:
        raise SystemExit(str(error)) from error
    head = f"{row}: {messages} messages, {profile.samples} samples, {rate:.0f} messages/s while being looked at\n\n"
    path = RESULTS / f"profile-{row}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + profile.text())
    print(f"written to {path}")


if __name__ == "__main__":
    typer.run(main)
