"""Every error that the bus answers with (RFC 9457): a stable code, its status, and what it means. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lienthong import Problem

URN = "urn:lienthong:problem:"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. `meaning` is for the reference; `retry_after` (seconds) where repeating may help."""

    code: str
    status: int
    title: str
    meaning: str
    retry_after: int | None = None


_ALL = (
    Kind("bad-http", 400, "Not HTTP", "The request breaks the rules of HTTP/1.1. The connection is closed."),
    Kind(
        "not-json", 400, "The body is not JSON", "The body is not one JSON document in UTF-8; line and column follow."
    ),
    Kind("bad-parameter", 400, "Wrong query parameter", "A query parameter is unknown or cannot be read."),
    Kind("unauthenticated", 401, "No valid key", "The request carries no key, or one that no client has."),
    Kind(
        "not-allowed",
        403,
        "This client may not do this",
        "The configuration does not give this client the right. For events, `errors` names each source and type.",
    ),
    Kind("unknown-path", 404, "Nothing here", "No page of the bus has this path."),
    Kind("unknown-message", 404, "No such message", "There is no message with this id that this client may see."),
    Kind("unknown-evidence", 404, "No evidence", "The ledger holds no evidence of a message or question of this id."),
    Kind(
        "archived",
        410,
        "The message was archived",
        "The message is finished and has left the ledger for the archive that `archive` names; "
        "`lienthong ledger archives --find ID` shows it.",
    ),
    Kind("unknown-system", 404, "No such system", "The configuration has no system of this name."),
    Kind("unknown-task", 404, "No such task", "There is no task of this process, key and name."),
    Kind(
        "unknown-process", 404, "No such state", "The process of this name keeps nothing under this key, nor as a name."
    ),
    Kind("unknown-query", 404, "No such query", "The configuration has no query of this name."),
    Kind("unknown-operation", 404, "No such operation", "The system's adapter receives nothing under this name."),
    Kind(
        "method-not-allowed", 405, "Wrong method", "The page exists, but not for this method; see the header `Allow`."
    ),
    Kind("too-slow", 408, "The body did not arrive", "The body was not complete within 30 seconds."),
    Kind(
        "key-reused",
        409,
        "The id was used for another body",
        "The same (source, id) was accepted before with another type, subject, schema or data. Nothing was stored.",
    ),
    Kind(
        "nothing-done",
        409,
        "No delivery could be changed",
        "Every delivery concerned was left as it is; `outcomes` says why for each.",
    ),
    Kind(
        "task-kept",
        409,
        "The task was left as it is",
        "It is in another state, in other hands, or changed since it was `seen`; `task` says how it is.",
    ),
    Kind("too-large", 413, "The body is too large", "The body is larger than `http.max_body`."),
    Kind(
        "batch-too-long", 413, "Too many events", "The batch has more events than `http.max_batch`. Send smaller ones."
    ),
    Kind(
        "unsupported-media-type",
        415,
        "Wrong media type",
        "The content type is none that this page reads, its charset is not UTF-8, or the body is compressed.",
    ),
    Kind(
        "invalid",
        422,
        "The request is not valid",
        "What was sent can be read and is wrong; `errors` lists every mistake. Nothing was stored.",
    ),
    Kind("overloaded", 429, "Too many at once", "More commits are waiting than `http.max_waiting`. Repeat later.", 1),
    Kind("header-too-large", 431, "The header is too large", "Request line and header fields are over 64 KiB."),
    Kind("internal", 500, "A defect of the bus", "Repeat with the same id; tell operations the request id."),
    Kind(
        "adapter-error",
        500,
        "A defect of the adapter",
        "The adapter of this system failed on the request. What it had handed over before that is accepted, and the "
        "same request again is a duplicate.",
    ),
    Kind("draining", 503, "The bus is stopping", "This process takes nothing new. Repeat; another will answer.", 5),
    Kind(
        "out-of-memory", 503, "Out of memory", "The process uses more memory than `http.max_memory`. Repeat later.", 5
    ),
    Kind("disk-full", 503, "The disk is full", "Less space than `http.min_disk` is free beside the ledger.", 30),
    Kind("ledger-unavailable", 503, "The ledger does not answer", "The database cannot be reached. Repeat later.", 5),
    Kind(
        "query-refused",
        422,
        "The partner refuses the question",
        "The system that was asked refuses this question for good; asking it again will not help.",
    ),
    Kind("partner-down", 503, "The partner does not answer", "The system that was asked does not answer now.", 5),
    Kind(
        "system-closed",
        503,
        "The system is not asked now",
        "It is paused by an operator, or it failed so often that its breaker is open. Nothing was sent.",
        5,
    ),
    Kind(
        "partner-misconfigured",
        502,
        "The bus may not ask the partner",
        "The partner refuses the bus's own credential or configuration; tell operations the question's id.",
    ),
    Kind("too-late", 504, "No turn in time", "The deadline passed before the partner could be asked.", 1),
    Kind("adapter-too-slow", 503, "No answer in time", "The request was not done within the system's `deadline`.", 5),
)
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}


class Refused(Exception):
    """Ends a request with a problem. `detail` says where, why and the cure, and never shows personal data."""

    def __init__(
        self,
        code: str,
        detail: str,
        errors: Sequence[Problem] = (),
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[code]
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.more = more or {}
        if self.kind.retry_after is not None:
            self.headers.setdefault("retry-after", str(self.kind.retry_after))

    def document(self, request_id: str) -> dict[str, Any]:
        """The problem document."""
        document: dict[str, Any] = {
            "type": URN + self.kind.code,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": f"urn:lienthong:request:{request_id}",
            **self.more,
        }
        if self.errors:
            document["errors"] = [
                {"code": error.code, "pointer": error.pointer, "detail": error.reason} for error in self.errors
            ]
        return document
