"""The payment process: one order from the request to its money, and the money's way back. Pure."""

from .lines import lines, standing
from .money import Books, books, order_state
from .policy import GatewayPolicy, PaymentPolicy
from .state import PaymentState
from .step import CONSUMES, EMITS, key_of, step

__all__ = [
    "CONSUMES",
    "EMITS",
    "Books",
    "GatewayPolicy",
    "PaymentPolicy",
    "PaymentState",
    "books",
    "key_of",
    "lines",
    "order_state",
    "standing",
    "step",
]
