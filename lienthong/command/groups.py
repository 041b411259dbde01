"""The command line itself: help and wrong calls in both languages, failures with their exit code."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from lienthong.command.failures import Exit, Failure
from lienthong.command.output import as_json, remember_json, show
from lienthong.command.texts import chosen, t

# What the library raises for a wrong call; it gives only this descendant a public name.
_WrongCall: Any = typer.BadParameter.__base__
_NO_COMMAND = re.compile(r"No such command '(?P<name>[^']*)'")
_OWN_OPTIONS = {"help": "help", "install_completion": "install-completion", "show_completion": "show-completion"}


class Leaf(TyperCommand):
    """A command."""

    def get_params(self, ctx: Any) -> Any:
        """The library's own options in the chosen language."""
        return _translated(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The headings too."""
        _translate_headings()
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """Says a `Failure` on standard error and ends with its exit code; a wrong call is one too."""

    def get_params(self, ctx: Any) -> Any:
        """The library's own options in the chosen language."""
        return _translated(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The headings too."""
        _translate_headings()
        super().format_help(ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """A call that is too wrong to be parsed is answered in JSON where that is asked for."""
        remember_json("--json" in args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Failure as failure:
            raise _ended(failure) from failure
        except _WrongCall as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                raise
            raise _ended(_wrong_call(error, ctx)) from error


class Commands(typer.Typer):
    """Commands that are `Leaf`s."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """See `typer.Typer.command`."""
        return super().command(name, **{"cls": Leaf, **options})


def group(help: str) -> Commands:
    """A group of commands, e.g. `lienthong messages`."""
    return Commands(cls=Group, help=t(help), no_args_is_help=True, pretty_exceptions_enable=False)


def _ended(failure: Failure) -> typer.Exit:
    if as_json():
        show(failure.record(chosen()), sys.stderr)
    else:
        typer.echo(failure.text(chosen()), err=True)
    return typer.Exit(failure.exit)


def _wrong_call(error: Any, ctx: Any) -> Failure:
    command = (error.ctx or ctx).command_path
    return Failure("LT100", Exit.USAGE, reason=_reason(error).strip().rstrip("."), command=command)


def _reason(error: Any) -> str:
    """The library's words; in Vietnamese our own for what happens most."""
    said = str(error.format_message())
    if chosen() == "en":
        return said
    kind, param = type(error).__name__, getattr(error, "param", None)
    if kind == "NoSuchOption":
        return t("wrong.option", name=error.option_name)
    if (unknown := _NO_COMMAND.search(said)) is not None:
        return t("wrong.command", name=unknown["name"])
    if param is None:
        return said
    name = "/".join(param.opts) if param.param_type_name == "option" else param.name.upper()
    return (
        t("wrong.missing", name=name) if kind == "MissingParameter" else t("wrong.value", name=name, said=error.message)
    )


def _translated(params: Any) -> Any:
    for param in params:
        if param.name in _OWN_OPTIONS and param.param_type_name == "option":
            param.help = t(f"own.{_OWN_OPTIONS[param.name]}")
    return params


def _translate_headings() -> None:
    if chosen() == "en":
        return
    from typer import rich_utils

    rich_utils.OPTIONS_PANEL_TITLE = t("own.options")
    rich_utils.ARGUMENTS_PANEL_TITLE = t("own.arguments")
    rich_utils.COMMANDS_PANEL_TITLE = t("own.commands")
    rich_utils.DEFAULT_STRING = t("own.default")
    rich_utils.ENVVAR_STRING = t("own.envvar")
    rich_utils.REQUIRED_LONG_STRING = t("own.required")
