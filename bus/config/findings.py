"""A mistake with its place, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bus.config.codes import CODES
from bus.words import Code, Language, Severity, Words


class Place(NamedTuple):
    """Where something stands; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake. `str()` is `file:line:column CODE what - cure`; `values` fill the code's templates."""

    place: Place
    code: str
    values: Mapping[str, str | Words] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file as the caller named it."""
        return self.place.file

    @property
    def line(self) -> int:
        """Counted from 1."""
        return self.place.line

    @property
    def column(self) -> int:
        """Counted from 1."""
        return self.place.column

    @property
    def severity(self) -> Severity:
        """An error stops the bus from starting, a warning does not."""
        return self._code.severity

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return self._fill(self._code.what, "en")

    @property
    def cure(self) -> str:
        """What to do about it, in English."""
        return self._fill(self._code.cure, "en")

    @property
    def _code(self) -> Code:
        return CODES[self.code]

    def text(self, language: Language) -> str:
        """The line as `str()` gives it, in `language`."""
        what, cure = self._fill(self._code.what, language), self._fill(self._code.cure, language)
        return f"{self.file}:{self.line}:{self.column} {self.code} {what} - {cure}"

    def record(self, language: Language = "en") -> dict[str, str | int]:
        """For `--json`."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "name": self._code.name,
            "severity": self.severity,
            "what": self._fill(self._code.what, language),
            "cure": self._fill(self._code.cure, language),
        }

    def __str__(self) -> str:
        return self.text("en")

    def _fill(self, template: Words, language: Language) -> str:
        said = {
            name: getattr(value, language) if isinstance(value, Words) else value for name, value in self.values.items()
        }
        return getattr(template, language).format_map(said)  # type: ignore[no-any-return]  # a field of Words


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By place, each once."""
    unique = {(finding.place, finding.code, str(finding)): finding for finding in findings}
    return [unique[key] for key in sorted(unique)]
