"""The benchmark of reconciliation in small: both contenders find exactly what was planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import reconcile_child, reconcile_data


@pytest.mark.parametrize("contender", ["ours", "pandas"])
def test_both_find_what_was_planted(tmp_path: Path, contender: str) -> None:
    if contender == "pandas":
        pytest.importorskip("pandas", reason="pandas comes with the extra `bench` only")
    reconcile_data.write(tmp_path, 3_000)
    found = reconcile_child.CONTENDERS[contender](tmp_path)
    assert {name: count for name, count in found.items() if count} == reconcile_data.planted(3_000)
