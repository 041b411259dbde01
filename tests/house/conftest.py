"""The wheel as a user gets it: built from this tree, in an environment that holds nothing else."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGIN = Path(__file__).parent / "plugin"


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel and the plug-in in it."""

    wheel: Path
    bin: Path

    def run(self, *command: str, cwd: Path, limit: float = 120) -> subprocess.CompletedProcess[str]:
        """Run one of its programs with a bare environment; `cwd` should be empty."""
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8"}
        program = str(self.bin / command[0])
        return subprocess.run(
            [program, *command[1:]], cwd=cwd, env=environment, capture_output=True, text=True, timeout=limit
        )


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Takes half a minute: the time limit of a test that asks for it has to allow for that."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    for source in (ROOT, PLUGIN):
        _run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, source)
    wheel, plugin = sorted(folder.glob("*.whl"), key=lambda path: len(path.name))
    _run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    # wheels only: a user needs no compiler
    into = ["--python", str(folder / "venv/bin/python"), "install", "--only-binary=:all:"]
    _run(*pip, *into, "--no-compile", "--constraint", ROOT / "constraints.txt", wheel, plugin)
    return Installed(wheel, folder / "venv/bin")
