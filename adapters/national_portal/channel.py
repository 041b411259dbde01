"""One call of the portal's service channel: the common envelope, and what an answer to a question means."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from lienthong.ports import Adapter
from lienthong.requests import Post, Reply, Request
from lienthong.verdicts import Reject, Retry, Single, Stop

from .answers import Meaning, Said, says
from .finding import heard
from .settings import NationalPortalSettings

Rows = tuple[Any, ...]
Asked = Generator[Request, Reply, Rows | Retry | Reject | Stop]


class Channel(Adapter):
    """What every part of this adapter uses."""

    settings: NationalPortalSettings

    def call(self, service: str, body: Mapping[str, Any], *, write: bool = True, path: str | None = None) -> Request:
        """The request. `path` wins over the one that `service_paths` names for this service, that over `path`."""
        where = path or self.settings.service_paths.get(service) or self.settings.path
        return Post(where, json={"madonvi": self.settings.madonvi, "service": service, **body}, write=write)

    def rows(self, service: str, body: Mapping[str, Any] | None = None) -> Asked:
        """The records that a read finds, or why it found out nothing. A refusal that says "not there" is no record."""
        request = self.call(service, body or {}, write=False)
        return self.found(heard((yield request), request, self.settings.answers))

    def found(self, said: Said | Single) -> Rows | Retry | Reject | Stop:
        """What an answer to a question says."""
        if not isinstance(said, Said):
            return said if isinstance(said, Retry | Stop) else Retry("the portal was asked in vain")
        if said.meaning is Meaning.DONE and said.records is not None:
            return said.records
        if said.meaning is Meaning.REJECT and says(said.text, self.settings.answers.absent_phrases):
            return ()
        if said.meaning in (Meaning.REJECT, Meaning.EXISTS):
            return Reject("refused-by-portal", f"the portal answered {said.reason}"[:500])
        if said.meaning is Meaning.DONE:
            return Retry(f"the portal's answer holds no list of records: {said.reason}")
        return Retry(said.reason)


__all__ = ["Asked", "Channel", "Rows"]
