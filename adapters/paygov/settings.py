"""What can be configured of PayGov, under `systems.NAME.settings`.

The formula of its checksum is not published and differs by province: it has no default, and without one no notice is
taken.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from schemas.base import Code, Url

from .model import NoticeField, RequestField

Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~/%-]+$", max_length=500)]
Address = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f.:]{2,45}$")]
Constant = Annotated[str, StringConstraints(pattern=r"^\S+$", max_length=100)]
# One sign that names and numbers do not have: with none, one of theirs or several, two notices could share a checksum.
Separator = Annotated[str, StringConstraints(pattern=r"^[^=\w]$")]
Believed = ("amount", "errorCode")
Naming = ("orderId", "requestCode")


class Formula(BaseModel):
    """How a checksum is made. Nothing of it is published; ask for it with a message whose checksum is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    separator: Separator = Field(description="the one sign between two values; no letter, digit, _ or =")
    place: Literal["first", "last", "key"] = Field(
        description="where the secret stands: before the first value, behind the last, or as the key of the HMAC"
    )
    algorithm: Literal["sha256", "hmac-sha256", "hmac-sha512", "md5"] = Field(
        description="md5 is broken: only where the province's PayGov knows nothing else"
    )
    case: Literal["lower", "upper"] = Field(description="letters of the hex that we write; in what we read both count")
    named: bool = Field(default=False, description="each value is written as `name=value`")

    @model_validator(mode="after")
    def _key_of_an_hmac(self) -> Self:
        if (self.place == "key") != self.algorithm.startswith("hmac-"):
            raise PydanticCustomError("place", "place is key for hmac-* and first or last for the others; correct one")
        return self


class RequestFormula(Formula):
    """The checksum of what we send."""

    fields: tuple[RequestField, ...] = Field(min_length=1, description="fields in the order in which they are joined")

    @field_validator("fields")
    @classmethod
    def _each_once(cls, value: tuple[RequestField, ...]) -> tuple[RequestField, ...]:
        return once(value)


class NoticeFormula(Formula):
    """The checksum of notices."""

    fields: tuple[NoticeField, ...] = Field(min_length=1, description="fields in the order in which they are joined")

    @field_validator("fields")
    @classmethod
    def _enough(cls, value: tuple[NoticeField, ...]) -> tuple[NoticeField, ...]:
        missing = [name for name in Believed if name not in value]
        if missing or not any(name in value for name in Naming):
            raise PydanticCustomError(
                "uncovered",
                "must cover amount, errorCode and one of orderId and requestCode; else anybody could alter them: "
                "ask PayGov for the whole formula, or set notices to false",
            )
        return once(value)


class PaygovSettings(BaseModel):
    """PayGov, the payment gateway of a province."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partner: Constant = Field(description="`partnerCode`, e.g. `PAYGOV-VIDU`")
    path: Path = Field(description="path of the creation of a payment; not published")
    notices: bool = Field(default=True, description="take notices; without them nobody hears that somebody paid")
    checksum: NoticeFormula | None = Field(
        default=None,
        validate_default=True,
        description="formula of the checksum of notices; required where notices are taken",
    )
    request_checksum: RequestFormula | None = Field(
        default=None, description="formula of the checksum that we send; unset: none is sent"
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=1,
        validate_default=True,
        description="the secret of both checksums; required with either",
    )
    access_key: SecretStr | None = Field(
        default=None,
        min_length=1,
        validate_default=True,
        description="`accessKey`; unset: none is sent. Required where a checksum covers it",
    )
    service: Constant | None = Field(default=None, description="`serviceCode`; unset: none is sent")
    unit: Code | None = Field(
        default=None, description="code of the unit at the beginning of `orderId`, for orders that name none"
    )
    payer_address: Address | None = Field(
        default=None, description="`ipAddress` of a payment whose order names no address; unset: it is refused"
    )
    return_url: Url | None = Field(
        default=None, description="`returnUrl` of orders that do not say where the browser goes afterwards"
    )
    transaction: Literal["transactionNo", "transactionCode"] = Field(
        default="transactionNo", description="which field of a notice is PayGov's own number of the payment"
    )
    codes: dict[Constant, Literal["failed", "expired", "pending", "suspended"]] = Field(
        default_factory=dict,
        description="what values of `errorCode` other than 00 mean; one that is not here is unclear",
    )

    @field_validator("checksum")
    @classmethod
    def _needed_for_notices(cls, value: NoticeFormula | None, info: ValidationInfo) -> NoticeFormula | None:
        if value is None and info.data.get("notices"):
            raise PydanticCustomError(
                "formula",
                "is required to take notices, and PayGov publishes no formula: ask the province's PayGov for fields, "
                "separator, place of the secret, algorithm and case, or set notices to false",
            )
        return value

    @field_validator("secret")
    @classmethod
    def _needed_for_checksums(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and (info.data.get("checksum") or info.data.get("request_checksum")):
            raise PydanticCustomError("secret", "is required, because a checksum is configured")
        return value

    @field_validator("access_key")
    @classmethod
    def _needed_where_covered(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        formulas = (info.data.get("checksum"), info.data.get("request_checksum"))
        if value is None and any("accessKey" in formula.fields for formula in formulas if formula is not None):
            raise PydanticCustomError("access_key", "is required, because a checksum covers accessKey")
        return value


def once(names: tuple[str, ...]) -> tuple[Any, ...]:
    """`names`, none of them twice."""
    if len(set(names)) < len(names):
        raise PydanticCustomError("twice", "names a field twice; leave one of them out")
    return names


__all__ = ["Formula", "NoticeFormula", "PaygovSettings", "RequestFormula"]
