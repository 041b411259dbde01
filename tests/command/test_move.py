"""`lienthong messages move`: over HTTP and on the ledger itself, after a system was renamed in the configuration."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from bus.config import load
from bus.ledger import Ledger
from lienthong.command import texts
from tests.command.conftest import Command, Scripted
from tests.command.test_ledger import Running, configuration


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return configuration(tmp_path, f"sqlite:///{tmp_path}/ledger.db")


@pytest.fixture
def filled(config: Path) -> str:
    """A ledger with one message, for `land` and for `tax`; its id."""
    with Running(config) as bus:
        return bus.send()


def rename(config: Path, old: str, new: str) -> None:
    """What an operator does with an editor, before the next start; the new system is paused, so that all stays."""
    text = config.read_text("utf-8").replace(f"{old}: {{adapter: cloudevents,", f"{new}: {{adapter: cloudevents,")
    config.write_text(text.replace(f"to: [{old}, tax]", f"to: [{new}, tax]"), "utf-8")
    assert load(config).config is not None


def test_on_the_ledger_itself(lienthong: Command, config: Path, filled: str) -> None:
    rename(config, "land", "land-office")
    done = lienthong("messages", "move", "--from", "land", "--to", "land-office", "--reason", "renamed", "-c", config)
    assert (done.code, done.out) == (0, "1 deliveries moved from land to land-office, 0 stay\n")
    shown = lienthong("messages", "show", filled, "-c", config, "--json").json()
    found = {one["system"]: (one["state"], one["code"]) for one in shown["deliveries"]}
    assert found["land"] == ("cancelled", "moved")
    assert found["land-office"] == ("ready", None)
    deed = shown["evidence"][-1]
    assert (deed["action"], deed["actor"].partition("/")[0]) == ("moved", "command")
    assert deed["detail"].startswith("land -> land-office as ")
    again = lienthong("messages", "move", "--from", "land", "--to", "land-office", "-c", config, "--json")
    assert (again.code, again.json()["moved"], again.json()["outcomes"]) == (0, 0, [])


def test_over_http(lienthong: Command, config: Path, filled: str, key_file: Path) -> None:
    rename(config, "land", "land-office")
    with Running(config) as bus:
        where = ("--url", bus.url, "--key-file", key_file)
        ready = lienthong("systems", "list", *where, "--json").json()["systems"]
        assert [one["name"] for one in ready if not one["configured"]] == ["land"]
        done = lienthong("messages", "move", "--from", "land", "--to", "land-office", "--message", filled, *where)
        assert (done.code, done.out[-46:]) == (0, "1 deliveries moved from land to land-office, 0 stay\n"[-46:])
        names = [one["name"] for one in lienthong("systems", "list", *where, "--json").json()["systems"]]
        assert names == ["land-office", "tax"]


def test_what_stays_is_said_with_its_reason(lienthong: Command, config: Path, filled: str) -> None:
    rename(config, "land", "land-office")
    doubt(config, "land")
    move = ("messages", "move", "--from", "land", "--to", "land-office", "-c", config)
    done = lienthong(*move)
    assert done.code == 1
    assert filled in done.out
    assert "may have taken effect at land" in done.out
    assert done.out.endswith("0 deliveries moved from land to land-office, 1 stay\n")
    told = lienthong(*move, "--json")
    assert (told.code, told.json()["refused"]) == (1, 1)
    assert [one["message"] for one in told.json()["outcomes"]] == [filled]
    same = lienthong(*move, "--same-target", "--json")
    assert (same.code, same.json()["moved"]) == (0, 1)


def test_check_and_readyz_name_the_cure(lienthong: Command, config: Path, filled: str) -> None:
    rename(config, "land", "land-office")
    checked = lienthong("check", "-c", config)
    assert (checked.code, checked.err) == (0, f"{config}: 0 errors, 1 warnings\n")
    assert "LT064 1 deliveries wait for land, which is not configured" in checked.out
    assert "lienthong messages move --from land --to NAME" in checked.out
    with Running(config) as bus:
        checks = {one["name"]: one for one in httpx.get(f"{bus.url}/readyz").json()["checks"]}
        assert not checks["orphans"]["ok"]
        assert "land; move them (`lienthong messages move`)" in checks["orphans"]["detail"]
        assert "LT064" in lienthong("check", "-c", config).out  # beside the bus that holds the lock
    assert lienthong("messages", "move", "--from", "land", "--to", "land-office", "-c", config).code == 0
    assert lienthong("check", "-c", config).err == f"{config}: no mistakes\n"


def test_a_configuration_is_checked_where_its_ledger_is_not(lienthong: Command, config: Path) -> None:
    assert lienthong("check", "-c", config).err == f"{config}: no mistakes\n"
    assert {path.name for path in config.parent.iterdir()} == {"bus.yaml"}
    text = config.read_text("utf-8").replace("sqlite:///", "postgresql://nobody:nothing@127.0.0.1:1/")
    config.write_text(text, "utf-8")
    checked = lienthong("check", "-c", config, "--json")
    assert (checked.code, checked.json()["ok"]) == (0, True)
    assert "the ledger was not looked at: the database cannot be read" in checked.err


def test_a_wrong_name_is_met_with_the_right_ones(lienthong: Command, config: Path, filled: str) -> None:
    refused = lienthong("messages", "move", "--from", "land", "--to", "nowhere", "-c", config)
    assert refused.code == 1
    assert "/from still-configured is in the configuration; replay, cancel or pause" in refused.err
    assert "/to unknown-system is not in the configuration; there are land, tax" in refused.err
    rename(config, "land", "land-office")
    nothing = lienthong("messages", "move", "--from", "lnad", "--to", "land-office", "-c", config)
    assert (nothing.code, nothing.out) == (0, "0 deliveries moved from lnad to land-office, 0 stay\n")
    assert nothing.err == "what left the configuration and has deliveries: land\n"
    assert "422 invalid" in lienthong("messages", "move", "--from", "", "--to", "tax", "-c", config).err


def test_all_steps_are_made_and_what_was_done_is_told_also_after_a_failure(
    lienthong: Command, scripted: Scripted, key_file: Path
) -> None:
    stays = {"delivery": 7, "message": "m", "system": "old", "result": "refused", "state": "held", "reason": "doubt"}
    step = {"from": "old", "to": "new", "moved": 2, "refused": 1, "outcomes": [stays]}
    scripted.say(200, {**step, "next": 9})
    scripted.say(200, {**step, "outcomes": [], "refused": 0, "next": 12})
    scripted.say(500, {"title": "no"})
    where = ("--url", scripted.url, "--key-file", key_file, "--json")
    done = lienthong("messages", "move", "--from", "old", "--to", "new", "--same-target", *where)
    assert done.code == 1
    assert json.loads(done.out) == {"from": "old", "to": "new", "moved": 4, "refused": 1, "outcomes": [stays]}
    assert "LT105" in done.err
    assert [(path, body["after"]) for _, path, _, body in scripted.asked] == [("/v1/moves", n) for n in (0, 9, 12)]
    assert {name: scripted.asked[0][3][name] for name in ("from", "to", "same_target", "finished")} == {
        "from": "old",
        "to": "new",
        "same_target": True,
        "finished": False,
    }


def test_many_that_stay_are_counted(lienthong: Command, scripted: Scripted, key_file: Path) -> None:
    stays = {"message": "m", "system": "old", "result": "refused", "state": "held", "reason": "in doubt"}
    outcomes = [{**stays, "delivery": number} for number in range(23)]
    scripted.say(200, {"systems": [{"name": "old", "configured": False, "counts": {"held": 23}}]})
    scripted.say(200, {"moved": 0, "refused": 23, "outcomes": outcomes, "next": None})
    try:
        where = ("--url", scripted.url, "--key-file", key_file)
        done = lienthong("--lang", "vi", "messages", "move", "--from", "old", "--to", "new", *where)
    finally:
        texts.use("en")
    assert len(done.out.splitlines()) == 1 + 20 + 1
    assert done.out.endswith("đã chuyển 0 lần giao từ old sang new, 23 ở lại\n")
    assert done.err == "và 3 lần giao nữa; --json liệt kê tất cả\n"


def doubt(config: Path, system: str) -> None:
    """An attempt of an earlier run may have taken effect."""
    loaded = load(config).config
    assert loaded is not None

    async def mark() -> None:
        ledger = Ledger(loaded.ledger.url.get_secret_value(), id=4_711)
        statement = "UPDATE delivery SET in_doubt_since = {now} WHERE system = :system"
        await ledger.call(lambda session, _: session.run(statement, system=system))
        await ledger.close()

    asyncio.run(mark())
