"""Query parameters and path arguments, read strictly: a typing mistake must not silently widen a search. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from bus.ledger import State
from bus.ledger.read import Search
from bus.ledger.task_search import STATES
from bus.ledger.task_search import Search as TaskSearch
from bus.ledger.task_search import after as task_after

from .problems import Refused

MOST = 1000
_TEXTS = ("type", "subject", "source", "system")
SEARCH = (*_TEXTS, "state", "since", "until", "limit", "cursor")
TASKS = ("state", "process", "kind", "owner", "key", "limit", "cursor")
_NO_CURSOR = "is not one that the bus gave as next; send that as it is"


def search(query: Mapping[str, str], client: str | None) -> Search:
    """The search that `query` asks for, of the messages of `client` (any if `None`). Raises `Refused`."""
    only(query, SEARCH)
    texts = {name: query.get(name) for name in _TEXTS}
    return Search(
        **texts,
        client=client,
        state=_state(query.get("state")),
        since=_instant("since", query.get("since")),
        until=_instant("until", query.get("until")),
        before=_cursor(query.get("cursor")),
        limit=_limit(query.get("limit", "50")),
    )


def tasks(query: Mapping[str, str]) -> TaskSearch:
    """The tasks that `query` asks for. Raises `Refused`."""
    only(query, TASKS)
    state = query.get("state")
    if state is not None and state not in (*STATES, "all"):
        raise _wrong("state", f"is not a state; states are {', '.join(STATES)} and all")
    try:
        after = None if "cursor" not in query else task_after(query["cursor"])
    except ValueError:
        raise _wrong("cursor", _NO_CURSOR) from None
    named = {name: query.get(name) for name in ("process", "kind", "owner", "key")}
    states = STATES if state == "all" else () if state is None else (state,)
    return TaskSearch(**named, states=states, after=after, limit=_limit(query.get("limit", "50")))


def full(query: Mapping[str, str], *, allowed: bool) -> bool:
    """Whether `data=full` is asked for, on a page that shows everybody's data. Raises `Refused`."""
    only(query, ("data",))
    if query.get("data", "masked") not in ("masked", "full"):
        raise _wrong("data", "is masked or full")
    if query.get("data") == "full" and not allowed:
        detail = "personal data is shown masked; data=full needs read: all and operate: true"
        raise Refused("not-allowed", detail)
    return query.get("data") == "full"


def only(query: Mapping[str, str], known: Iterable[str]) -> None:
    """Raises `Refused` for a parameter that is not `known`, or that holds what no database text may hold."""
    for name, value in query.items():
        if name not in known:
            raise _wrong(name[:100], f"is not known; known are {', '.join(known)}")
        if "\0" in value:
            raise _wrong(name, "holds the character NUL; remove it")


def identifier(text: str) -> str:
    """A message id in its usual form. Raises `Refused` (404): what is no UUID names no message."""
    try:
        return str(UUID(text))
    except ValueError:
        raise unknown_message() from None


def about(query: Mapping[str, str]) -> str:
    """The message or question whose evidence is asked for. Raises `Refused`."""
    only(query, ("id",))
    try:
        return str(UUID(query.get("id", "")))
    except ValueError:
        raise _wrong("id", "is required, the id of a message or of a question: a UUID") from None


def unknown_message() -> Refused:
    """For an id that does not exist and for one that the client may not see alike."""
    return Refused("unknown-message", "there is no message with this id that this client may see; check the id")


def _state(text: str | None) -> str | None:
    if text is not None and text not in set(State):
        raise _wrong("state", f"is not a state; states are {', '.join(State)}")
    return text


def _instant(name: str, text: str | None) -> float | None:
    if text is None:
        return None
    # A + that was not percent-encoded arrives as a space.
    written = re.sub(r" (?=\d\d:?\d\d$)", "+", text) if text.count(":") > 1 else text
    try:
        found = datetime.fromisoformat(written)
        if found.tzinfo is not None:
            return found.timestamp()
    except (ValueError, OverflowError):
        pass
    raise _wrong(name, "is not a time; write ISO 8601 with an offset, 2026-11-22T08:30:00+07:00, with + as %2B")


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST):
        raise _wrong("limit", f"is not a whole number from 1 to {MOST}")
    return int(text)


def _cursor(text: str | None) -> str | None:
    try:
        return None if text is None else str(UUID(text))
    except ValueError:
        raise _wrong("cursor", _NO_CURSOR) from None


def _wrong(name: str, reason: str) -> Refused:
    return Refused("bad-parameter", f"the query parameter {name} {reason}")
