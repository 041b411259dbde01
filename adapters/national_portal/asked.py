"""Queries: TechID, whether a dossier is known, one procedure in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import Context, Enquiry, Question, query
from lienthong.verdicts import Answered, Reject
from schemas.catalogue import ProcedureDetails, ProcedureQuestion
from schemas.filings import (
    DossierQuestion,
    DossierStanding,
    TechnicalIdAnswer,
    TechnicalIdQuestion,
)

from .answers import key_of
from .catalogues import translate
from .channel import Channel
from .codes import STATES
from .unread import rejected

FOUND = ("found", "not-found")
_STATES = {code: state for state, code in STATES.items()}


class Asked(Channel):
    """What the portal can be asked."""

    @query("person.technical_id", asks=TechnicalIdQuestion, answers=TechnicalIdAnswer, results=FOUND)
    def technical_id(self, question: Question, context: Context) -> Enquiry:
        """The TechID of a person or firm."""
        asked = question.read(TechnicalIdQuestion)
        body = {"provider": self.settings.technical_ids.provider, "mstorcmnd": asked.number}
        rows = yield from self.rows("TraCuuTechID", body)
        if not isinstance(rows, tuple):
            return rows
        found = {str(value) for row in rows if (value := _member(row, "TECHNICALID"))}
        if not found:
            return Answered("not-found")
        if len(found) > 1:
            return Reject("ambiguous-answer", "the portal answered with several TechIDs")
        try:
            return Answered("found", TechnicalIdAnswer(technical_id=found.pop()))
        except ValidationError as error:
            return rejected(error)

    @query("dossier.state", asks=DossierQuestion, answers=DossierStanding, results=FOUND)
    def dossier_state(self, question: Question, context: Context) -> Enquiry:
        """Whether the portal has a dossier, and its state if it tells one that is known."""
        code = question.read(DossierQuestion).dossier_code
        rows = yield from self.rows("TraCuuHoSo", {"mahoso": code})
        if not isinstance(rows, tuple):
            return rows
        found = [row for row in rows if row and key_of(row, self.settings.answers) in (None, code)]
        if not found:
            return Answered("not-found")
        state = _STATES.get(state_of(found[0], self.settings.filings.state_fields) or "")
        return Answered("found", DossierStanding(dossier_code=code, state=state))

    @query("procedure.details", asks=ProcedureQuestion, answers=ProcedureDetails, results=FOUND)
    def procedure_details(self, question: Question, context: Context) -> Enquiry:
        """One procedure in full, by its national code or by ours."""
        code = question.read(ProcedureQuestion).code
        rows = yield from self.rows("LayThuTuc", {"maTTHC": self.settings.procedures.get(code, code)})
        if not isinstance(rows, tuple):
            return rows
        if not rows:
            return Answered("not-found")
        if len(rows) > 1:
            return Reject("ambiguous-answer", f"the portal answered with {len(rows)} procedures")
        try:
            return Answered("found", translate.procedure(rows[0]))
        except (ValidationError, Untranslatable) as error:
            return rejected(error)


def state_of(row: Any, names: tuple[str, ...]) -> str | None:
    """The state that a record tells, as text, under any of the names."""
    return next((str(value) for name in names if (value := _member(row, name)) not in (None, "")), None)


def _member(row: Any, name: str) -> Any:
    members = {str(key).casefold(): value for key, value in row.items()} if isinstance(row, Mapping) else {}
    value = members.get(name.casefold())
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


__all__ = ["Asked", "state_of"]
