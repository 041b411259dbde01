"""Whether archives can be written where the configuration says, and whether messages stay long enough."""

from __future__ import annotations

import os
from pathlib import Path

from bus.config.findings import Finding
from bus.config.placeholders import Filler
from bus.config.source import Spot
from bus.words import Words
from schemas.quantities import seconds

_DAY = 86_400.0

_NO_FOLDER = Words("it is not a folder", "không phải thư mục")
_READ_ONLY = Words("this user may not write there", "người dùng này không được ghi")
_NOT_MADE = Words("it is not there and cannot be made", "chưa có và không tạo được")


def retention(tree: Spot, filler: Filler) -> list[Finding]:
    """What is wrong with `ledger.retention`."""
    return [*_folder(tree, filler), *_keep(tree)]


def trouble(folder: Path) -> Words | None:
    """Why no archive could be written to `folder`. Writes nothing: who may write is asked."""
    if folder.exists():
        if not folder.is_dir():
            return _NO_FOLDER
        return None if os.access(folder, os.W_OK | os.X_OK) else _READ_ONLY
    above = next(parent for parent in folder.absolute().parents if parent.exists())
    return None if above.is_dir() and os.access(above, os.W_OK | os.X_OK) else _NOT_MADE


def _folder(tree: Spot, filler: Filler) -> list[Finding]:
    spot = tree.below("ledger", "retention", "folder")
    if spot is None or spot.broken or not isinstance(spot.scalar, str):
        return []
    reason = trouble(Path(spot.scalar))
    if reason is None:
        return []
    return [Finding(spot.value, "LT066", {"folder": filler.hide(spot.scalar), "reason": reason})]


def _keep(tree: Spot) -> list[Finding]:
    spot = tree.below("ledger", "retention", "keep")
    if spot is None or spot.broken:
        return []
    try:
        keep = seconds(spot.scalar)
    except ValueError:
        return []  # the model says so
    if isinstance(keep, bool) or not isinstance(keep, int | float) or not 1 <= keep < _DAY:
        return []
    return [Finding(spot.value, "LT067", {"keep": f"{keep:g}"})]
