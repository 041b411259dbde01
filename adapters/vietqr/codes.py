"""Banks by BIN and services of NAPAS 247 (codes.csv)."""

from __future__ import annotations

import re

from adapters.tables import table

BANKS = table(__package__, "bank")
SERVICES = table(__package__, "service")
TO_ACCOUNT = "QRIBFTTA"
STATIC, DYNAMIC = "11", "12"
VNPAY_GUID = "A000000775"
DONG, COUNTRY = "704", "VN"
_BIN = re.compile(r"\d{6}", re.ASCII)
_BINS = {entry.outcome.casefold(): bin for bin, entry in BANKS.items()}


def bin_of(bank: str) -> str | None:
    """The BIN of a bank that is named by BIN or by the short name of the table; `None` for any other name."""
    return bank if _BIN.fullmatch(bank) else _BINS.get(bank.casefold())
