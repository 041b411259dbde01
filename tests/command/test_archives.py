"""Retention from the configuration to the command line: a real bus archives, commands find and prove."""

from __future__ import annotations

import asyncio
import gzip
import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from bus.config import load
from bus.ledger import Ledger
from bus.ledger.retention.archiver import Archiver
from bus.ledger.retention.plan import Plan
from lienthong.command.keys import hashed
from tests.command.conftest import KEY, Command
from tests.command.test_ledger import DOSSIER, SUBJECT, Running, eventually

LATER = 70 * 86400.0


def configuration(folder: Path, ledger: str, every: str = "1s") -> Path:
    path = folder / "bus.yaml"
    key = f"key: {hashed(KEY)}"
    path.write_text(f"""
unit: H49
ledger:
  url: "{ledger}"
  retention: {{keep: 1s, folder: "{folder}/archives", every: {every}}}
http: {{port: 0}}
clients:
  all: {{{key}, read: all, operate: true, metrics: true, send: [{{source: /h49/portal, types: ["*"]}}]}}
  other: {{key: "{hashed("another-invented-key")}", read: own}}
systems: {{}}
routes: [{{name: all, drop: true}}]
""")
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return configuration(tmp_path, f"sqlite:///{tmp_path}/ledger.db")


def get(url: str, key: str = KEY) -> httpx.Response:
    return httpx.get(url, headers={"authorization": f"Bearer {key}"})


def test_a_bus_archives_and_says_where(lienthong: Command, config: Path, key_file: Path) -> None:
    with Running(config) as bus:
        id = bus.send()
        page = f"{bus.url}/v1/messages/{id}"
        eventually(lambda: get(page).status_code == 410)
        problem = get(page).json()
        assert problem["type"] == "urn:lienthong:problem:archived"
        [file] = [path.name for path in (config.parent / "archives").iterdir()]
        assert (problem["archive"], file in problem["detail"]) == (file, True)
        assert get(page, "another-invented-key").json()["type"] == "urn:lienthong:problem:unknown-message"
        assert httpx.post(f"{page}/replay", headers={"authorization": f"Bearer {KEY}"}).status_code == 410
        shown = lienthong("messages", "show", id, "--url", bus.url, "--key-file", key_file)
        assert "410 archived" in shown.err
        metrics = get(f"{bus.url}/metrics").text
        assert "lienthong_archived_messages_total 1.0" in metrics
        assert "lienthong_archivable_oldest_seconds 0.0" in metrics
        event = {"specversion": "1.0", "id": "1", "source": "/h49/portal", "type": "dossier.submitted"}
        body = {**event, "subject": SUBJECT, "data": DOSSIER}
        again = httpx.post(f"{bus.url}/v1/events", json=body, headers={"authorization": f"Bearer {KEY}"})
        assert (again.status_code, again.json()["id"]) == (200, id)
        (config.parent / "archives" / file).rename(config.parent / "elsewhere")
        away = get(page)
        assert (away.status_code, away.json()["archives"]) == (404, [file])
    assert "404 unknown-message" in lienthong("messages", "show", id, "-c", config).err


async def _aged(config: Path) -> None:
    loaded = load(config).config
    assert loaded is not None
    ledger = Ledger(loaded.ledger.url.get_secret_value(), id=os.getpid(), existing=True)
    await Archiver(ledger, Plan(86400.0, config.parent / "archives")).run(now=time.time() + LATER)
    await ledger.close()


