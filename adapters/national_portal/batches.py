"""Batches: what of a batch can be sent, and what an answer says of each item that was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import Message
from lienthong.requests import Reply, Request, classify
from lienthong.verdicts import Reject, Retry, Single, Split, Stop
from schemas.dossier import Dossier
from schemas.flaws import flaw
from schemas.progress import ProgressStep

from .answers import Meaning, Said, code_of, key_of, meaning, read, text_of
from .settings import Answers

S = TypeVar("S", Dossier, ProgressStep)


@dataclass(frozen=True, slots=True)
class Item(Generic[S]):
    """A message that can be sent: what it says, and the same in the portal's form."""

    message: Message
    said: S
    native: dict[str, Any]
    key: str


def prepared(message: Message, model: type[S], translate: Callable[[S], Any]) -> Item[S] | Reject:
    """The message in the portal's form, or why the portal cannot be told."""
    try:
        said: S = message.read(model)
    except ValidationError as error:
        found = flaw(error.errors(include_input=False, include_url=False)[0])
        return Reject(found.code, found.reason, found.pointer)
    try:
        native = translate(said)
    except Untranslatable as error:
        return Reject(error.code, error.reason, error.place)
    data: dict[str, Any] = native.model_dump()
    return Item(message, said, data, data["MaHoSo"])


def in_order(items: Sequence[Item[S] | Reject]) -> list[Item[S] | Single]:
    """Nothing overtakes what is refused: what stands behind the first refusal waits."""
    first = next((n for n, item in enumerate(items) if isinstance(item, Reject)), len(items))
    waiting = Retry("an earlier step of this dossier is refused")
    return [item if n <= first else waiting for n, item in enumerate(items)]


def judge(reply: Reply, request: Request, keys: Sequence[str], settings: Answers) -> list[Said] | Single | Split:
    """What the answer says: of each item, or the same of all, or `Split` where it refuses the whole of several.

    `keys` are the dossier codes of the items sent, in order.
    """
    verdict = classify(reply, request)
    if isinstance(verdict, Reject):
        return _refused_by_status(reply, keys, settings)
    if verdict is not None:
        return verdict
    said = read(reply.content, settings)
    each = _each(said, keys, settings)
    if each is not None:
        return each
    if len(keys) > 1 and said.meaning in (Meaning.REJECT, Meaning.EXISTS):
        return Split(said.reason)
    return [said] * len(keys)


def _refused_by_status(reply: Reply, keys: Sequence[str], settings: Answers) -> list[Said] | Single | Split:
    if reply.status in (404, 405):
        return Stop(f"http-{reply.status}: nothing is served at this path; check base_url, settings.path and paths")
    said = read(reply.content, settings)
    if len(keys) > 1:
        return Split(f"http-{reply.status}: {said.text}"[:500])
    return [Said(Meaning.REJECT, said.code or f"http-{reply.status}", said.text if said.code else "")]


def _each(said: Said, keys: Sequence[str], settings: Answers) -> list[Said] | None:
    """The answers to the single items, where the portal gives them."""
    rows = [row for row in said.records or () if code_of(row, settings) is not None]
    if not rows:
        return None
    answers = [_row(row, settings) for row in rows]
    found = [key_of(row, settings) for row in rows]
    if len(set(keys)) == len(keys) and None not in found and len(set(found)) == len(found):
        by_key = dict(zip(found, answers, strict=True))
        return [by_key.get(key, _unanswered(said)) for key in keys]
    if len(rows) == len(keys) and all(f in (None, key) for f, key in zip(found, keys, strict=True)):
        return answers
    if said.meaning is Meaning.DONE and all(answer.meaning is Meaning.DONE for answer in answers):
        return None
    return [_unanswered(said)] * len(keys)


def _row(row: Any, settings: Answers) -> Said:
    code, text = code_of(row, settings), text_of(row, settings)
    return Said(meaning(code, text, settings), code, text)


def _unanswered(said: Said) -> Said:
    return Said(Meaning.UNKNOWN, said.code, "the answer does not tell what became of this item")


__all__ = ["Item", "in_order", "judge", "prepared"]
