"""The command `lienthong`. Each command is a file here; what is heavy is imported when a command runs."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Entry point. The language is chosen first, because the help texts are made while the commands are imported."""
    from lienthong.command import texts

    texts.use(texts.language(sys.argv[1:], os.environ))
    from lienthong.command.app import app

    app(prog_name="lienthong")


__all__ = ["main"]
