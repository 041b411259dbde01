"""`python -m bench.reconcile_child ours|pandas FOLDER`: a contender in a process of its own, with its own memory.

pandas does the least that finds the same: it reads both files, merges them on the keys, classifies, and writes the
differences. It checks no cell, freezes nothing and makes no report.
"""

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
    """A merge."""
    import pandas as pd

    keys = ["kind", "reference", "gateway_reference"]
    mine, other = (pd.read_csv(folder / f"{name}.csv") for name in ("ours", "theirs"))
    both = mine.merge(other, on=keys, how="outer", suffixes=("_ours", "_theirs"), indicator=True)
    both["outcome"] = "matched"
    paired = both["_merge"] == "both"
    lonely = both["_merge"] == "right_only"
    refund = both["kind"] == "refund"
    again = both["reference"].isin(both.loc[paired, "reference"])
    both.loc[both["_merge"] == "left_only", "outcome"] = "missing_at_gateway"
    both.loc[lonely, "outcome"] = "missing_at_us"
    both.loc[lonely & again & ~refund, "outcome"] = "duplicate"
    both.loc[lonely & refund, "outcome"] = "refund"
    both.loc[paired & (both["amount_ours"] != both["amount_theirs"]), "outcome"] = "amount"
    both.loc[paired & (both["status_ours"] != both["status_theirs"]), "outcome"] = "status"
    found = both[both["outcome"] != "matched"]
    found.to_csv(folder / "pandas.csv", index=False)
    return {str(name): int(count) for name, count in found["outcome"].value_counts().items()}


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
