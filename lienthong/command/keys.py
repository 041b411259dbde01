"""`lienthong keys`: keys of clients. The configuration holds only their hashes."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from lienthong.command.failures import Exit, Failure
from lienthong.command.groups import group
from lienthong.command.output import Json, KeyFile, show
from lienthong.command.texts import t

_BYTES = 32  # 256 bits: a plain SHA-256 of it cannot be searched, so no slow hash is needed

keys = group("keys")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(keys, name="keys")


def hashed(key: str) -> str:
    """What stands in the configuration: `sha256:` and the hexadecimal SHA-256 of the key in UTF-8."""
    from hashlib import sha256

    return "sha256:" + sha256(key.encode()).hexdigest()


@keys.command("new", help=t("keys.new"))
def new(json: Json = False) -> None:
    """The key goes to standard output and nowhere else."""
    import secrets

    key = "lt_" + secrets.token_urlsafe(_BYTES)
    if json:
        show({"key": key, "hash": hashed(key)})
        return
    typer.echo(key)
    typer.echo(hashed(key))
    typer.echo(t("keys.once"), err=True)


@keys.command("hash", help=t("keys.hash"))
def hash_(key_file: KeyFile = None, json: Json = False) -> None:
    """The key comes from a file or from standard input, never from the command line, which other users can read."""
    key = read_key(key_file) if key_file else sys.stdin.readline().strip()
    if not key:
        raise Failure("LT102", Exit.USAGE, reason="standard input is empty")
    if json:
        show({"hash": hashed(key)})
    else:
        typer.echo(hashed(key))


def read_key(path: str) -> str:
    """The key in a file: its first line."""
    try:
        key = Path(path).read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = str(error.strerror) if isinstance(error, OSError) else "not UTF-8"
        raise Failure("LT102", Exit.USAGE, reason=f"{path}: {reason}") from error
    if not key:
        raise Failure("LT102", Exit.USAGE, reason=f"{path} is empty")
    return key
