"""The electronic receipt (biên lai) of a payment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ..base import Canonical, Code, Dong, Instant, Personal, Url
from ..files import Base64
from .attempt import Memo
from .vocabulary import LevyKind, Price, Reference


class ReceiptRequest(Canonical):
    """Type `receipt.requested`: the receipt of a paid attempt is to be fetched from `system`."""

    order_code: Code
    dossier_code: Code
    system: Code
    reference: Reference
    gateway_reference: Code | None = None
    amount: Price
    attempted_at: Instant = Field(description="when the attempt was created")
    memo: Annotated[Memo, Personal()]


class Receipt(Canonical):
    """Type `receipt.issued`: by `url` or with its `content`. One a kind where the issuer keeps phí and lệ phí apart."""

    order_code: Code
    dossier_code: Code
    system: Code
    reference: Reference
    number: Code | None = None
    serial: Code | None = None
    kind: LevyKind | None = Field(default=None, description="None: for the whole payment, or not told")
    amount: Dong | None = None
    issued_at: Instant | None = None
    url: Annotated[Url | None, Personal()] = None
    media: Code | None = Field(default=None, description="media type of the content, e.g. application/pdf")
    content: Annotated[Base64 | None, Personal()] = None


__all__ = ["Receipt", "ReceiptRequest"]
