"""The order of test files in a parallel run. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

# Their tests mostly wait, for processes of their own, which others should leave some of the processor.
WAITING = frozenset({"bench", "endtoend", "house", "processes"})


def in_turn(files: Iterable[Path], root: Path) -> list[Path]:
    """Files of the folders WAITING spread over the others: few run at once, and others run last.

    `files` below `root`, in their natural order, which is otherwise kept.
    """
    waiting: list[Path] = []
    others: list[Path] = []
    for file in files:
        (waiting if file.relative_to(root).parts[0] in WAITING else others).append(file)
    # the last third is left to the others, whose files are short, so that no worker is left alone with a long one
    apart = len(others) * 2 / 3 / max(len(waiting), 1)
    placed = [(place * apart, file) for place, file in enumerate(waiting)]
    return [file for _, file in sorted([*placed, *enumerate(others)], key=lambda one: one[0])]
