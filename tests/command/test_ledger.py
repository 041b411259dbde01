"""Commands that open the ledger themselves: the same answers as over HTTP, from a real bus and from its ledger."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import psycopg
import pytest

from bus.config import load
from bus.runtime import Bus
from lienthong.command.keys import hashed
from tests.command.conftest import KEY, Command

DOSSIER = {
    "code": "H49.44.01-261122-0009",
    "procedure": {"code": "9.999998", "name": "Thủ tục ví dụ", "field_code": "G99-XX02", "field_name": "Lĩnh vực"},
    "applicant": {"kind": "individual", "name": "Nguyễn Văn Ví Dụ"},
    "state": "filed",
}
SUBJECT = str(DOSSIER["code"])


def configuration(folder: Path, ledger: str) -> Path:
    """One system that is paused, so that what is sent stays."""
    path = folder / "bus.yaml"
    key = f"key: {hashed(KEY)}"
    path.write_text(f"""
unit: H49
ledger: {{url: "{ledger}"}}
http: {{port: 0}}
clients:
  all: {{{key}, read: all, operate: true, send: [{{source: /h49/portal, types: ["*"]}}]}}
systems:
  land: {{adapter: cloudevents, paused: true, connect: {{base_url: "http://127.0.0.1:9"}}}}
  tax: {{adapter: cloudevents, connect: {{base_url: "http://127.0.0.1:9"}}, retry: {{first: 1h, longest: 1h}}}}
