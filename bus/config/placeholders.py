"""`${env:NAME}` and `${file:PATH}` in the strings of a configuration. Values are never printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bus.config.findings import Finding
from bus.config.source import Spot

_PLACEHOLDER = re.compile(r"(\$?)\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(slots=True)
class Filler:
    """Fills placeholders in, collects what is missing, and remembers the values so that nobody prints them."""

    environ: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)

    def fill(self, tree: Spot) -> None:
        """Replace the placeholders of all strings of `tree`, in place."""
        for spot in tree.walk():
            if isinstance(spot.raw, str) and "${" in spot.raw:
                spot.scalar = _PLACEHOLDER.sub(partial(self._value, spot), spot.raw)

    def hide(self, text: str) -> str:
        """`text` without any value that came from outside the file."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text

    def _value(self, spot: Spot, match: re.Match[str]) -> str:
        if match[1]:
            return match[0][1:]
        kind, _, name = match[2].partition(":")
        value: str | None = None
        if kind == "env" and _NAME.fullmatch(name):
            value = self._from_environment(name, spot)
        elif kind == "file" and name:
            value = self._from_file(name, spot)
        else:
            self.findings.append(Finding(spot.value, "LT012", {"placeholder": match[0]}))
        if value is None:
            spot.broken = True
            return match[0]
        if len(value) > 2:  # hiding shorter ones would only garble the messages
            self.secrets.add(value)
        return value

    def _from_environment(self, name: str, spot: Spot) -> str | None:
        value = self.environ.get(name)
        if value is None:
            self.findings.append(Finding(spot.value, "LT010", {"name": name}))
        return value

    def _from_file(self, name: str, spot: Spot) -> str | None:
        try:
            return (Path(spot.value.file).parent / name).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            self.findings.append(Finding(spot.value, "LT011", {"path": name, "reason": str(reason)}))
            return None
