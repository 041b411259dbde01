"""Reading the answer to "is it there?"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lienthong.requests import Reply, Request, classify
from lienthong.verdicts import Reject, Retry, Single, Stop, Unknown

from .answers import Meaning, Said, key_of, read, says
from .settings import Answers


def dossier_found(said: Said, code: str, settings: Answers) -> bool | None:
    """Whether the portal has the dossier: a list with it, or an empty one; `None` where the answer does not tell."""
    if said.meaning is Meaning.DONE and said.records is not None:
        return any(key_of(row, settings) in (None, code) for row in said.records if row)
    if said.meaning is Meaning.REJECT and says(said.text, settings.absent_phrases):
        return False
    return None


def step_found(said: Said, sent: Mapping[str, str]) -> bool | None:
    """Whether the portal has a step that equals the sent one in every field; `None` where the answer does not tell."""
    if said.meaning is not Meaning.DONE or said.records is None:
        return None
    return any(_same(row, sent) for row in said.records)


def heard(reply: Reply, request: Request, settings: Answers) -> Said | Single:
    """The answer to a question, or the verdict of its HTTP status. A question refused by status is put wrongly."""
    verdict = classify(reply, request)
    if verdict is None:
        return read(reply.content, settings)
    if isinstance(verdict, Reject):
        return Stop(f"the look-up was answered {reply.status}; check base_url, settings.path and paths")
    return Retry(verdict.reason) if isinstance(verdict, Unknown) else verdict


def _same(row: Any, sent: Mapping[str, str]) -> bool:
    """Equal in all that was sent; reads name the fields in capitals, and may say null or nothing for ""."""
    if not isinstance(row, Mapping):
        return False
    known = {str(name).casefold(): "" if value is None else str(value) for name, value in row.items()}
    return all(known.get(name.casefold(), "") == value for name, value in sent.items())


__all__ = ["dossier_found", "heard", "step_found"]
