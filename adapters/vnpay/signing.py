"""What VNPAY 2.1.0 signs: sorted and form-encoded parameters (pay, notice, return), or values joined by `|` (API).

Source: sandbox.vnpayment.vn/apis/docs, pay and querydr & refund.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote_plus

from pydantic import SecretStr

from adapters.digests import hmac_sha512, piped, same, spelled, unpiped
from adapters.fields import Untranslatable

OWN = "vnp_"
HASH = "vnp_SecureHash"
UNSIGNED = frozenset({HASH, "vnp_SecureHashType"})
QUERY = ("RequestId", "Version", "Command", "TmnCode", "TxnRef", "TransactionDate", "CreateDate", "IpAddr", "OrderInfo")
QUERY_ANSWER = (
    "ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate",
    "TransactionNo", "TransactionType", "TransactionStatus", "OrderInfo", "PromotionCode", "PromotionAmount",
)  # fmt: skip
REFUND = (
    "RequestId", "Version", "Command", "TmnCode", "TransactionType", "TxnRef", "Amount", "TransactionNo",
    "TransactionDate", "CreateBy", "CreateDate", "IpAddr", "OrderInfo",
)  # fmt: skip
REFUND_ANSWER = QUERY_ANSWER[:-2]


def encoded(text: str) -> str:
    """As Java's `URLEncoder` and `URLSearchParams` write a form value: kept are `* - . _`, letters and digits."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def canonical(params: Mapping[str, object]) -> str:
    """The text that is signed: sorted by code point, without what is empty and without the digest itself."""
    said = {name: spelled(value, f"/{name}") for name, value in params.items() if name not in UNSIGNED}
    return "&".join(f"{encoded(name)}={encoded(said[name])}" for name in sorted(said) if said[name])


def secure_hash(params: Mapping[str, object], secret: SecretStr) -> str:
    """`vnp_SecureHash` of pay, notice and return."""
    return hmac_sha512(secret, canonical(params))


def payment_url(base: str, params: Mapping[str, object], secret: SecretStr) -> str:
    """The address to which the payer's browser is sent."""
    return f"{base}?{canonical(params)}&{HASH}={secure_hash(params, secret)}"


def genuine(params: Mapping[str, str], secret: SecretStr, query: str = "") -> bool:
    """Whether a notice or return is VNPAY's own. Parameters of other names are not signed and not looked at.

    `query`: as it came. VNPAY's samples encode `* ~ ! ( ) '` in different ways: signed in the sender's spelling is
    signed, too.
    """
    if same(params.get(HASH), secure_hash(native(params), secret)):
        return True
    text = as_written(query, params)
    return text is not None and same(params.get(HASH), hmac_sha512(secret, text))


def as_written(query: str, params: Mapping[str, str]) -> str | None:
    """The text that is signed, in the sender's own encoding; `None` where a name is not written as it reads."""
    parts = {part.partition("=")[0]: part for part in query.split("&") if part.partition("=")[2]}
    names = sorted(name for name, value in native(params).items() if value and name not in UNSIGNED)
    return "&".join(parts[name] for name in names) if parts.keys() >= set(names) else None


def native(params: Mapping[str, str]) -> dict[str, str]:
    """VNPAY's own parameters: those that are signed, and the digest."""
    return {name: value for name, value in params.items() if name.startswith(OWN)}


def verbatim(query: str, params: Mapping[str, str]) -> bool:
    """Whether a query is spelled as VNPAY spells it: sorted, encoded by its rule, the digest behind or before it."""
    parts = [part for part in query.split("&") if part.partition("=")[0] not in UNSIGNED]
    return "&".join(part for part in parts if part.startswith(OWN)) == canonical(native(params))


def joined(order: tuple[str, ...], body: Mapping[str, object]) -> str:
    """The text of an API message: values in this order joined by `|`; what is missing counts as empty."""
    return piped(body.get(f"vnp_{name}") for name in order)


def api_hash(order: tuple[str, ...], body: Mapping[str, object], secret: SecretStr) -> str:
    """`vnp_SecureHash` of an API message. Raises `Untranslatable` for a `|` inside a value."""
    for name in order:
        unpiped(f"vnp_{name}", body.get(f"vnp_{name}"))
    return hmac_sha512(secret, joined(order, body))


def genuine_answer(order: tuple[str, ...], body: Mapping[str, object], secret: SecretStr) -> bool:
    """Whether an API answer is VNPAY's own; one that cannot be told from another is not."""
    try:
        return same(body.get(HASH), api_hash(order, body, secret))
    except Untranslatable:
        return False


__all__ = [
    "HASH",
    "OWN",
    "QUERY",
    "QUERY_ANSWER",
    "REFUND",
    "REFUND_ANSWER",
    "api_hash",
    "as_written",
    "canonical",
    "encoded",
    "genuine",
    "genuine_answer",
    "joined",
    "native",
    "payment_url",
    "secure_hash",
    "verbatim",
]
