"""The message types of money."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from .attempt import Attempt, Check, Enquiry, Opened
from .notice import Notice
from .order import PaymentOrder
from .outcome import Acceptance, Declined, Ended, Paid, Reversal, Surplus
from .receipt import Receipt, ReceiptRequest
from .refund import RefundAttempt, RefundEnquiry, RefundRequest, RefundResult
from .settlement import SettlementLine

TYPES: Mapping[str, type[BaseModel]] = {
    "payment.requested": PaymentOrder,
    "payment.attempted": Attempt,
    "payment.opened": Opened,
    "payment.checked": Check,
    "payment.queried": Enquiry,
    "payment.noticed": Notice,
    "payment.paid": Paid,
    "payment.surplus": Surplus,
    "payment.failed": Ended,
    "payment.expired": Ended,
    "payment.suspended": Ended,
    "payment.reversed": Reversal,
    "payment.declined": Declined,
    "payment.accepted": Acceptance,
    "payment.refund_requested": RefundRequest,
    "payment.refund_attempted": RefundAttempt,
    "payment.refund_queried": RefundEnquiry,
    "payment.refunded": RefundResult,
    "payment.refund_failed": RefundResult,
    "receipt.requested": ReceiptRequest,
    "receipt.issued": Receipt,
    "settlement.listed": SettlementLine,
}

__all__ = ["TYPES"]
