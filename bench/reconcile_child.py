"""`python -m bench.reconcile_child ours|pandas FOLDER`: a contender in a process of its own, with its own memory."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import orjson


def ours(folder: Path) -> dict[str, int]:
    """The whole run, with every report."""
    from reconciliation.layout import CANONICAL
    from reconciliation.ports import File
    from reconciliation.reconcile import Request, reconcile

    made = datetime(2026, 11, 21, tzinfo=UTC)
    day, out = date(2026, 11, 20), folder / f"out-{time.monotonic_ns()}"
    done = reconcile(Request("bench", day, folder / "theirs.csv", CANONICAL, out, made), File(folder / "ours.csv"))
    return {part.outcome: part.lines for part in done.books.parts if part.outcome not in ("matched", "cut_off")}


def pandas(folder: Path) -> dict[str, int]:
    """The same work; what it leaves out stands in `reconcile_pandas`."""
    from .reconcile_pandas import reconciled

    return reconciled(folder)


CONTENDERS: dict[str, Callable[[Path], dict[str, int]]] = {"ours": ours, "pandas": pandas}


def main(name: str, folder: str) -> None:
    """Says seconds, the most memory in MiB, and what was found."""
    begun = time.monotonic()
    found = CONTENDERS[name](Path(folder))
    seconds = time.monotonic() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.buffer.write(orjson.dumps({"seconds": seconds, "mib": most, "found": found}) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
