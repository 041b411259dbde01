"""The source of truth: message store, outbox, schedule and evidence, on SQLite or PostgreSQL."""

from . import processes, standing
from .claim import Wanted
from .evidence import Deed
from .ledger import Ledger
from .records import (
    GIVEN_BACK,
    Accepted,
    Change,
    Claimed,
    Conflict,
    LedgerError,
    Marks,
    NewMessage,
    Rule,
    Settled,
    Settlement,
    State,
    Target,
    TaskRow,
    Unavailable,
)

__all__ = [
    "GIVEN_BACK",
    "Accepted",
    "Change",
    "Claimed",
    "Conflict",
    "Deed",
    "Ledger",
    "LedgerError",
    "Marks",
    "NewMessage",
    "Rule",
    "Settled",
    "Settlement",
    "State",
    "Target",
    "TaskRow",
    "Unavailable",
    "Wanted",
    "processes",
    "standing",
]
