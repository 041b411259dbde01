"""What an answer is: somebody, nobody, a refusal of ours, or "down". Pure, and silent about what stands in it.

Seen in the field: SOAP; a façade's `{"Envelope": {"Body": {"CongdanCollection": ...}}}`; JSON or XML written into a
text; names with a namespace prefix. No table of error codes is published.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lienthong.requests import Fault, Reply, Request, classify
from lienthong.verdicts import Reject, Retry, Stop

from .settings import Answers
from .xml import NotXml, tree

Record = Mapping[str, Any]
Refused = Retry | Reject | Stop
# a façade around a façade has been seen once; records are 5 deep
_DEPTH, _TEXTS = 12, 3
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,60}")
_UNREADABLE = "the answer holds neither a citizen nor a fault"


@dataclass(frozen=True, slots=True)
class Collection:
    """`CongdanCollection`. `as_of` is the moment for which the source vouches."""

    records: tuple[Record, ...] = ()
    as_of: str | None = None


class Nobody:
    """It was said in words that there is nobody."""


def collection(reply: Reply, request: Request, settings: Answers, absent: tuple[int, ...]) -> Collection | Refused:
    """The citizens in an answer; none is an answer too."""
    found = _heard(reply, request, settings, absent)
    if not isinstance(found, Nobody | Refused):
        # over SOAP what is given stands below the body's one child already
        whole = found if request.call is not None else _below(found, "congdancollection", "congdan")
        if not isinstance(whole, _Missing):
            return _collected(whole)
        found = _unanswered(found, settings)
    return Collection() if isinstance(found, Nobody) else found


def existence(reply: Reply, request: Request, settings: Answers, absent: tuple[int, ...]) -> bool | Nobody | Refused:
    """The answer to a verification (`TonTai`)."""
    found = _heard(reply, request, settings, absent)
    if isinstance(found, Nobody | Refused):
        return found
    said = _below(found, "tontai")
    if isinstance(said, _Missing):
        return _unanswered(found, settings)
    word = str(said).strip().casefold()
    if word in ("true", "1"):
        return True
    return False if word in ("false", "0") else Retry("the answer says neither yes nor no")


class _Missing:
    """There is no such name."""


def _heard(reply: Reply, request: Request, settings: Answers, absent: tuple[int, ...]) -> Any | Nobody | Refused:
    if reply.status in absent:
        return Nobody()
    verdict = classify(Reply(reply.status, reply.headers, b""), request)
    if isinstance(verdict, Stop):
        return Stop(f"{verdict.reason}: the database refuses us; check connect.auth and connect.gateway")
    if reply.fault is not None:
        return _faulty(reply.fault, settings)
    if isinstance(verdict, Reject) and reply.status in (404, 405):
        return Stop(f"http-{reply.status}: nothing is served here; check the address of the service")
    if isinstance(verdict, Retry | Reject):
        return verdict
    if request.call is not None:
        return reply.value
    return _opened(reply.content, settings)


def _opened(content: bytes, settings: Answers) -> Any | Nobody | Refused:
    try:
        found = _named(_decoded(content.decode("utf-8-sig"), _TEXTS), _DEPTH)
    except NotXml as error:
        return Retry(str(error))
    except (ValueError, RecursionError):
        return Retry("the answer is neither JSON nor XML")
    fault = _below(found, "fault")
    if isinstance(fault, Mapping):
        code, text = (str(fault.get(name) or "") for name in ("faultcode", "faultstring"))
        return _faulty(Fault(code.rpartition(":")[2], text), settings)
    return found


def _decoded(text: str, left: int) -> Any:
    """JSON or XML, also where it was written into a text."""
    text = text.strip()
    if text.startswith("<"):
        return tree(text)
    found = json.loads(text)
    return _decoded(found, left - 1) if isinstance(found, str) and left else found


def _named(value: Any, left: int) -> Any:
    """Without namespace prefixes; texts that hold JSON or XML are opened. Raises `ValueError` if nested too deeply."""
    if left == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, Mapping):
        return {
            str(name).rpartition(":")[2] if not str(name).startswith("@") else name: _named(inner, left - 1)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_named(inner, left - 1) for inner in value]
    if isinstance(value, str) and value.lstrip().startswith(("<", "{")) and left > 1:
        try:
            return _named(_decoded(value, 1), left - 1)
        except ValueError:
            return value
    return value


def _below(value: Any, *names: str) -> Any:
    """The first of the names, wherever it stands; the collection around a record stays around it."""
    for level in _levels(value):
        for name in names:
            for known, inner in level.items():
                if known.casefold() == name:
                    return {known: inner} if name == "congdan" else inner
    return _Missing()


def _levels(value: Any) -> Iterator[Mapping[str, Any]]:
    """All objects, from the outside in."""
    waiting = [value]
    while waiting:
        level = waiting.pop(0)
        if isinstance(level, Mapping):
            yield level
            waiting += level.values()
        elif isinstance(level, list):
            waiting += level


def _collected(value: Any) -> Collection | Refused:
    if not isinstance(value, Mapping):
        return Collection() if value in (None, "", []) else Retry(_UNREADABLE)
    found = value.get("CongDan")
    records = found if isinstance(found, list) else [found]
    kept = [record for record in records if record not in (None, "", {})]
    if not all(isinstance(record, Mapping) for record in kept):
        return Retry(_UNREADABLE)
    moment = value.get("@ThoiDiemDuLieu", value.get("ThoiDiemDuLieu"))
    return Collection(tuple(kept), moment if isinstance(moment, str) else None)


def _unanswered(found: Any, settings: Answers) -> Nobody | Refused:
    """Neither what was asked for nor a fault: what its words say, or "down"."""
    words = " ".join(str(value) for level in _levels(found) for value in level.values() if isinstance(value, str))
    return _by_words(words, settings, "the answer") or Retry(_UNREADABLE)


def _faulty(fault: Fault, settings: Answers) -> Nobody | Refused:
    """The text is the partner's and may quote the question: it is looked at and never repeated."""
    named = f"the fault {fault.code}" if _CODE.fullmatch(fault.code) else "a fault"
    told = _by_words(f"{fault.code} {fault.text} {fault.detail or ''}", settings, named)
    if told is not None:
        return told
    if fault.code.lower().split(".")[0] in ("client", "sender"):
        return Reject("soap-fault", f"the database refuses the question with {named}")
    return Retry(f"the database answers {named}")


def _by_words(words: str, settings: Answers, named: str) -> Nobody | Refused | None:
    folded = _folded(words)
    if any(_folded(phrase) in folded for phrase in settings.refused_phrases):
        return Stop(f"{named} says that we may not ask; check connect.auth, connect.gateway and settings.officers")
    if any(_folded(phrase) in folded for phrase in settings.absent_phrases):
        return Nobody()
    if any(_folded(phrase) in folded for phrase in settings.busy_phrases):
        return Retry(f"{named} says that the database is busy")
    return None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


__all__ = ["Collection", "Nobody", "Record", "Refused", "collection", "existence"]
