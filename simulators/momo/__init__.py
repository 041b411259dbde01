"""A stand-in for MoMo's payment gateway v2: create, IPN, query, refund, refund query.

What it cannot show: which code MoMo gives to a wrong signature (`bad_signature`) and which HTTP status to a refusal;
how often it repeats a notice; which `orderId` its refund query takes (here that of the refund and that of the payment);
the code for the refund of a payment that took no money (here 1088); `confirm`, tokens, items, the app.
"""

from .app import create
from .settings import MomoSettings
from .state import State

__all__ = ["MomoSettings", "State", "create"]
