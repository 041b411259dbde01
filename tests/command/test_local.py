"""Commands that need no bus."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lienthong.command import texts
from schemas.registry import TYPES
from tests.command.conftest import Command


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bus.yaml"
    path.write_text(text)
    return path


def test_check_of_a_right_file(lienthong: Command, tmp_path: Path) -> None:
    path = config(tmp_path, "unit: H49\n")
    done = lienthong("check", "-c", path)
    assert (done.code, done.out, done.err) == (0, "", f"{path}: no mistakes\n")


def test_check_of_a_wrong_file(lienthong: Command, tmp_path: Path) -> None:
    path = config(tmp_path, "unit: H49\nhtpp: {}\ndispatch: {window: 1}\n")
    done = lienthong("check", "-c", path)
    assert done.code == 1
    assert done.out.splitlines()[0] == f"{path}:2:1 LT020 htpp is not known here - did you mean http?"
    assert done.err == f"{path}: 1 errors, 1 warnings\n"


def test_check_in_vietnamese(lienthong: Command, tmp_path: Path) -> None:
    path = config(tmp_path, "unit: H49\nhtpp: {}\n")
    try:
        done = lienthong("--lang", "vi", "check", "-c", path)
    finally:
        texts.use("en")
    assert done.out.startswith(f"{path}:2:1 LT020 khóa htpp không có ở đây")


def test_check_for_scripts(lienthong: Command, tmp_path: Path) -> None:
    done = lienthong("check", "-c", config(tmp_path, "unit: H49\nhtpp: {}\n"), "--json")
    answer = done.json()
    assert done.code == 1
    assert (answer["ok"], answer["errors"], answer["warnings"]) == (False, 1, 0)
    assert set(answer["findings"][0]) == {"file", "line", "column", "code", "name", "severity", "what", "cure"}


def test_check_takes_its_file_from_the_environment(
    lienthong: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIENTHONG_CONFIG", str(config(tmp_path, "unit: H49\n")))
    assert lienthong("check").code == 0


def test_a_wrong_call(lienthong: Command) -> None:
    assert lienthong("check").code == 2
    assert lienthong("nothing").code == 2
    assert lienthong("--lang", "fr", "keys", "new").code == 2


def test_adapters(lienthong: Command) -> None:
    rows = [line.split("\t") for line in lienthong("adapters").out.splitlines()]
    assert rows[0] == ["name", "package", "takes", "is asked", "polls", "error"]
    assert "dossier.submitted" in next(row for row in rows if row[0] == "national_portal")[2]


def test_adapters_for_scripts(lienthong: Command) -> None:
    done = lienthong("adapters", "--json")
    portal = next(one for one in done.json() if one["name"] == "national_portal")
    submit = next(one for one in portal["operations"] if one["name"] == "submit")
    assert submit == {
        "name": "submit",
        "types": ["dossier.submitted"],
        "batch": 50,
        "ordered": True,
        "on_unknown": "lookup",
        "lookup": True,
    }
    assert portal["capabilities"]["batch"] is True
    assert "madonvi" in portal["settings"]["properties"]
    assert next(one for one in done.json() if one["name"] == "provincial_portal")["receives"] == [
        "dossiers",
        "payments",
    ]


def test_connectors(lienthong: Command) -> None:
    assert {"rest", "vxp"} <= {line.split("\t")[0] for line in lienthong("connectors").out.splitlines()[1:]}
    rest = next(one for one in lienthong("connectors", "--json").json() if one["name"] == "rest")
    assert "base_url" in rest["settings"]["properties"]


def test_schemas(lienthong: Command, tmp_path: Path) -> None:
    listed = lienthong("schemas", "list", "--json").json()
    assert {one["type"] for one in listed} == set(TYPES)
    submitted = next(one for one in listed if one["type"] == "dossier.submitted")
    assert submitted["dataschema"] == "urn:lienthong:dossier.submitted:1"
    exported = lienthong("schemas", "export", tmp_path / "out", "--json").json()
    assert str(tmp_path / "out" / "dossier.submitted.1.json") in exported["files"]
    assert json.loads((tmp_path / "out" / "dossier.submitted.1.json").read_text())["type"] == "object"
    assert "systems" in lienthong("schemas", "config").json()["properties"]


def test_schemas_export_to_a_place_that_is_a_file(lienthong: Command, key_file: Path) -> None:
    done = lienthong("schemas", "export", key_file)
    assert done.code == 2
    assert done.err.startswith(f"LT104 {key_file}: ")


def test_a_new_key_and_its_hash(lienthong: Command) -> None:
    made = lienthong("keys", "new", "--json").json()
    assert made["key"].startswith("lt_")
    assert made["hash"] == "sha256:" + hashlib.sha256(made["key"].encode()).hexdigest()
    assert lienthong("keys", "new", "--json").json()["key"] != made["key"]
    assert lienthong("keys", "hash", input=made["key"] + "\n").out.strip() == made["hash"]


def test_the_hash_of_a_key(lienthong: Command, key_file: Path) -> None:
    # sha256sum of "lt_an-invented-key"
    expected = "sha256:" + hashlib.sha256(b"lt_an-invented-key").hexdigest()
    assert lienthong("keys", "hash", "--key-file", key_file).out.strip() == expected
    assert lienthong("keys", "hash", input="\n").code == 2


def test_simulate_something_unknown(lienthong: Command) -> None:
    done = lienthong("simulate", "moon-portal", "--json")
    assert done.code == 2
    assert json.loads(done.err)["error"]["code"] == "LT107"
    assert "national-portal" in json.loads(done.err)["error"]["cure"]


def test_simulate_with_a_wrong_setting(lienthong: Command) -> None:
    assert "LT104" in lienthong("simulate", "national-portal", "--set", "steps").err
    assert "steps" in lienthong("simulate", "national-portal", "--set", "steps=maybe").err


def test_run_refuses_what_check_refuses(lienthong: Command, tmp_path: Path) -> None:
    done = lienthong("run", "-c", config(tmp_path, "unit: H49\nhtpp: {}\n"))
    assert done.code == 1
    assert "LT020" in done.err


def test_every_text_is_there_in_both_languages() -> None:
    assert [key for key, words in texts.everything().items() if not all(words)] == []


def test_the_language() -> None:
    assert texts.language([], {}) == "en"
    assert texts.language([], {"LANG": "vi_VN.UTF-8"}) == "vi"
    assert texts.language([], {"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}) == "en"
    assert texts.language(["--lang", "en", "check"], {"LANG": "vi_VN.UTF-8"}) == "en"
    assert texts.language(["--lang=vi"], {}) == "vi"
