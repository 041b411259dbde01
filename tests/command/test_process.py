"""The command as a process of its own: exit codes, language, and what help does not import."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

HEAVY = ("sqlalchemy", "httpx", "kombu", "ruamel", "aiohttp", "uvicorn", "bus.config", "simulators.server", "jq")


def call(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "LIENTHONG_"))}
    return subprocess.run(
        [sys.executable, "-m", "lienthong.command", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**clean, "PYTHONUTF8": "1", **environ},
        timeout=30,
        check=False,
    )


def test_exit_codes(tmp_path: Path) -> None:
    (tmp_path / "right.yaml").write_text("unit: H49\n")
    (tmp_path / "wrong.yaml").write_text("unit: H49\nhtpp: {}\n")
    assert call("check", "-c", str(tmp_path / "right.yaml")).returncode == 0
    wrong = call("check", "-c", str(tmp_path / "wrong.yaml"), LANG="vi_VN.UTF-8")
    assert wrong.returncode == 1
    assert "khóa htpp không có ở đây" in wrong.stdout
    assert call("check").returncode == 2


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['lienthong', '--help']\n"
        "from lienthong.command import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr.strip() == "[]"
    assert "check" in done.stdout


def test_help_in_vietnamese_and_the_version() -> None:
    assert "Tìm mọi lỗi trong cấu hình" in call("--lang", "vi", "--help").stdout
    assert call("--version").stdout.startswith("lienthong 0.")


def test_a_simulator_says_where_it_is_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "lienthong.command", "simulate", "national-portal", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        said = json.loads(running.stdout.readline())
        assert said["simulator"] == "national-portal"
        with urlopen(said["url"] + "/_control/records", timeout=10) as answer:
            assert answer.status == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=15) in (0, -signal.SIGTERM)
