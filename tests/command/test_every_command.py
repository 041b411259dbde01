"""What holds for every command: help in both languages, JSON, exit codes, completion; and that papers name no other."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from typer.main import get_command

from bus.config.codes import CODES
from bus.words import Words
from lienthong.command import texts
from lienthong.command.app import app
from lienthong.command.failures import FAILURES, Exit
from lienthong.command.pages_text import JSON
from tests.command.conftest import Command

ROOT = Path(__file__).parents[2]
# `reference` is for who works on the bus itself: it is hidden, and its page would describe itself.
HIDDEN = {"reference"}


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that is no group, with the words that call it."""
    found = get_command(app) if command is None else command
    inner: Mapping[str, Any] = getattr(found, "commands", {})
    if not inner:
        yield path, found
    for name, one in inner.items():
        yield from commands(one, (*path, name))


ALL = dict(commands())


def groups() -> set[tuple[str, ...]]:
    """The words before the last one: `()` is the command itself."""
    return {path[:length] for path in ALL for length in range(len(path))}


@pytest.mark.parametrize("path", [*ALL, *sorted(groups())], ids=" ".join)
def test_help(lienthong: Command, path: tuple[str, ...]) -> None:
    done = lienthong(*path, "--help")
    assert (done.code, done.err) == (0, "")
    assert "Usage: " in done.out


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_takes_json_and_describes_its_parameters(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert "--json" in {option for param in command.params for option in param.opts}
    assert command.help
    if path[0] not in HIDDEN:
        assert [param.name for param in command.params if not param.help] == []
        assert " ".join(path) in JSON, "the page of commands says what --json gives"


def test_the_page_describes_no_command_that_is_gone() -> None:
    assert set(JSON) == {" ".join(path) for path in ALL if path[0] not in HIDDEN}


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_a_wrong_call_in_json(lienthong: Command, path: tuple[str, ...]) -> None:
    done = lienthong(*path, "--no-such-option", "--json")
    assert (done.code, done.out) == (Exit.USAGE, "")
    told = json.loads(done.err)["error"]
    assert told["code"] == "LT100"
    assert "--no-such-option" in told["what"]
    assert told["cure"].endswith(f" {' '.join(path)} --help`")


def test_wrong_calls_in_words(lienthong: Command) -> None:
    assert "LT100 wrong call: No such command 'lst'" in lienthong("messages", "lst").err
    assert "LT100 wrong call: Missing option '--config'" in lienthong("check").err
    assert lienthong("messages", "list", "--limit", "0").code == Exit.USAGE
    assert lienthong("messages").code == Exit.USAGE
    try:
        assert "không có lệnh lst" in lienthong("--lang", "vi", "messages", "lst").err
        assert "thiếu --config/-c" in lienthong("--lang", "vi", "check").err
        assert "không có tùy chọn --limt" in lienthong("--lang", "vi", "messages", "list", "--limt").err
        assert "thiếu ID" in lienthong("--lang", "vi", "messages", "show").err
    finally:
        texts.use("en")


def test_vietnamese_help_is_vietnamese_throughout() -> None:
    """In a process of its own, because help is made while the commands are imported."""
    program = (
        "import json, sys; from lienthong.command import texts; texts.use('vi')\n"
        "from typer.main import get_command; from lienthong.command.app import app\n"
        "from typer.testing import CliRunner\n"
        "def walk(c, ctx=None):\n"
        "    inner = getattr(c, 'commands', {})\n"
        "    made = c.make_context('x', ['--help'], resilient_parsing=True)\n"
        "    yield c.help\n"
        "    yield from (p.help for p in c.get_params(made) if not c.hidden)\n"
        "    for one in inner.values(): yield from walk(one)\n"
        "print(json.dumps([list(walk(get_command(app))), CliRunner().invoke(app, ['check', '--help']).stdout]))\n"
    )
    environ = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True, env=environ
    )
    said, page = json.loads(done.stdout)
    known = {words.vi for words in texts.everything().values()}
    assert [text for text in said if text not in known] == []
    assert "Tùy chọn" in page
    assert "[bắt buộc]" in page


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_say_the_same() -> None:
    pairs: dict[str, Words] = dict(texts.everything())
    for code in [*FAILURES.values(), *CODES.values()]:
        pairs |= {f"{code.id} what": code.what, f"{code.id} cure": code.cure}
    assert [key for key, words in pairs.items() if not (words.en and words.vi)] == []
    assert [key for key, words in pairs.items() if placeholders(words.en) != placeholders(words.vi)] == []
    same = {key for key, words in pairs.items() if words.en == words.vi and re.sub(r"\{\w+\}|\W", "", words.en)}
    assert same == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    command = [sys.executable, "-m", "lienthong.command"]
    shown = subprocess.run(
        [*command, "--show-completion", shell], capture_output=True, text=True, timeout=30, check=True
    )
    assert "_LIENTHONG_COMPLETE" in shown.stdout


def test_completion_completes() -> None:
    """As bash calls it."""
    environ = {**os.environ, "_LIENTHONG_COMPLETE": "complete_bash", "COMP_WORDS": "lienthong sys", "COMP_CWORD": "1"}
    command = [sys.executable, "-m", "lienthong.command"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environ, check=False)
    assert done.stdout.split() == ["systems"]


def shown() -> list[str]:
    """Every call of `lienthong` that the papers show in code, behind the name of the paper."""
    papers = [ROOT / name for name in ("README.md", "README.vi.md", "examples/quang-ninh.yaml")]
    found = []
    for paper in [*papers, *sorted((ROOT / "docs").rglob("*.md"))]:
        text = paper.read_text("utf-8")
        fenced = [line for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
        marked = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^(?:    |#   ?)(.*)$", text, re.MULTILINE)
        calls = (re.search(r"(?:^|[\s/])lienthong ([-a-z].*)", code) for code in [*fenced, *marked])
        found += [f"{paper.name}: {call[1]}" for call in calls if call is not None]
    return sorted(set(found))


@pytest.mark.parametrize("line", shown())
def test_commands_in_the_papers_exist(line: str) -> None:
    call = re.sub(r"^--lang \w+ ", "", re.split(", |`", line.partition(": ")[2])[0]).replace("[", " ").replace("]", " ")
    whole: Any = get_command(app)
    found = whole
    rest = shlex.split(call, comments=True, posix=False)
    while rest and rest[0] in getattr(found, "commands", {}):
        found = found.commands[rest.pop(0)]
    assert found is not whole or rest[0].startswith("-"), "no such command"
    assert not getattr(found, "commands", {}) or not rest or rest[0].startswith(("-", "(")), "no such command"
    options = {option for param in found.params for option in param.opts}
    options |= {"--help", "--install-completion", "--show-completion"}
    assert {word.partition("=")[0] for word in rest if re.match("-[-a-z]", word)} <= options
