"""The pages of docs/reference that are made from the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bus.config.codes import GROUPS
from bus.config.docs import parts, sections
from bus.config.model import Config
from bus.http.reference import files as http
from bus.words import Code
from lienthong.command.failures import FAILURES, Exit
from lienthong.command.pages_text import COMMANDS, CONFIGURATION, ERRORS, JSON
from monitoring.reference import page as metrics

_EXITS = {
    Exit.OK: "all is well",
    Exit.FAILED: "mistakes were found, or the bus refused",
    Exit.USAGE: "the command was called wrongly",
    Exit.UNREACHABLE: "no bus answered, or it stayed overloaded",
    Exit.REFUSED: "the bus refused the key",
}


def pages() -> dict[str, str]:
    """Text by file name."""
    return {
        "configuration.md": "\n".join([CONFIGURATION, *sections(Config), *parts()]),
        "errors.md": "\n".join([ERRORS, *_errors()]),
        "commands.md": "\n".join([COMMANDS, *_exits(), *_commands()]),
        "metrics.md": metrics(),
        **http(),
    }


def _errors() -> Iterator[str]:
    for title, codes in {**GROUPS, "Commands": tuple(FAILURES.values())}.items():
        yield f"## {title}\n"
        for code in sorted(codes, key=lambda code: code.id):
            yield _error(code)


def _error(code: Code) -> str:
    warning = " (warning)" if code.severity == "warning" else ""
    said, cure = (_template(words.en) for words in (code.what, code.cure))
    return f"### {code.id} {code.name}{warning}\n\n{code.meaning}\n\n- says: `{said}`\n- cure: `{cure}`\n"


def _template(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("`", "")


def _exits() -> Iterator[str]:
    yield "## Exit codes\n\n| code | meaning |\n|---|---|"
    yield "\n".join(f"| {int(code)} | {meaning} |" for code, meaning in _EXITS.items())
    yield "| 130 | interrupted with Ctrl-C |\n"


def _commands() -> Iterator[str]:
    from typer.main import get_command

    from lienthong.command.app import app

    yield from _below(get_command(app), "lienthong")


def _below(command: Any, path: str) -> Iterator[str]:
    if command.hidden:
        return
    inner = getattr(command, "commands", None)
    if inner is None:
        yield _command(command, path)
        return
    for name in sorted(inner):
        yield from _below(inner[name], f"{path} {name}")


def _command(command: Any, path: str) -> str:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    usage = " ".join([path, *(_argument(param) for param in arguments), "[OPTIONS]"])
    rows = [_row(param) for param in command.params if param.name not in ("json", "help")]
    table = "\n".join(["| | default | environment | meaning |", "|---|---|---|---|", *rows, ""]) if rows else ""
    shape = JSON[path.removeprefix("lienthong ")]
    return f"## `{path}`\n\n{command.help}\n\n    {usage}\n\n{table}\nWith `--json`: {shape}\n"


def _argument(param: Any) -> str:
    name = param.metavar or param.name.upper()
    return name if param.required else f"[{name}]"


def _row(param: Any) -> str:
    options = param.param_type_name == "option"
    name = ", ".join(f"`{opt}`" for opt in sorted(param.opts, key=len)) if options else f"`{_argument(param)}`"
    default = "**required**" if param.required else "" if param.default in (None, False) else f"`{param.default}`"
    envvar = f"`{param.envvar}`" if param.envvar else ""
    return f"| {name} | {default} | {envvar} | {(param.help or '').replace('|', chr(92) + '|')} |"
