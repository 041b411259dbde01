"""The benchmark of reconciliation in small: what was planted is found, exactly."""

from __future__ import annotations

from pathlib import Path

from bench import reconcile_child, reconcile_data


def test_what_was_planted_is_found(tmp_path: Path) -> None:
    reconcile_data.write(tmp_path, 3_000)
    found = reconcile_child.CONTENDERS["ours"](tmp_path)
    assert {name: count for name, count in found.items() if count} == reconcile_data.planted(3_000)
