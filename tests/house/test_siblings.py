"""Our packages have everyday names: a stray file of the same name must be noticed, and named."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lienthong._siblings import SIBLINGS


def import_lienthong(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", "import lienthong"], cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["schemas.py", "bus/__init__.py"])
def test_a_stray_sibling_is_named(tmp_path: Path, name: str) -> None:
    stray = tmp_path / name
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("")
    done = import_lienthong(tmp_path)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert str(stray) in last
    assert "rename or move that file" in last


def test_an_empty_folder_is_no_hindrance(tmp_path: Path) -> None:
    done = import_lienthong(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_all_siblings_are_watched() -> None:
    root = Path(__file__).parents[2]
    declared = tomllib.loads((root / "pyproject.toml").read_text())
    wheel = declared["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(SIBLINGS) == set(wheel) - {"lienthong"}
