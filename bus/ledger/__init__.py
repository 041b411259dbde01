"""The source of truth: message store, outbox, schedule and evidence, on SQLite or PostgreSQL."""

from . import standing
from .claim import Wanted
from .evidence import Deed
from .ledger import Ledger
from .records import (
    Accepted,
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
    Unavailable,
)

__all__ = [
    "Accepted",
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
    "Unavailable",
    "Wanted",
    "standing",
]
