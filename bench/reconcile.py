"""Reconciliation of two files of the same day, next to the same work in pandas (see `reconcile_pandas`).

`python -m bench.reconcile [reconcile|reconcile-10m]` measures these rows alone and prints them; nothing is written
down. The longer one, which is no part of `make bench`, needs 10 GB of memory for pandas and a quarter of an hour.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from . import reconcile_data
from .children import Child, Failed, python
from .figures import Row, ratios, spread
from .plan import RECONCILE, in_turn

RECONCILE_10M = "reconcile-10m"
LINES = {RECONCILE: 1_000_000, RECONCILE_10M: 10_000_000}
_PAIRS = 5
_SLOWEST = 20_000  # lines a second; whoever is slower has hung
_CONTENDERS = ("ours", "pandas")


@dataclass(frozen=True, slots=True)
class Run:
    """One contender, once."""

    seconds: float
    mib: float


def row(
    name: str, lines: int, pairs: int, conditions: Mapping[str, Any], step: Callable[[str], object] = lambda _: None
) -> Row:
    """Seconds of ours; the ratio is pandas' by ours. Raises `Failed` if one does not find exactly what was planted."""
    runs: dict[str, list[Run]] = {one: [] for one in _CONTENDERS}
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as made:
        folder = Path(made)
        reconcile_data.write(folder, lines)
        for pair in range(pairs):
            for index in in_turn(len(_CONTENDERS), pair):
                step(f"{name}, {_CONTENDERS[index]}")
                runs[_CONTENDERS[index]].append(once(folder, _CONTENDERS[index], lines))
    seconds = {one: [run.seconds for run in found] for one, found in runs.items()}
    found = ratios(seconds["pandas"], seconds["ours"])
    facts = {
        "lines": lines,
        "pairs": pairs,
        "spread": spread(found),
        "variant": "2 threads",
        "ours": {"2 threads": round(median(seconds["ours"]), 2)},
        "peers": {"merge": round(median(seconds["pandas"]), 2)},
        "mib": {one: round(max(run.mib for run in found)) for one, found in runs.items()},
    }
    peer = f"pandas {version('pandas')}"
    return Row(name, median(seconds["ours"]), "s", median(found), peer, {**conditions, **facts})


def once(folder: Path, contender: str, lines: int) -> Run:
    """Raises `Failed` if it finds something else than what was planted."""
    command = python("bench.reconcile_child", contender, str(folder))
    with Child(f"{contender} on {lines:,} lines", command, folder / "child.log", spoken=True) as child:
        said = child.hear(30 + lines / _SLOWEST)
        expected = reconcile_data.planted(lines)
        if said["found"] != {**expected, **{one: 0 for one in said["found"] if one not in expected}}:
            raise child.failed(f"found {said['found']}, and planted were {expected}")
    for left in folder.glob("out-*"):
        shutil.rmtree(left)
    return Run(said["seconds"], said["mib"])


def main(*names: str) -> None:
    """The rows of these names, or both, as JSON."""
    if unknown := set(names) - set(LINES):
        raise SystemExit(f"there is no row {', '.join(unknown)}; there are: {', '.join(LINES)}")
    try:
        rows = [row(name, LINES[name], _PAIRS if name == RECONCILE else 1, {}) for name in names or LINES]
    except Failed as error:
        raise SystemExit(f"not measured: {error}") from error
    sys.stdout.buffer.write(orjson.dumps([one.as_json() for one in rows], option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
