"""Why a file was not taken: with the place, the reason and the cure. Nothing of a refused file is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bus.words import Language
from reconciliation.words_flaws import FLAWS


@dataclass(frozen=True, slots=True)
class Flaw:
    """One mistake. Line and column count from 1; in a spreadsheet `cell` says the same as people do, e.g. `C17`."""

    code: str
    line: int = 1
    column: int = 1
    cell: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def place(self, file: str) -> str:
        """`file:line:column`."""
        return f"{file}:{self.line}:{self.column}" + (f" ({self.cell})" if self.cell else "")

    def what(self, language: Language) -> str:
        """What is wrong."""
        return self._fill(0, language)

    def cure(self, language: Language) -> str:
        """What to do about it."""
        return self._fill(1, language)

    def _fill(self, part: int, language: Language) -> str:
        template: str = getattr(FLAWS[self.code][part], language)
        return template.format_map(self.values)


class Refused(Exception):
    """A file that cannot be read right. `flaws` are the first of them, in the order of the file; `more` were cut."""

    def __init__(self, file: str, flaws: Sequence[Flaw], more: int = 0) -> None:
        super().__init__(f"{flaws[0].place(file)} {flaws[0].what('en')}")
        self.file = file
        self.flaws = tuple(flaws)
        self.more = more

    def lines(self, language: Language) -> list[str]:
        """`file:line:column what - cure`, one a flaw."""
        return [f"{one.place(self.file)} {one.what(language)} - {one.cure(language)}" for one in self.flaws]

    def records(self, language: Language) -> list[dict[str, str | int]]:
        """The same for `--json`."""
        return [
            {
                "file": self.file,
                "line": one.line,
                "column": one.column,
                "cell": one.cell,
                "name": one.code,
                "what": one.what(language),
                "cure": one.cure(language),
            }
            for one in self.flaws
        ]


__all__ = ["Flaw", "Refused"]
