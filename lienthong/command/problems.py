"""A problem document (RFC 9457) in words, wherever it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lienthong.command.failures import Exit, Failure

_MOST = 20  # mistakes of one request that are listed; the rest is counted


def problem(document: Mapping[str, Any]) -> Failure:
    """The failure of a command that the ledger's own pages refuse."""
    return Failure("LT105", Exit.FAILED, reason=told(document, int(document["status"]), ""))


def told(document: Any, status: int, phrase: str) -> str:
    """One text: status, its own words, and each mistake with its pointer. `phrase`: HTTP's, if it is no problem."""
    if not isinstance(document, Mapping):
        return f"{status} {phrase}"
    code = str(document.get("type", "")).rpartition(":")[2]
    said = document.get("detail") or document.get("title") or phrase
    lines = [" ".join(part for part in (str(status), code, str(said)) if part)]
    for name, words in (("errors", ("pointer", "code", "detail")), ("outcomes", ("system", "state", "reason"))):
        found = document.get(name)
        lines += _listed(found, words) if isinstance(found, list) else []
    return "\n".join(lines)


def _listed(found: list[Any], words: tuple[str, ...]) -> list[str]:
    lines = [_line(one, words) for one in found[:_MOST]]
    return lines + ([f"  and {len(found) - _MOST} more"] if len(found) > _MOST else [])


def _line(one: Any, words: tuple[str, ...]) -> str:
    if not isinstance(one, Mapping):
        return f"  {one}"
    return "  " + " ".join(str(one[word]) for word in words if one.get(word))
