"""`--ask` and `--repair`: the bus is told to ask, the answers are waited for, and what is left becomes work."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from lienthong.command.failures import Exit
from reconciliation.ports import write_lines
from schemas.base import ZONE
from schemas.registry import validate
from tests.command.conftest import Command, Result, key_file, lienthong
from tests.reconciliation.books import payment
from tests.reconciliation.ledgers import answered, attempted, kept, noticed

__all__ = ["key_file", "lienthong"]
THEN = datetime(2026, 1, 9, 12, tzinfo=ZONE)  # a Friday that is over: answers come after it


@dataclass
class Bus:
    """Takes events and writes what the gateway answers into the ledger, as the process does in the end.

    What it cannot show: that the process hears `payment.checked`, and how long a gateway takes.
    """

    ledger: str
    url: str = ""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, events: list[dict[str, Any]]) -> None:
        """Raises `AssertionError` for what the real one refuses."""
        for one in events:
            assert one["type"] == "payment.checked"
            assert validate(one["type"], None, json.dumps(one["data"]).encode()) == []
            assert one["subject"] == one["data"].get("order_code", one["data"]["reference"])
        self.asked += events
        said = [self.answers[one["data"]["reference"]] for one in events if one["data"]["reference"] in self.answers]
        now = datetime.now(UTC)
        first = 1000 * (1 + len(self.asked))
        asyncio.run(kept(self.ledger, [{**one, "received": now} for one in said], first))

    @property
    def references(self) -> list[str]:
        """What it was to ask about, in order."""
        return [one["data"]["reference"] for one in self.asked]


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    """On a free port, with an empty ledger."""
    made = Bus(f"sqlite:///{tmp_path}/ledger.db")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            made.hear(body)
            answer = json.dumps({"ids": [one["id"] for one in body]}).encode()
            self.send_response(202)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def config(tmp_path: Path, bus: Bus) -> Path:
    """Of a bus with that ledger."""
    path = tmp_path / "bus.yaml"
    path.write_text(f"unit: H49\nledger: {{url: '{bus.ledger}'}}\n")
    return path


@dataclass
class Call:
    """The command with everything that it needs."""

    lienthong: Command
    always: list[str]

    def __call__(self, *more: str | Path) -> Result:
        return self.lienthong("reconcile", "payments", *self.always, *more)


@pytest.fixture
def call(lienthong: Command, bus: Bus, config: Path, key_file: Path, tmp_path: Path) -> Call:
    where = ["-c", str(config), "--url", bus.url, "--key-file", str(key_file), "--out", f"{tmp_path}/out"]
    return Call(lienthong, [*where, "--system", "vnpay", "--date", "2026-01-09", "--wait", "0.5"])


def then(told: dict[str, Any]) -> dict[str, Any]:
    """On that Friday."""
    data = {**told["data"], "created_at" if told["type"] == "payment.attempted" else "at": THEN.isoformat()}
    return {**told, "received": THEN, "data": data}


def paid(reference: str) -> dict[str, Any]:
    return then(noticed(reference, "paid", gateway_reference=f"G-{reference}"))


def says_paid(reference: str, amount: int = 45_000) -> dict[str, Any]:
    told = answered(reference, "paid", amount, gateway_reference=f"G-{reference}")
    return {**told, "data": {**told["data"], "at": THEN.isoformat()}}


def test_the_gateway_is_asked_about_what_it_has_not_said(call: Call, bus: Bus) -> None:
    asyncio.run(kept(bus.ledger, [paid("A"), paid("B"), then(attempted("C")), then(noticed("D", "failed", None))]))
    assert call("--json").json()["closed"] is False
    bus.answers = {"A": says_paid("A"), "B": says_paid("B"), "C": answered("C", "not_found", None)}
    done = call("--ask", "--json")
    assert (done.code, done.json()["asked"]) == (0, {"references": 3, "answered": 3, "left_out": 0})
    assert bus.references == ["A", "B", "C"]
    assert bus.asked[0]["data"]["reason"] == "reconciliation of 2026-01-09"


def test_who_does_not_answer_in_time_stays_unanswered(call: Call, bus: Bus) -> None:
    asyncio.run(kept(bus.ledger, [paid("A"), paid("B")]))
    bus.answers = {"A": says_paid("A")}
    done = call("--ask")
    assert done.code == Exit.FAILED
    assert "asked about 2, answered 1, left out 0" in done.err
    assert "not answered by the gateway\t1\t-45,000" in done.out


def statement(folder: Path, *numbers: int) -> Path:
    lines = [payment(number, at=THEN) for number in numbers]
    path = folder / "theirs.csv"
    write_lines(lines, path)
    return path


def known(number: int, **more: Any) -> dict[str, Any]:
    return then(noticed(f"LT{number:06d}", "paid", gateway_reference=f"G{number:06d}", **more))


def test_what_can_be_proven_is_settled_and_the_rest_becomes_work(
    call: Call, bus: Bus, lienthong: Command, tmp_path: Path
) -> None:
    asyncio.run(kept(bus.ledger, [known(1)]))
    file = statement(tmp_path, 1, 2, 3)
    bus.answers = {"LT000002": {**answered("LT000002", "paid"), "data": known(2, origin="query")["data"]}}
    done = call("--statement", file, "--repair", "--owner", "nguyen.vi.du", "--json")
    said = done.json()
    assert (done.code, said["run"], said["since"]) == (1, 2, {"number": 1, "new": 0, "same": 1, "gone": 1})
    assert said["asked"] == {"references": 2, "answered": 1, "left_out": 0}
    assert said["work"] == {"opened": 1, "left": 0, "closed": 0}
    items = lienthong("reconcile", "work", "list", "--out", tmp_path / "out", "--json").json()["items"]
    assert [(one["number"], one["reference"], one["state"], one["owner"], one["run"]) for one in items] == [
        (1, "LT000003", "open", "nguyen.vi.du", 2)
    ]
    asyncio.run(kept(bus.ledger, [known(3)], first=9))
    done = call("--statement", file, "--json")
    assert (done.code, done.json()["work"]) == (0, {"opened": 0, "left": 0, "closed": 1})
    (item,) = lienthong("reconcile", "work", "list", "--state", "all", "--out", tmp_path / "out", "--json").json()[
        "items"
    ]
    assert (item["state"], item["closed_run"]) == ("settled", 3)


def test_what_the_file_calls_an_order_is_not_believed(call: Call, bus: Bus, tmp_path: Path) -> None:
    asyncio.run(kept(bus.ledger, [known(1)]))
    lines = [payment(number, at=THEN, subject=f"nonsense {number}") for number in (1, 2, 3)]
    odd = replace(payment(4, at=THEN), reference="no reference / of ours")
    write_lines([*lines, odd], tmp_path / "theirs.csv")
    with sqlite3.connect(bus.ledger.removeprefix("sqlite:///")) as database:
        name = "payment/vnpay/LT000003"
        database.execute("INSERT INTO process_name (name, process, key) VALUES (?, 'payments', 'O-3')", (name,))
    database.close()
    done = call("--statement", tmp_path / "theirs.csv", "--repair", "--json")
    assert done.json()["asked"] == {"references": 2, "answered": 0, "left_out": 1}
    assert [one["subject"] for one in bus.asked] == ["LT000002", "O-3"]


def test_nothing_is_asked_where_all_agrees(call: Call, bus: Bus, tmp_path: Path) -> None:
    asyncio.run(kept(bus.ledger, [known(1)]))
    done = call("--statement", statement(tmp_path, 1), "--repair", "--json")
    assert (done.code, done.json()["run"], bus.asked) == (0, 1, [])


def test_what_is_missing_for_asking_is_said(lienthong: Command, call: Call, bus: Bus, tmp_path: Path) -> None:
    asyncio.run(kept(bus.ledger, [known(1)]))
    assert "use --repair" in call("--statement", statement(tmp_path, 1), "--ask").err
    bare = ("reconcile", "payments", "--system", "vnpay", "--date", "2026-01-09")
    ours = ("--ours", tmp_path / "x", "--statement", tmp_path / "x")
    assert "missing -c" in lienthong(*bare, *ours, "--repair").err
    assert "LT102" in lienthong(*bare, "-c", tmp_path / "bus.yaml", "--repair").err
