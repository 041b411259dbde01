"""What the portal is told about a dossier that was filed there (`DongBoTrangThaiHoSo`)."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import Context, Conversation, Lookup, Message, OnUnknown, Operation, lookup, operation
from lienthong.verdicts import Absent, Delivered, Reject, Retry
from schemas.filings import FilingProgress

from ..answers import key_of
from ..asked import state_of
from ..channel import Channel
from ..told import told
from ..unread import rejected
from . import translate

STATE = "DongBoTrangThaiHoSo"


class Filings(Channel):
    """Told: where a dossier stands that was filed at the portal."""

    def on_unknown(self, operation: Operation) -> OnUnknown:
        """As configured: what the portal does with a repeated state is not known."""
        return self.settings.filings.on_unknown if operation.name == "filing_state" else super().on_unknown(operation)

    @operation("filing.progressed")
    def filing_state(self, message: Message, context: Context) -> Conversation:
        """One state of one dossier; `data` is one object here, not a list."""
        native = _native(message)
        if isinstance(native, Reject):
            return native
        request = self.call(STATE, {"type": self.settings.filings.type, "data": native})
        return told((yield request), request, self.settings.answers, native["MaHoSo"])

    @lookup("filing_state")
    def find_filing_state(self, message: Message, context: Context) -> Lookup:
        """Whether the portal tells this very state of the dossier."""
        native = _native(message)
        if isinstance(native, Reject):
            return native
        rows = yield from self.rows("TraCuuHoSo", {"mahoso": native["MaHoSo"]})
        if not isinstance(rows, tuple):
            return rows
        found = [row for row in rows if row and key_of(row, self.settings.answers) in (None, native["MaHoSo"])]
        state = state_of(found[0], self.settings.filings.state_fields) if found else None
        if state is None:
            return Retry("the portal does not tell the state of this dossier; see filings.state_fields")
        return Delivered() if state == native["TrangThai"] else Absent()


def _native(message: Message) -> dict[str, Any] | Reject:
    try:
        native: dict[str, Any] = translate.state(message.read(FilingProgress)).model_dump()
    except (ValidationError, Untranslatable) as error:
        return rejected(error)
    return native


__all__ = ["Filings"]
