"""What is to be paid: the order of one case, told by the portal."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..base import Canonical, Code, Instant, Name, Personal, Text, Url
from ..validators import DossierCode
from .vocabulary import Currency, LevyKind, Price


class FeeLine(Canonical):
    """One thing that is paid for. Phí and lệ phí are never added up into one line."""

    kind: LevyKind
    code: Code | None = None
    name: Name
    amount: Price = Field(description="dong")


class Beneficiary(Canonical):
    """The account that receives the money. It differs by procedure."""

    account: Code
    bank: Code | None = Field(default=None, description="the bank's code or six-digit BIN, as the gateway wants it")
    name: Name | None = None


class Payer(Canonical):
    """Who pays. A gateway is told only what it asks for."""

    name: Annotated[Name | None, Personal()] = None
    number: Annotated[Code | None, Personal()] = Field(default=None, description="identity number")
    address: Annotated[Text | None, Personal()] = None
    district: Annotated[Name | None, Personal()] = None
    province: Annotated[Name | None, Personal()] = None
    phone: Annotated[Code | None, Personal()] = None
    email: Annotated[Name | None, Personal()] = None
    ip: Annotated[Code | None, Personal()] = Field(default=None, description="address of the payer's device")


class PaymentOrder(Canonical):
    """Type `payment.requested`: somebody wants to pay this order now.

    The same `order_code` in a further message is the same order, asked for again (another gateway, a new try): amount
    and case must be the same. It never makes the order due twice.
    """

    order_code: Code = Field(description="the portal's own code of the order; the business key of all that follows")
    dossier_code: DossierCode
    procedure_code: Code
    procedure_name: Text | None = None
    service_code: Code | None = Field(default=None, description="MaDVC at the national platform")
    service_name: Name | None = None
    unit_code: Code | None = None
    unit_name: Name | None = None
    lines: tuple[FeeLine, ...] = Field(min_length=1, max_length=200)
    amount: Price = Field(description="dong; the sum of the lines")
    currency: Currency = "VND"
    beneficiary: Beneficiary | None = None
    payer: Payer | None = None
    system: Code | None = Field(default=None, description="the gateway that the payer chose, by its configured name")
    method: Code | None = Field(default=None, description="the gateway's own code of a bank or way of paying")
    text: Annotated[Text, Personal()] = Field(description="what the payer reads at the gateway")
    language: Code = "vi"
    return_url: Annotated[Url | None, Personal()] = Field(default=None, description="where the browser goes afterwards")
    expires_at: Instant | None = Field(default=None, description="when the portal takes it back; None: as configured")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum(line.amount for line in self.lines) != self.amount:
            raise PydanticCustomError("sum", "amount is not the sum of the lines; correct whichever is wrong")
        return self

    def total(self, kind: LevyKind) -> int:
        """The sum of the lines of one kind, in dong."""
        return sum(line.amount for line in self.lines if line.kind is kind)


__all__ = ["Beneficiary", "FeeLine", "Payer", "PaymentOrder"]
