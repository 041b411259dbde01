"""From what the bus asks to a request: under whose identity, for what purpose, under which id. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import Context, Question
from lienthong.requests import Post, Request, Soap
from lienthong.verdicts import Reject
from schemas.citizen import CitizenLookup, CitizenVerification
from schemas.flaws import flaws

from .feed import Period
from .model import LOOKUP, CauHoi, CauHoiThayDoi, facade
from .names import request_id
from .settings import Officer, PopulationSettings
from .translate import Asked, Asker, question

_LONGEST_PURPOSE = 20


@dataclass(frozen=True, slots=True)
class Asking:
    """Makes requests by the settings."""

    settings: PopulationSettings

    def about(
        self, question: Question, model: type[CitizenLookup | CitizenVerification], operation: str, context: Context
    ) -> tuple[Asked, Request] | Reject:
        """What is asked about one citizen, and the request for it."""
        try:
            said: Asked = question.read(model)
        except ValidationError as error:
            found = flaws(error)[0]
            return Reject(found.code, found.reason, found.pointer)
        purpose, officer = self._purpose(question.purpose), self._officer(question.officer)
        if isinstance(purpose, Reject):
            return purpose
        if isinstance(officer, Reject):
            return officer
        try:
            return said, self._about(operation, said, self._id(question.id, context), purpose, officer)
        except Untranslatable as error:
            return Reject(error.code, error.reason, error.place)

    def _about(self, operation: str, said: Asked, id: str, purpose: str, officer: Officer) -> Request:
        services, paths = self.settings.services, self.settings.facade
        lookup = operation == LOOKUP
        asker = Asker(id, purpose, services.lookup if lookup else services.verify, officer)
        native = question(said, asker, self.settings)
        return self._request(operation, paths.lookup if lookup else paths.verify, native)

    def changes(self, period: Period, context: Context) -> Request:
        """The request for one page of changes."""
        settings = self.settings
        own = settings.changes
        officer = own.officer
        # a poll has no question: the moment, to the microsecond, and the page tell its requests apart
        id = f"{context.now:%Y%m%d%H%M%S%f}{period.page:012d}"
        native = CauHoiThayDoi(
            MaYeuCau=self._id(id, context),
            MaDVC=own.purpose,
            MaTichHop=settings.services.changes,
            MaCanBo=officer.code if officer else None,
            MaDonVi=officer.unit if officer else None,
            TuNgay=str(period.since),
            DenNgay=str(period.until),
            Loai=own.kind,
            Trang=str(period.page),
            SoBanGhi=str(own.page_size),
        )
        return self._request(LOOKUP, settings.facade.changes, native)

    def _request(self, operation: str, path: str, native: CauHoi | CauHoiThayDoi) -> Request:
        if self.settings.form == "soap":
            return Soap(operation, native.told(), write=False)
        return Post(path, json=facade(native, self.settings.facade.username), write=False)

    def _id(self, id: str, context: Context) -> str:
        date = context.now.strftime("%Y%m%d")
        return request_id(self.settings.request_id, id, context.attempt, self.settings.unit, date)

    def _purpose(self, purpose: str | None) -> str | Reject:
        settings = self.settings
        known = settings.purposes.get(purpose, purpose) if purpose else settings.default_purpose
        if not known:
            return Reject("no-purpose", "the database wants a purpose (MaDVC); send one, or set default_purpose")
        if len(known) > _LONGEST_PURPOSE:
            return Reject(
                "long-purpose", "the database takes 20 characters (MaDVC); give it a code in settings.purposes"
            )
        return known

    def _officer(self, officer: str | None) -> Officer | Reject:
        settings = self.settings
        if not officer:
            return settings.default_officer or Reject(
                "no-officer", "the database wants an officer (MaCanBo); send one, or set default_officer"
            )
        known = settings.officers.get(officer)
        if known is None and settings.other_officers == "send" and len(officer) <= _LONGEST_PURPOSE:
            return Officer(code=officer)
        return known or Reject("unknown-officer", "the database does not know who asks; list it in settings.officers")


__all__ = ["Asking"]
