"""What a user installs is complete, and a third party's plug-in works with it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.house.conftest import PLUGIN, ROOT, Installed

pytestmark = pytest.mark.timeout(300)

FIND_PLUGIN = """
from bus import registry
from bus.config.model import System
system = System(adapter="land_registry", connector="pigeonhole", settings={"office": "H49"}, connect={"size": 3})
print(registry.make_adapter(system).operations["register"].on_unknown)
print(type(registry.make_connector("land", system)).__name__)
"""


def packages() -> list[str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(declared["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def test_the_wheel_holds_every_file_of_every_package_and_nothing_else(installed: Installed) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for package in packages()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == files


def test_every_package_is_typed() -> None:
    assert [package for package in packages() if not (ROOT / package / "py.typed").exists()] == []


def test_the_demo_runs_from_an_empty_folder(installed: Installed, tmp_path: Path) -> None:
    done = installed.run("lienthong", "demo", "--once", "--cases", "5", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert [summary[name] for name in ("lost", "duplicates", "out_of_order")] == [0, 0, 0]
    assert summary["delivered"] >= 5


def test_a_plugin_is_found_by_its_entry_points(installed: Installed, tmp_path: Path) -> None:
    done = installed.run("python", "-c", FIND_PLUGIN, cwd=tmp_path)
    assert done.stdout.split() == ["lookup", "Pigeonhole"], done.stderr


def test_a_plugin_type_checks_strictly_against_the_wheel(installed: Installed, tmp_path: Path) -> None:
    python = str(installed.bin / "python")
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "--cache-dir", str(tmp_path)]
    done = subprocess.run(
        [*command, "--package", "land_registry"], cwd=tmp_path, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 source files" in done.stdout


def test_the_plugin_imports_the_contract_alone() -> None:
    ours = [package for package in packages() if package != "lienthong"]
    lines = [line for path in PLUGIN.rglob("*.py") for line in path.read_text().splitlines()]
    assert [line for line in lines if line.startswith(tuple(f"from {name}" for name in ours))] == []
