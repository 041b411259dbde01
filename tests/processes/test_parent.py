"""What the parent does by itself: refuses, gives up, and takes its processes along when it dies."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bus.http.server import listen

from .conftest import Bus, eventually


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lienthong.command", "run", *map(str, arguments)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LIENTHONG_", "LC_", "LANG"))}
    return subprocess.run(command, capture_output=True, text=True, env=clean, timeout=100, check=False)


def test_what_only_one_process_can_use(tmp_path: Path) -> None:
    config = tmp_path / "bus.yaml"
    config.write_text("unit: H49\n")
    done = run("-c", config, "--processes", "2")
    assert done.returncode == 2
    assert "LT104 --processes: the ledger sqlite: belongs to one process" in done.stderr
    config.write_text('unit: H49\nledger: {url: "postgresql://nobody@127.0.0.1:1/none"}\n')
    assert "the broker memory: belongs to one process" in run("-c", config, "--processes", "2").stderr


def test_processes_that_never_start_end_all(tmp_path: Path) -> None:
    config = tmp_path / "bus.yaml"
    config.write_text(
        'unit: H49\nledger: {url: "postgresql://nobody@127.0.0.1:1/none", wait: 0s}\n'
        'broker: {url: "amqp://127.0.0.1:1"}\nhttp: {port: 0}\n'
    )
    done = run("-c", config, "--processes", "2")
    assert done.returncode == 1
    assert "does not start" in done.stderr
    assert done.stderr.count("LT109 the bus cannot start: the database cannot be reached") >= 3
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0, shared=True) as other:
        port = other.getsockname()[1]
        config = tmp_path / "bus.yaml"
        config.write_text(
            'unit: H49\nledger: {url: "postgresql://nobody@127.0.0.1:1/none"}\n'
            f'broker: {{url: "amqp://127.0.0.1:1"}}\nhttp: {{port: {port}}}\n'
        )
        done = run("-c", config, "--processes", "2")
    assert done.returncode == 1
    assert done.stderr.startswith("LT109 ")


def test_alone_a_process_shares_its_port_with_nobody() -> None:
    with listen("127.0.0.1", 0) as alone, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        assert alone.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT) == 0
        assert other.connect_ex(alone.getsockname()) == 0


def test_processes_end_with_a_parent_that_is_killed(start: Callable[[Path], Bus], config: Path) -> None:
    bus = start(config)
    eventually(lambda: len(bus.told("started")) == 2)
    children = bus.children
    assert len(children) == 2
    os.kill(bus.process.pid, signal.SIGKILL)
    bus.process.wait()
    eventually(lambda: len(bus.told("stopped")) == 2)
    eventually(lambda: not any(Path(f"/proc/{child}/exe").exists() for child in children))
