"""What the simulated payment gateways share: orders, payers, notices, faults, books, settlement files, control pages.

What none of them can show: real banks and cards, real pages of the gateways, their limits and their speed; the layout
of their settlement files, which is not published.
"""

from .audit import Audit, Said, audit
from .books import Books, Money, Movement
from .faults import GatewayFaults
from .orders import NotTaken
from .settings import GatewaySettings
from .state import GatewayState
from .statement import Planted, Statement

__all__ = [
    "Audit",
    "Books",
    "GatewayFaults",
    "GatewaySettings",
    "GatewayState",
    "Money",
    "Movement",
    "NotTaken",
    "Planted",
    "Said",
    "Statement",
    "audit",
]
