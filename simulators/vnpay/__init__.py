"""A stand-in for VNPAY 2.1.0: payment page, IPN, querydr, refund.

What it cannot show: VNPAY's real page and its codes for a request that it refuses (those of the API are shown instead);
what querydr tells of a payment that was refunded, and of two under one reference (here: the last that took money);
the code for a refund of more than is left (here 95); `genqr` and the bank list; the portal on which a merchant decides
about suspicious money (here `_control/pay`); the digests of 2.0.
"""

from .app import create
from .settings import VnpaySettings
from .state import State

__all__ = ["State", "VnpaySettings", "create"]
