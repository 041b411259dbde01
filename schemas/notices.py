"""Notices that the national portal passes on: sales promotions, and the money that land cases owe.

Source: reference of `addtthcKhuyenMai`, `ThongBaoThue` and `ChungTuThue`. Codes of provinces, districts, communes and
payment states are passed on as they came.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from .base import Canonical, Code, Dong, Flag, Instant, Name, Personal, Text
from .files import Base64, InlineFile

Link = Annotated[str, Field(min_length=1, max_length=2000)]


def _written_as_day(value: object) -> object:
    if type(value) is date or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII)):
        return value
    raise PydanticCustomError("day_format", "is not a day; write ISO 8601, 2026-11-22")


Day = Annotated[date, BeforeValidator(_written_as_day, json_schema_input_type=date)]


class Address(Canonical):
    """An address in codes and words."""

    province: Code | None = None
    district: Code | None = None
    commune: Code | None = None
    detail: Annotated[Text | None, Personal()] = None


class PromotionNotice(Canonical):
    """Type `promotion.notified`: a trader notifies a sales promotion (thông báo khuyến mại)."""

    dossier_code: Code = Field(description="as the national portal gave it")
    procedure_code: Code
    document_number: Code | None = None
    filed_at: Instant | None = None
    trader_name: Annotated[Name, Personal()]
    tax_code: Annotated[Code, Personal()]
    address: Address | None = None
    phone: Annotated[Code | None, Personal()] = None
    fax: Annotated[Code | None, Personal()] = None
    email: Annotated[Name | None, Personal()] = None
    contact_name: Annotated[Name | None, Personal()] = None
    contact_phone: Annotated[Code | None, Personal()] = None
    programme: Text | None = Field(default=None, description="name of the promotion")
    form: InlineFile | None = Field(default=None, description="the registration form")
    files: tuple[InlineFile, ...] = ()
    other: Annotated[dict[str, Any], Personal()] = Field(
        default_factory=dict, description="further fields, whose list is not published, under their own names"
    )


class TaxDemand(Canonical):
    """One line of a tax notice."""

    tax_code: Annotated[Code | None, Personal()] = None
    decision_number: Code | None = None
    decided_on: Day | None = None
    item: Text | None = Field(default=None, description="name of the budget item")
    amount: Dong


class TaxNotice(Canonical):
    """Type `tax_notice.received`: what is to be paid for a land case."""

    dossier_code: Code
    replaces: Flag = Field(description="whether the sender calls it an update of an earlier one")
    demands: tuple[TaxDemand, ...] = Field(min_length=1)
    document: Annotated[Base64, Personal()] = Field(description="the notice as it came: XML, in Base64")


class TaxReceipt(Canonical):
    """Type `tax_receipt.received`: the voucher of a payment for a land case."""

    dossier_code: Code
    notice_code: Code | None = None
    tax_code: Annotated[Code | None, Personal()] = None
    payer_name: Annotated[Name | None, Personal()] = None
    payer_number: Annotated[Code | None, Personal()] = None
    payer_address: Annotated[Text | None, Personal()] = None
    payer_province: Code | None = None
    payer_district: Code | None = None
    payer_commune: Code | None = None
    voucher_url: Annotated[Link | None, Personal()] = None
    content: Annotated[Text | None, Personal()] = None
    amount: Dong
    paid_at: Instant | None = None
    paid: Flag = Field(description="the sender says that it is paid; not a confirmation of the gateway")
    payment_state: Code = Field(description="the sender's own code of that")


__all__ = ["Address", "Day", "PromotionNotice", "TaxDemand", "TaxNotice", "TaxReceipt"]
