"""The source of truth: message store, outbox, schedule and evidence, on SQLite or PostgreSQL."""

from .claim import Wanted
from .ledger import Ledger
from .records import (
    Accepted,
    Claimed,
    Conflict,
    LedgerError,
    Marks,
    NewMessage,
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
    "Ledger",
    "LedgerError",
    "Marks",
    "NewMessage",
    "Settled",
    "Settlement",
    "State",
    "Target",
    "Unavailable",
    "Wanted",
]
