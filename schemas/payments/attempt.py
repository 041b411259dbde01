"""One attempt to pay an order at one gateway: what is to be opened, what was opened, what is asked about it.

The subject of every message here is the order's code.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from ..base import Canonical, Code, Instant, Personal, Text, UpTo
from .order import PaymentOrder
from .vocabulary import Currency, Price, Reference

# an address of a web page or of an app (`momo://...`); what it may name is the portal's to check
Link = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+.-]*:\S+$"), UpTo(8000)]
Exact = Annotated[str, UpTo(100_000)]
Memo = Annotated[
    dict[Code, Annotated[str, StringConstraints(max_length=2000)]], Field(max_length=50, default_factory=dict)
]


class Attempt(Canonical):
    """Type `payment.attempted`: the gateway `system` is to open this attempt.

    `reference` is ours: upper-case letters and digits, at most 20, unique for ever; a gateway that wants another form
    (`yymmdd_...`) makes it from `reference` and `created_at` alone, so that a repeat sends the same text. An adapter
    refuses an attempt whose `expires_at` has passed, and says so as a follow-up `payment.noticed` (`failed`, origin
    `answer`); so does one that the gateway refuses.
    """

    order: PaymentOrder
    number: Annotated[int, Field(ge=1, le=99)] = Field(description="of the order's attempts, from 1")
    system: Code = Field(description="name of the gateway, as configured")
    reference: Reference
    amount: Price = Field(description="dong")
    currency: Currency = "VND"
    created_at: Instant
    expires_at: Instant


class Opened(Canonical):
    """Type `payment.opened`: the payer can pay, by link, app link or QR code.

    `sent` and `signed` are kept as they were and never made anew; neither holds a secret.
    """

    order_code: Code
    dossier_code: Code | None = None
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    amount: Price
    url: Annotated[Link | None, Personal()] = None
    app_url: Annotated[Link | None, Personal()] = None
    qr: Annotated[Text | None, Personal()] = Field(default=None, description="the text that the QR code holds")
    expires_at: Instant
    sent: Annotated[Exact | None, Personal()] = Field(
        default=None, description="the request as it was sent (URL or body), character for character"
    )
    signed: Annotated[Exact | None, Personal()] = Field(
        default=None, description="the text the digest was made of, without the secret"
    )
    memo: Annotated[Memo, Personal()] = Field(
        description="the gateway's own values that later calls repeat (time of creation as sent, id of the request)"
    )


class Enquiry(Canonical):
    """Type `payment.queried`: the gateway is to be asked what became of an attempt.

    Answered by a follow-up `payment.noticed` with origin `query`, whatever the answer is.
    """

    order_code: Code
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    amount: Price
    created_at: Instant = Field(description="of the attempt, as in `payment.attempted`")
    asked_at: Instant
    number: Annotated[int, Field(ge=1)] = Field(description="of the questions about this attempt, from 1")
    memo: Annotated[Memo, Personal()]


class Check(Canonical):
    """Type `payment.checked`: somebody wants the gateway to be asked now, whatever the bus's own schedule is.

    Becomes a `payment.queried` where the reference is one of ours; nothing else changes by it. The subject is the
    order's code, or the reference where that is not known.
    """

    order_code: Code | None = None
    system: Code
    reference: Reference
    reason: Text = Field(description="who wants to know and why, e.g. the run of a reconciliation")


__all__ = ["Attempt", "Check", "Enquiry", "Exact", "Link", "Memo", "Opened"]
