"""`lienthong tasks` and `lienthong process`: the same from a running bus and from its ledger; and what is measured."""

from __future__ import annotations

import asyncio
import getpass
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from bus.config import load
from bus.ledger import Change, Ledger, TaskRow, processes
from lienthong import Timer
from lienthong.command import texts
from lienthong.command.keys import hashed
from tests.command.conftest import KEY, Command, Scripted
from tests.command.test_ledger import Running, eventually

TASK = ("payments", "DON-1", "R1:late:R1:0")
STATE = {
    "order_code": "DON-1",
    "amount": 50_000,
    "waiting": {"order_code": "DON-1", "payer": {"name": "Nguyễn Văn Ví Dụ"}},
}
WORK = {
    "key": "late:R1:0",
    "kind": "late",
    "system": "vnpay",
    "reference": "R1",
    "amount": 50_000,
    "proposed_refund": 50_000,
    "reason": "paid after the attempt had failed or expired; keep it if the case still needs it, else refund it",
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A bus with the payment process and no gateway: nothing is sent anywhere."""
    path = tmp_path / "bus.yaml"
    path.write_text(f"""
unit: H49
ledger: {{url: "sqlite:///{tmp_path}/ledger.db"}}
http: {{port: 0}}
clients:
  all: {{key: {hashed(KEY)}, read: all, operate: true, metrics: true}}
systems:
  payments: {{adapter: payments, settings: {{gateways: {{vnpay: {{like: vnpay}}}}}}}}
routes: [{{name: rest, drop: true}}]
""")
    return path


@pytest.fixture
def filled(config: Path) -> Path:
    """With one order and its task."""
    with Running(config):
        pass
    loaded = load(config).config
    assert loaded is not None
    task = TaskRow(TASK[2], "late", True, orjson.dumps(WORK).decode())
    state = orjson.dumps(STATE).decode()
    change = Change("payments", "DON-1", 0, state, (Timer("ask:R1", 1, 3600),), (task,), ("payment/vnpay/R1",))

    async def write() -> None:
        ledger = Ledger(loaded.ledger.url.get_secret_value(), id=4_812)
        await ledger.call(lambda s, _: (processes.lock(s, [change]), processes.write(s, [change])))
        await ledger.close()

    asyncio.run(write())
    return config


def test_the_ledger_gives_what_the_bus_gives(lienthong: Command, filled: Path, key_file: Path) -> None:
    calls = (
        ("tasks", "list"),
        ("tasks", "show", *TASK),
        ("process", "show", "payments", "DON-1"),
        ("process", "show", "payments", "payment/vnpay/R1"),
    )
    with Running(filled) as bus:
        over_http = [lienthong(*call, "--url", bus.url, "--key-file", key_file, "--json").json() for call in calls]
    opened = [lienthong(*call, "-c", filled, "--json").json() for call in calls]
    assert opened == over_http
    assert opened[1]["body"] == WORK
    assert opened[2] == opened[3]
    assert opened[2]["state"]["waiting"]["payer"]["name"] == "N***ụ"
    assert [timer["name"] for timer in opened[2]["timers"]] == ["ask:R1"]


def test_a_task_goes_its_way(lienthong: Command, filled: Path) -> None:
    opened = ("-c", filled, "--json")
    taken = lienthong("tasks", "take", *TASK, "--owner", "lan", *opened).json()
    assert (taken["state"], taken["owner"]) == ("taken", "lan")
    refused = lienthong("tasks", "take", *TASK, "-c", filled)
    assert (refused.code, refused.err[:6]) == (1, "LT105 ")
    assert "409 task-kept the task was left as it is: lan has it; release it first" in refused.err
    assert lienthong("tasks", "release", *TASK, *opened).json()["owner"] is None
    done = lienthong("tasks", "settle", *TASK, "--note", "refunded by transfer", *opened).json()
    assert (done["state"], done["owner"].partition("/")[0]) == ("settled", "command")
    assert lienthong("tasks", "list", *opened).json() == {"tasks": [], "next": None}
    assert lienthong("tasks", "list", "--state", "settled", *opened).json()["tasks"] == [done]
    assert lienthong("tasks", "reopen", *TASK, "--note", "it came back", *opened).json()["state"] == "open"
    evidence = lienthong("ledger", "evidence", done["id"], *opened).json()["evidence"]
    told = ["task-taken", "task-released", "task-settled", "task-reopened"]
    assert [deed["action"] for deed in evidence] == told
    assert {deed["actor"] for deed in evidence} == {done["owner"]}
    assert lienthong("ledger", "verify", *opened).json()["ok"] is True


def test_over_http_a_task_is_the_clients(lienthong: Command, filled: Path, key_file: Path) -> None:
    with Running(filled) as bus:
        where = ("--url", bus.url, "--key-file", key_file)
        assert lienthong("tasks", "take", *TASK, *where, "--json").json()["owner"] == "all"
        rows = lienthong("tasks", "list", "--owner", "all", *where).out.splitlines()
        assert rows[0].split("\t")[:6] == ["process", "key", "name", "kind", "state", "owner"]
        assert rows[1].split("\t")[:6] == [*TASK, "late", "taken", "all"]
        assert rows[1].split("\t")[7:9] == ["50,000", "50,000"]
        assert lienthong("tasks", "settle", *TASK, "--note", "kept", *where).code == 0
        assert lienthong("tasks", "list", *where).err == "no tasks\n"


def test_for_people(lienthong: Command, filled: Path) -> None:
    shown = lienthong("tasks", "show", *TASK, "-c", filled).out.splitlines()
    assert shown[0].startswith("payments  DON-1  R1:late:R1:0  late  open  ")
    assert "  proposed_refund: 50,000" in shown
    state = lienthong("process", "show", "payments", "payment/vnpay/R1", "-c", filled).out
    assert state.startswith("payments  DON-1  version 1  ")
    assert "  = payment/vnpay/R1\n" in state
    assert "  timer ask:R1: " in state
    assert '"name": "N***ụ"' in state
    try:
        vietnamese = lienthong("--lang", "vi", "process", "show", "payments", "DON-1", "-c", filled).out
    finally:
        texts.use("en")
    assert vietnamese.startswith("payments  DON-1  phiên bản 1  ")


def test_what_is_not_there(lienthong: Command, filled: Path) -> None:
    assert "404 unknown-task" in lienthong("tasks", "show", "payments", "DON-1", "none", "-c", filled).err
    assert "404 unknown-process" in lienthong("process", "show", "payments", "DON-9", "-c", filled).err
    assert "400 bad-parameter" in lienthong("tasks", "list", "--state", "done", "-c", filled).err
    assert "Missing option '--note'" in lienthong("tasks", "settle", *TASK, "-c", filled).err
    long = lienthong("tasks", "settle", *TASK, "--note", "x" * 501, "-c", filled)
    assert "422 invalid" in long.err and "/note too-long" in long.err


def test_names_are_written_into_the_path_as_one_segment_each(
    lienthong: Command, scripted: Scripted, key_file: Path
) -> None:
    told: dict[str, Any] = {"process": "p", "key": "k", "name": "n", "kind": "amount", "state": "taken"}
    told |= {"owner": "lan", "note": None, "opened_at": "2026-11-20T08:00:00.000+07:00", "body": {"difference": -5000}}
    scripted.say(200, told)
    place = ("reconciliation", "vnpay/2026-11-20", "a b?#%")
    done = lienthong("tasks", "take", *place, "--owner", "lan", "--url", scripted.url, "--key-file", key_file)
    [(method, path, _, body)] = scripted.asked
    assert (method, path) == ("POST", "/v1/tasks/reconciliation/vnpay%2F2026-11-20/a%20b%3F%23%25")
    assert body == {"action": "take", "owner": "lan"}
    assert done.out.splitlines()[1].split("\t") == [
        "p", "k", "n", "amount", "taken", "lan", "2026-11-20T08:00:00", "-5,000", "", "",
    ]  # fmt: skip


def test_the_next_page_is_named(lienthong: Command, scripted: Scripted, key_file: Path) -> None:
    scripted.say(200, {"tasks": [], "next": "abc"})
    done = lienthong("tasks", "list", "--kind", "late", "--url", scripted.url, "--key-file", key_file)
    assert scripted.asked[0][1] == "/v1/tasks?kind=late&limit=50"
    assert "abc" in done.err


def test_states_are_completed() -> None:
    environ = {**os.environ, "_LIENTHONG_COMPLETE": "complete_bash", "COMP_WORDS": "lienthong tasks list --state s"}
    environ["COMP_CWORD"] = "4"
    command = [sys.executable, "-m", "lienthong.command"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environ, check=False)
    assert done.stdout.split() == ["settled"]


def test_what_waits_is_a_metric(lienthong: Command, filled: Path, key_file: Path) -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    with Running(filled) as bus:
        line = 'lienthong_tasks{kind="late",state="open",system="payments"} 1.0'
        eventually(lambda: line in httpx.get(f"{bus.url}/metrics", headers=headers).text)
        assert "lienthong_tasks_oldest_seconds{" in httpx.get(f"{bus.url}/metrics", headers=headers).text


def test_who_did_it_is_the_user_of_this_machine(lienthong: Command, filled: Path) -> None:
    done = lienthong("tasks", "take", *TASK, "-c", filled, "--json").json()
    assert done["owner"] == f"command/{getpass.getuser()}"
