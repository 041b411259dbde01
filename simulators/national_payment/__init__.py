"""A stand-in for the Payment Platform of the National Public Service Portal, 1.0.6: INIT, CONFIRM, QUERY, GET_BILL, and
the portal's question what a dossier must pay.

What it cannot show: the platform's own paths, its codes other than 00 and 99, how often it repeats a CONFIRM and what
it says in one about a failure (here 99), how replies to it are signed (`reply_order`), the shape of the receipt's link,
refunds, the page on which the portal shows its banks.
"""

from .app import create
from .settings import NationalPaymentSettings
from .state import State

__all__ = ["NationalPaymentSettings", "State", "create"]
