"""Codes and numbers of the field: plain functions that return the parsed value, and types made of them.

A function raises `ValueError` with what is wrong and the cure, never with the value itself, because several of these
are personal data. The types keep the text as it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.vn import mst

from .base import UpTo
from .personal_number import PersonalNumber, old_id_card, personal_number
from .units import UnitCode, from_old, level_1, unit_code

T = TypeVar("T")

_DOSSIER = re.compile(r"[0-9A-Z.]+-(\d{6}|\d{8})-\d{4,7}", re.ASCII)
_SEPARATORS = re.compile(r"[ .()\-]")
# after the prefix: nine digits of a mobile number, or 2 and nine digits of a landline with its area code
_VIETNAMESE = re.compile(r"(?:\+840?|00840?|840?|0)([35789]\d{8}|2\d{9})", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def dossier_code(value: str) -> str:
    """A dossier code (mã số hồ sơ), UNIT-DATE-SERIAL. Loose on purpose; the code is an opaque key.

    Source: TT 01/2018/TT-VPCP art. 19, and the longer dates and serials seen in the field.
    """
    if not _DOSSIER.fullmatch(value):
        raise ValueError("is not a dossier code; write UNIT-DATE-SERIAL, e.g. 000.00.15.H49-261122-0001")
    return value


def tax_code(value: str) -> str:
    """A tax code (mã số thuế) of 10 digits, or 13 for a branch, with its check digit; returned without separators."""
    try:
        return str(mst.validate(value)).replace("-", "")
    except InvalidChecksum as error:
        raise ValueError("is not a tax code: the check digit is wrong; compare it with the certificate") from error
    except ValidationError as error:
        raise ValueError("is not a tax code; write its 10 digits, or 13 for a branch") from error


def phone(value: str) -> str:
    """A Vietnamese telephone number, mobile or landline, in international form: +84 and 9 or 10 digits.

    Taken are 0912345678, 84912345678, 0084912345678 and +84912345678, with blanks, dots, hyphens or parentheses.
    """
    digits = _SEPARATORS.sub("", value)
    match = _VIETNAMESE.fullmatch(digits)
    if match is None:
        raise ValueError("is not a Vietnamese telephone number; write 10 or 11 digits beginning with 0, or +84")
    return f"+84{match[1]}"


def any_phone(value: str) -> str:
    """A Vietnamese telephone number, or a foreign one in international form with its leading +."""
    foreign = _SEPARATORS.sub("", value)
    if foreign.startswith("+") and not foreign.startswith("+84"):
        if not re.fullmatch(r"\+[1-9]\d{6,14}", foreign, re.ASCII):
            raise ValueError("is not an international telephone number; write + and 7 to 15 digits")
        return foreign
    return phone(value)


def email(value: str) -> str:
    """Something that mail can be sent to; whether it arrives only the mail server knows."""
    if not _EMAIL.fullmatch(value):
        raise ValueError("is not an e-mail address; write name@domain.vn")
    return value


def technical_id(value: str) -> str:
    """A TechID of the national portal; identity numbers, which some systems send in its place, are refused."""
    if re.fullmatch(r"\d{9}|\d{12}", value, re.ASCII):
        raise ValueError("is an identity number; send the TechID from sign-on or TraCuuTechID, or leave it out")
    return value


def kept(function: Callable[[str], T], code: str | None = None) -> Callable[[str], str]:
    """A check for pydantic that runs `function` and keeps the text as it was sent; `code` is the error's."""

    def keep(value: str) -> str:
        try:
            function(value)
        except ValueError as error:
            raise PydanticCustomError(code or function.__name__, "{cure}", {"cure": str(error)}) from error
        return value

    return keep


DossierCode = Annotated[
    str, UpTo(60), Field(json_schema_extra={"pattern": f"^{_DOSSIER.pattern}$"}), AfterValidator(kept(dossier_code))
]
UnitCodeText = Annotated[str, UpTo(35), AfterValidator(kept(unit_code))]
PersonalNumberText = Annotated[str, StringConstraints(max_length=12), AfterValidator(kept(personal_number))]
OldIdCardText = Annotated[str, StringConstraints(max_length=9), AfterValidator(kept(old_id_card))]
TaxCode = Annotated[str, UpTo(20), AfterValidator(kept(tax_code))]
Phone = Annotated[str, UpTo(30), AfterValidator(kept(any_phone, "phone"))]
Email = Annotated[str, UpTo(254), AfterValidator(kept(email))]
TechnicalId = Annotated[str, UpTo(100), AfterValidator(kept(technical_id))]

__all__ = [
    "DossierCode",
    "Email",
    "OldIdCardText",
    "PersonalNumber",
    "PersonalNumberText",
    "Phone",
    "TaxCode",
    "TechnicalId",
    "UnitCode",
    "UnitCodeText",
    "any_phone",
    "dossier_code",
    "email",
    "from_old",
    "kept",
    "level_1",
    "old_id_card",
    "personal_number",
    "phone",
    "tax_code",
    "technical_id",
    "unit_code",
]
