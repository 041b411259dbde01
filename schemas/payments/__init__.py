"""Money in canonical form: orders, attempts, evidence of gateways, outcomes, refunds, receipts, settlement lines.

How they follow each other:

    portal     payment.requested -------------> bus
    bus        payment.attempted -------------> gateway's adapter -> payment.opened (to the portal)
    gateway    payment.noticed (verified) ----> bus
    officer    payment.checked ---------------> bus (reconciliation: ask the gateway now)
    bus        payment.queried ---------------> gateway's adapter -> payment.noticed
    bus        payment.paid | surplus | failed | expired | suspended | reversed | declined -> portal
    officer    payment.refund_requested, payment.accepted -> bus
    bus        payment.refund_attempted | refund_queried -> gateway's adapter -> payment.noticed
    bus        payment.refunded | refund_failed -> portal
    bus        receipt.requested -------------> gateway's adapter -> receipt.issued

Source: `Law 97/2015/QH13` for phí and lệ phí; the gateways' guides for what an attempt and a notice hold.
"""

from __future__ import annotations

from .attempt import Attempt, Check, Enquiry, Opened
from .notice import NativeCode, Notice
from .order import Beneficiary, FeeLine, Payer, PaymentOrder
from .outcome import Acceptance, Declined, Ended, Fact, Paid, Reversal, Standing, Surplus
from .receipt import Receipt, ReceiptRequest
from .refund import RefundAttempt, RefundEnquiry, RefundRequest, RefundResult
from .settlement import Movement, SettlementLine, SettlementStatus
from .vocabulary import AttemptState, LevyKind, NoticeOutcome, OrderState, Origin, WorkKind
from .work import Difference, WorkItem

__all__ = [
    "Acceptance",
    "Attempt",
    "AttemptState",
    "Beneficiary",
    "Check",
    "Declined",
    "Difference",
    "Ended",
    "Enquiry",
    "Fact",
    "FeeLine",
    "LevyKind",
    "Movement",
    "NativeCode",
    "Notice",
    "NoticeOutcome",
    "Opened",
    "OrderState",
    "Origin",
    "Paid",
    "Payer",
    "PaymentOrder",
    "Receipt",
    "ReceiptRequest",
    "RefundAttempt",
    "RefundEnquiry",
    "RefundRequest",
    "RefundResult",
    "Reversal",
    "SettlementLine",
    "SettlementStatus",
    "Standing",
    "Surplus",
    "WorkItem",
    "WorkKind",
]
