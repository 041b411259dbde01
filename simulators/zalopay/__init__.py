"""A stand-in for ZaloPay v2: create, callback, query, refund, refund query.

What it cannot show: how often ZaloPay calls again, and whether it takes 2 for an end; whether it refuses an
`app_trans_id` or `m_refund_id` of another day to the minute (here it does); -101 as a finished refund, as one of its
tables words it; agreements (callbacks of type 2), tokens, the app.
"""

from .app import create
from .settings import ZalopaySettings
from .state import State

__all__ = ["State", "ZalopaySettings", "create"]
