"""A stand-in for PayGov, the payment gateway of some provinces: creation of a payment, notices.

What it cannot show: the formula of the checksum, the path, the codes other than 00, what it does with a repeated order
(here the same link) and how often it repeats a notice: none is published. Đồng Tháp's endpoint that checks a checksum.
"""

from .app import create
from .settings import PaygovSettings
from .state import State

__all__ = ["PaygovSettings", "State", "create"]