def archived(config: Path) -> str:
    """One archive with one message; its id."""
    with Running(config) as bus:
        id = bus.send()
    asyncio.run(_aged(config))
    return id


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The configuration of a ledger that was archived once, long after."""
    url = request.getfixturevalue("database") if request.param == "postgresql" else f"sqlite:///{tmp_path}/ledger.db"
    return configuration(tmp_path, url, every="1d")


def test_archives_are_listed_searched_and_proved(lienthong: Command, kept: Path) -> None:
    id = archived(kept)
    [row] = lienthong("ledger", "archives", "-c", kept, "--json").json()["archives"]
    assert (row["number"], row["messages"], row["deliveries"]) == (1, 1, 0)
    assert row["file"] in lienthong("ledger", "archives", "-c", kept).out
    for wanted in (id, id.upper(), SUBJECT):
        [found] = lienthong("ledger", "archives", "-c", kept, "--find", wanted, "--json").json()["messages"]
        assert (found["id"], found["archive"], found["masked"]) == (id, row["file"], True)
        assert found["data"]["applicant"]["name"] == "N***ụ"
        assert [one["action"] for one in found["evidence"]] == ["accepted"]
    assert row["file"] in lienthong("ledger", "archives", "-c", kept, "--find", SUBJECT).out
    nothing = lienthong("ledger", "archives", "-c", kept, "--find", "H49-none")
    assert (nothing.code, nothing.out, nothing.err) == (1, "", "no messages\n")
    folder = kept.parent / "archives"
    proved = lienthong("ledger", "verify", "-c", kept, "--archives", folder, "--json")
    assert proved.code == 0
    told = proved.json()
    assert (told["ok"], told["broken"], told["archived"] >= 1) == (True, [], True)
    assert (told["archives"]["files"], told["archives"]["last"]) == (1, row["chained"])
    offline = lienthong("ledger", "verify", "--archives", folder, "--json").json()
    assert (offline["ok"], offline["chains"], offline["archives"]["messages"]) == (True, None, 1)


def test_a_changed_archive_is_found(lienthong: Command, config: Path) -> None:
    archived(config)
    folder = config.parent / "archives"
    [path] = folder.iterdir()
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"accepted"', b'"rejected"')))
    for options in (("--archives", folder), ("-c", config, "--archives", folder)):
        found = lienthong("ledger", "verify", *options, "--json")
        assert (found.code, found.json()["ok"]) == (1, False)
        assert {one["place"] for one in found.json()["archives"]["wrong"]} >= {path.name}
    said = lienthong("ledger", "verify", "--archives", folder)
    assert "record 1 of chain" in said.out
    assert "mistakes" in said.err
    assert lienthong("ledger", "verify", "-c", config).code == 0
    path.unlink()
    missing = lienthong("ledger", "verify", "-c", config, "--archives", folder, "--json").json()
    assert {one["what"] for one in missing["archives"]["wrong"]} >= {"the ledger names it, and it is not here"}


def test_archive_now(lienthong: Command, config: Path) -> None:
    settings = config.read_text().replace("every: 1s", "every: 1d")
    config.write_text(settings)
    with Running(config) as bus:
        id = bus.send()
        refused = lienthong("ledger", "archive", "-c", config)
        assert (refused.code, refused.err[:6]) == (3, "LT110 ")
    time.sleep(1.1)  # what `keep` says
    done: Any = lienthong("ledger", "archive", "-c", config, "--json").json()
    assert (done["busy"], done["messages"], len(done["files"])) == (False, 1, 1)
    assert "0 messages left for" in lienthong("ledger", "archive", "-c", config).err
    [found] = lienthong("ledger", "archives", "-c", config, "--find", id, "--json").json()["messages"]
    assert found["id"] == id


def test_what_is_not_there_is_said(lienthong: Command, config: Path) -> None:
    assert "there is no ledger" in lienthong("ledger", "archives", "-c", config).err
    assert "there is no ledger" in lienthong("ledger", "archive", "-c", config).err
    assert "LT100" in lienthong("ledger", "verify").err
    nowhere = lienthong("ledger", "verify", "--archives", config.parent / "none")
    assert (nowhere.code, "there is no folder" in nowhere.err) == (2, True)
    with Running(config):
        pass
    (config.parent / "archives").rmdir()
    (config.parent / "archives").write_text("a file")
    refused = lienthong("check", "-c", config)
    assert "LT067 messages leave the ledger after 1s" in refused.out + refused.err
    assert "LT066 archives cannot be written to" in refused.out + refused.err
    settings = [line for line in config.read_text().splitlines() if "retention" not in line]
    config.write_text("\n".join(settings))
    unset = lienthong("ledger", "archive", "-c", config)
    assert (unset.code, unset.err[:6]) == (1, "LT111 ")