routes: [{{name: all, to: [land, tax]}}]
""")
    return path


class Running:
    """A bus in a thread of its own, so that commands can be called beside it."""

    def __init__(self, config: Path) -> None:
        loaded = load(config).config
        assert loaded is not None
        self._bus = Bus(loaded)
        self._ready, self._stop = Event(), Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run()))

    async def _run(self) -> None:
        await self._bus.start()
        self.url = f"http://127.0.0.1:{self._bus.port}"
        self._ready.set()
        await asyncio.to_thread(self._stop.wait)
        await self._bus.stop()

    @property
    def paused(self) -> dict[str, str | None]:
        """What each gate knows."""
        return {name: gate.paused for name, gate in self._bus.gates.items()}

    def __enter__(self) -> Running:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def send(self) -> str:
        """A dossier; the id of its message."""
        event = {"specversion": "1.0", "id": "1", "source": "/h49/portal", "type": "dossier.submitted"}
        body = {**event, "subject": SUBJECT, "data": DOSSIER}
        answer = httpx.post(f"{self.url}/v1/events", json=body, headers={"authorization": f"Bearer {KEY}"})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return configuration(tmp_path, f"sqlite:///{tmp_path}/ledger.db")


@pytest.fixture
def filled(config: Path) -> str:
    """A ledger with one message; its id."""
    with Running(config) as bus:
        return bus.send()


def eventually(holds: Callable[[], bool]) -> None:
    waiting = Event()
    for _ in range(600):
        if holds():
            return
        waiting.wait(0.05)
    raise AssertionError("it never came true")


def test_the_ledger_gives_what_the_bus_gave(lienthong: Command, config: Path, key_file: Path) -> None:
    with Running(config) as bus:
        id = bus.send()
        over_http = ("--url", bus.url, "--key-file", key_file, "--json")
        eventually(lambda: '"tries": 1' in lienthong("messages", "show", id, *over_http).out)
        listed, shown = (lienthong("messages", *what, *over_http).json() for what in (("list",), ("show", id)))
        systems = lienthong("systems", "list", *over_http).json()
    opened = ("-c", config, "--json")
    assert lienthong("messages", "list", *opened).json() == listed
    assert lienthong("messages", "show", id, *opened).json() == shown
    assert lienthong("messages", "trace", SUBJECT, *opened).json() == {"messages": [shown]}
    assert shown["data"]["applicant"]["name"] == "N***ụ"
    for system in systems["systems"]:
        system["breaker"] = None
    assert lienthong("systems", "list", *opened).json() == systems


def test_search_by_what_http_searches_by(lienthong: Command, config: Path, filled: str) -> None:
    assert "dossier.submitted" in lienthong("messages", "list", "-c", config, "--subject", SUBJECT).out
    assert lienthong("messages", "list", "-c", config, "--type", "a.b").err == "no messages\n"
    wrong = lienthong("messages", "list", "-c", config, "--since", "yesterday")
    assert (wrong.code, wrong.err[:6]) == (1, "LT105 ")
    assert "400 bad-parameter" in wrong.err
    assert "404 unknown-message" in lienthong("messages", "show", "no-id", "-c", config).err


def test_cancel_and_replay(lienthong: Command, config: Path, filled: str) -> None:
    done = lienthong("messages", "cancel", filled, "--reason", "sent by mistake", "--system", "land", "-c", config)
    assert (done.code, done.out) == (0, f"done: {filled}\n")
    shown = lienthong("messages", "show", filled, "-c", config, "--json").json()
    assert {one["system"]: one["state"] for one in shown["deliveries"]}["land"] == "cancelled"
    deed = shown["evidence"][-1]
    assert (deed["action"], deed["actor"].partition("/")[0]) == ("cancelled", "command")
    again = lienthong("messages", "cancel", filled, "--reason", "x", "--system", "land", "-c", config)
    assert again.code == 1
    assert "409 nothing-done" in again.err
    assert "land cancelled it is cancelled" in again.err
    assert "422 invalid" in lienthong("messages", "cancel", filled, "--reason", "", "-c", config).err
    replayed = lienthong("messages", "replay", filled, "--system", "land", "-c", config, "--json").json()
    assert [one["result"] for one in replayed["outcomes"]] == ["replayed"]


def test_pause_and_resume_stay_with_the_ledger(lienthong: Command, config: Path, filled: str) -> None:
    paused = lienthong("systems", "pause", "tax", "--reason", "they move house", "-c", config, "--json").json()
    assert paused == {"system": "tax", "paused": "they move house"}
    found = {
        one["name"]: one["paused"] for one in lienthong("systems", "list", "-c", config, "--json").json()["systems"]
    }
    assert found == {"land": "paused in the configuration", "tax": "they move house"}
    with Running(config) as bus:
        assert bus.paused["tax"] == "they move house"
    assert lienthong("systems", "resume", "tax", "-c", config).out == "tax goes on\n"
    assert lienthong("systems", "resume", "tax", "-c", config).out == "tax was not paused\n"
    assert "there are land, tax" in lienthong("systems", "pause", "none", "--reason", "x", "-c", config).err


def test_pause_and_resume_over_http(lienthong: Command, config: Path, key_file: Path) -> None:
    with Running(config) as bus:
        where = ("--url", bus.url, "--key-file", key_file)
        assert lienthong("systems", "pause", "tax", "--reason", "they move house", *where).out.endswith(
            "tax is paused\n"
        )
        assert bus.paused["tax"] == "they move house"
        assert "422 invalid" in lienthong("systems", "pause", "tax", "--reason", "", *where).err
        assert "404 unknown-system" in lienthong("systems", "pause", "none", "--reason", "x", *where).err
        assert lienthong("systems", "resume", "tax", *where).out.endswith("tax goes on\n")
        assert bus.paused["tax"] is None


def test_a_ledger_in_use_is_left_alone(lienthong: Command, config: Path, key_file: Path) -> None:
    with Running(config):
        refused = lienthong("messages", "list", "-c", config)
        assert refused.code == 3
        assert refused.err.startswith("LT110 the ledger cannot be opened: ")
        assert "is in use by process" in refused.err
        assert "--url" in refused.err
        assert lienthong("ledger", "verify", "-c", config).code == 0


def test_no_ledger_is_made_by_looking(lienthong: Command, config: Path) -> None:
    for command in (("messages", "list"), ("ledger", "verify"), ("systems", "list")):
        done = lienthong(*command, "-c", config)
        assert (done.code, done.err[:6]) == (3, "LT110 ")
        assert "there is no ledger" in done.err
    assert {path.name for path in config.parent.iterdir()} == {"bus.yaml"}


def test_a_database_that_is_no_ledger(lienthong: Command, config: Path) -> None:
    with sqlite3.connect(config.parent / "ledger.db") as other:
        other.execute("CREATE TABLE something (x)")
    other.close()
    assert "is not there yet" in lienthong("messages", "list", "-c", config).err


def test_the_configured_bus_is_asked_if_there_is_a_key(
    lienthong: Command, tmp_path: Path, key_file: Path, filled: str
) -> None:
    config = tmp_path / "bus.yaml"
    assert lienthong("messages", "show", filled, "-c", config, "--key-file", key_file, "--json").json()["id"] == filled


def test_evidence_that_was_changed_is_found(lienthong: Command, config: Path, filled: str) -> None:
    right = lienthong("ledger", "verify", "-c", config, "--json")
    assert right.code == 0
    found = right.json()
    assert (found["ok"], found["broken"]) == (True, [])
    assert found["records"] >= 1
    with sqlite3.connect(config.parent / "ledger.db") as ledger:
        [[chain]] = ledger.execute("SELECT chain FROM evidence WHERE action = 'accepted' LIMIT 1").fetchall()
        ledger.execute("UPDATE evidence SET actor = 'somebody else' WHERE chain = ? AND seq = 1", (chain,))
    ledger.close()
    wrong = lienthong("ledger", "verify", "-c", config, "--json")
    assert (wrong.code, wrong.json()["broken"]) == (1, [{"chain": chain, "seq": 1}])
    assert lienthong("ledger", "verify", "-c", config).out == f"chain {chain} is broken at record 1\n"


@pytest.fixture
def beside(tmp_path: Path, database: str) -> Iterator[tuple[Running, Path]]:
    """A running bus with a ledger in PostgreSQL."""
    config = configuration(tmp_path, database)
    with Running(config) as bus:
        yield bus, config


def test_beside_a_running_bus_with_postgresql(lienthong: Command, beside: tuple[Running, Path]) -> None:
    bus, config = beside
    id = bus.send()
    opened = ("-c", config, "--json")
    assert lienthong("messages", "list", *opened).json()["messages"][0]["id"] == id
    assert lienthong("systems", "pause", "tax", "--reason", "they move house", *opened).code == 0
    eventually(lambda: bus.paused["tax"] == "they move house")
    assert lienthong("systems", "resume", "tax", *opened).json()["resumed"] is True
    eventually(lambda: bus.paused["tax"] is None)
    assert bus.paused["land"] == "paused in the configuration"
    verified = lienthong("ledger", "verify", *opened)
    assert (verified.code, verified.json()["broken"]) == (0, [])


def test_postgresql_that_is_away_or_empty(lienthong: Command, tmp_path: Path, database: str) -> None:
    empty = lienthong("messages", "list", "-c", configuration(tmp_path, database))
    assert "is not there yet" in empty.err
    with psycopg.connect(database) as connection:
        tables: list[Any] = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == []
    away = configuration(tmp_path, "postgresql://nobody:nothing@127.0.0.1:1/none")
    refused = lienthong("messages", "list", "-c", away, "--json")
    assert refused.code == 3
    assert "cannot be reached" in json.loads(refused.err.splitlines()[-1])["error"]["what"]


def test_evidence_in_both_forms(lienthong: Command, config: Path, key_file: Path) -> None:
    with Running(config) as bus:
        id = bus.send()
        over_http = lienthong("ledger", "evidence", id, "--url", bus.url, "--key-file", key_file, "--json").json()
    assert over_http["id"] == id
    assert [(deed["actor"], deed["action"]) for deed in over_http["evidence"]] == [("all", "accepted")]
    opened = lienthong("ledger", "evidence", id, "-c", config)
    assert opened.code == 0
    columns, *rows = [line.split("\t") for line in opened.out.splitlines()]
    deed = over_http["evidence"][0]
    assert columns == ["at", "actor", "action", "detail", "chain", "seq", "hash"]
    assert rows[0] == [deed["at"], "all", "accepted", "", deed["chain"], "1", deed["hash"]]


def test_evidence_that_nobody_recorded(lienthong: Command, config: Path, filled: str) -> None:
    absent = lienthong("ledger", "evidence", "0197f0c0-0000-7000-8000-000000000001", "-c", config)
    assert (absent.code, absent.out) == (1, "")
    assert "404 unknown-evidence the ledger holds no evidence of this id" in absent.err
    assert "400 bad-parameter" in lienthong("ledger", "evidence", "H49.44.01-261122-0009", "-c", config).err
