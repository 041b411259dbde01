"""The national population database (CSDLQG về dân cư): who somebody is, whether data fit, and what changed."""

from __future__ import annotations

from typing import Any

from lienthong.ports import Adapter, Capabilities, Context, Enquiry, Polling, Question, poll, query
from lienthong.verdicts import Answered, Reject
from schemas.citizen import Citizen, CitizenLookup, CitizenVerification

from .answers import Collection, Nobody, collection, existence
from .asking import Asking
from .feed import period
from .model import LOOKUP, VERIFY
from .news import answered, polled
from .settings import PopulationSettings


class Population(Adapter):
    """Asked: a citizen, whether data fit, what changed. Told: nothing."""

    name = "population"
    Settings = PopulationSettings
    capabilities = Capabilities(idempotent=True)

    settings: PopulationSettings

    def __init__(self, settings: PopulationSettings) -> None:
        super().__init__(settings)
        self._asking = Asking(settings)
        self._absent = settings.facade.absent_statuses if settings.form == "json" else ()

    @query("citizen.lookup", asks=CitizenLookup, answers=Citizen, results=("found", "not-found"))
    def look_up(self, question: Question, context: Context) -> Enquiry:
        """Service 037. `not-found`: nobody with these data."""
        prepared = self._asking.about(question, CitizenLookup, LOOKUP, context)
        if isinstance(prepared, Reject):
            return prepared
        asked, request = prepared
        found = collection((yield request), request, self.settings.answers, self._absent)
        return answered(found, asked, self.settings) if isinstance(found, Collection) else found

    @query("citizen.verify", asks=CitizenVerification, answers=None, results=("matches", "differs", "not-found"))
    def verify(self, question: Question, context: Context) -> Enquiry:
        """Service 003. It says yes or no: `differs` is nobody or somebody else, `not-found` was said in words."""
        prepared = self._asking.about(question, CitizenVerification, VERIFY, context)
        if isinstance(prepared, Reject):
            return prepared
        _, request = prepared
        exists = existence((yield request), request, self.settings.answers, self._absent)
        if isinstance(exists, Nobody):
            return Answered("not-found")
        if isinstance(exists, bool):
            return Answered("matches" if exists else "differs")
        return exists

    @poll("citizen.changed", every=300)
    def changes(self, cursor: Any, context: Context) -> Polling:
        """Records that changed, page by page, with an overlap into the period before."""
        asked = period(cursor, context.now, self.settings.changes)
        request = self._asking.changes(asked, context)
        found = collection((yield request), request, self.settings.answers, self._absent)
        return polled(found, asked, self.settings) if isinstance(found, Collection) else found


__all__ = ["Population", "PopulationSettings"]
