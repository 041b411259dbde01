"""What is kept of a question: who asked what for which case and why, and the class of the answer. Never the answer."""

from __future__ import annotations

from typing import Any

import orjson

from bus.dispatch.driver import Ran
from bus.ledger import Deed
from lienthong import Question


def asked(question: Question, client: str, system: str, at: float, party: str | None = None) -> Deed:
    """Written before the partner is asked: what cannot be recorded does not happen."""
    said = {"officer": question.officer, "purpose": question.purpose, "case": question.case, "party": party}
    kept = {name: value for name, value in said.items() if value is not None}
    return Deed(at, client, "asked", question.id, None, _text({"query": question.name, "system": system, **kept}))


def answered(question: Question, client: str, result: str, ran: Ran[Any] | None, at: float) -> Deed:
    """Written before the caller is answered. The marks of the partner's part are seconds since 1970."""
    marks = {"request_out": ran.request_out, "response_in": ran.response_in} if ran is not None else {}
    kept = {name: value for name, value in marks.items() if value is not None}
    return Deed(at, client, "answered", question.id, None, _text({"query": question.name, "result": result, **kept}))


def _text(detail: dict[str, Any]) -> str:
    return orjson.dumps(detail).decode()
