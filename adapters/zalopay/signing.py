"""What ZaloPay v2 signs: values joined by `|` with key1; the callback's `data` exactly as it came with key2.

Source: docs.zalopay.vn, official OpenAPI file of zalopay-oss.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from adapters.digests import hmac_sha256, piped, same, unpiped
from adapters.fields import Untranslatable

CREATE = ("app_id", "app_trans_id", "app_user", "amount", "app_time", "embed_data", "item")
REFUND = ("app_id", "zp_trans_id", "amount", "description", "timestamp")
REFUND_WITH_FEE = ("app_id", "zp_trans_id", "amount", "refund_fee_amount", "description", "timestamp")
REFUND_QUERY = ("app_id", "m_refund_id", "timestamp")
REDIRECT = ("appid", "apptransid", "pmcid", "bankcode", "amount", "discountamount", "status")
_QUERY = ("app_id", "app_trans_id")


def joined(order: tuple[str, ...], message: Mapping[str, object]) -> str:
    """The text that is signed; an empty or missing value stays as nothing between two `|`."""
    return piped(message.get(name) for name in order)


def mac(order: tuple[str, ...], message: Mapping[str, object], key: SecretStr) -> str:
    """`mac` of a message that we send. Raises `Untranslatable` for a `|` inside a value."""
    for name in order:
        unpiped(name, message.get(name))
    return hmac_sha256(key, joined(order, message))


def query_mac(message: Mapping[str, object], key1: SecretStr) -> str:
    """`mac` of a query; its last signed value is key1 itself."""
    for name in _QUERY:
        unpiped(name, message.get(name))
    return hmac_sha256(key1, f"{joined(_QUERY, message)}|{key1.get_secret_value()}")


def callback_mac(data: str, key2: SecretStr) -> str:
    """`mac` of a callback, over its `data` to the letter."""
    return hmac_sha256(key2, data)


def genuine_callback(message: Mapping[str, object], key2: SecretStr) -> bool:
    """Whether a callback is ZaloPay's own."""
    data = message.get("data")
    return isinstance(data, str) and _well_formed(data) and same(message.get("mac"), callback_mac(data, key2))


def genuine_redirect(message: Mapping[str, object], key2: SecretStr) -> bool:
    """Whether the payer was sent back by ZaloPay. For the page that he sees, never for the payment."""
    try:
        return same(message.get("checksum"), mac(REDIRECT, message, key2))
    except Untranslatable:
        return False


def _well_formed(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


__all__ = [
    "CREATE",
    "REDIRECT",
    "REFUND",
    "REFUND_QUERY",
    "REFUND_WITH_FEE",
    "callback_mac",
    "genuine_callback",
    "genuine_redirect",
    "joined",
    "mac",
    "query_mac",
]
