"""The personal document store (kho dữ liệu điện tử): papers that a person has already and need not hand in again.

Source: reference of the store's search and of its download. Its answers are for the case at hand and are not kept.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from .base import Canonical, Code, Name, Personal, Text, UpTo
from .files import Base64

Place = Annotated[str, UpTo(4000)]


class Asker(StrEnum):
    """Who asks the store."""

    OFFICER = "officer"
    CITIZEN = "citizen"


class WantedPaper(Canonical):
    """A kind of result that would serve."""

    result_code: Code
    number: Code | None = Field(default=None, description="number and sign of the paper, if known")


class StoreQuestion(Canonical):
    """Asked of `documents.search`."""

    owner_number: Annotated[Code, Personal()]
    asker: Asker
    asker_name: Annotated[Name, Personal()]
    asker_number: Annotated[Code, Personal()]
    procedure_code: Code
    wanted: tuple[WantedPaper, ...] = Field(min_length=1)


class StoreFile(Canonical):
    """A file of a paper. `place` is what `documents.fetch` is asked with."""

    name: Annotated[Text | None, Personal()] = None
    place: Annotated[Place, Personal()]


class StorePaper(Canonical):
    """A paper that the store has."""

    result_code: Code | None = None
    name: Annotated[Text | None, Personal()] = None
    number: Annotated[Code | None, Personal()] = None
    issuer: Code | None = Field(default=None, description="the body that keeps it; `documents.fetch` needs it")
    files: tuple[StoreFile, ...] = ()


class StorePapers(Canonical):
    """Answer of `documents.search`."""

    papers: tuple[StorePaper, ...]


class FileQuestion(Canonical):
    """Asked of `documents.fetch`."""

    issuer: Code
    place: Annotated[Place, Personal()]


class FileAnswer(Canonical):
    """Answer of `documents.fetch`."""

    content: Annotated[Base64, Personal()]


__all__ = [
    "Asker",
    "FileAnswer",
    "FileQuestion",
    "StoreFile",
    "StorePaper",
    "StorePapers",
    "StoreQuestion",
    "WantedPaper",
]
