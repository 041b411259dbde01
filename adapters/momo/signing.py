"""What MoMo's gateway v2 signs: named values in alphabetical order, joined by `&`, not encoded, in UTF-8.

`accessKey` belongs to every signed text and is the merchant's own: it is never taken from a message.
Source: developers.momo.vn/v3.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from adapters.digests import hmac_sha256, same, spelled
from adapters.fields import Untranslatable

CREATE = (
    "accessKey", "amount", "extraData", "ipnUrl", "orderId", "orderInfo", "partnerCode", "redirectUrl", "requestId",
    "requestType",
)  # fmt: skip
NOTICE = (
    "accessKey", "amount", "extraData", "message", "orderId", "orderInfo", "orderType", "partnerCode", "payType",
    "requestId", "responseTime", "resultCode", "transId",
)  # fmt: skip
QUERY = ("accessKey", "orderId", "partnerCode", "requestId")
REFUND = ("accessKey", "amount", "description", "orderId", "partnerCode", "requestId", "transId")
CONFIRM = ("accessKey", "amount", "description", "orderId", "partnerCode", "requestId", "requestType")
_BREAK = "&"


def text(order: tuple[str, ...], message: Mapping[str, object], access_key: str) -> str:
    """The text that is signed; an empty or missing value stays as `name=`."""
    said = {**message, "accessKey": access_key}
    return _BREAK.join(f"{name}={spelled(said.get(name), f'/{name}')}" for name in order)


def signature(order: tuple[str, ...], message: Mapping[str, object], access_key: str, secret: SecretStr) -> str:
    """`signature` of a message."""
    return hmac_sha256(secret, text(order, message, access_key))


def genuine(order: tuple[str, ...], message: Mapping[str, object], access_key: str, secret: SecretStr) -> bool:
    """Whether a message is MoMo's own; one that could be read in two ways is not."""
    try:
        unambiguous(order, message)
        return same(message.get("signature"), signature(order, message, access_key, secret))
    except Untranslatable:
        return False


def unambiguous(order: tuple[str, ...], message: Mapping[str, object]) -> None:
    """Refuse a value that holds the beginning of a signed one, `&orderId=`: two messages would be signed alike."""
    for name in order:
        value = spelled(message.get(name), f"/{name}")
        if any(f"{_BREAK}{other}=" in value for other in order):
            raise Untranslatable("ambiguous", "contains & and the name of a signed field; remove it", f"/{name}")


__all__ = ["CONFIRM", "CREATE", "NOTICE", "QUERY", "REFUND", "genuine", "signature", "text", "unambiguous"]
