"""VNPAY's digests, version 2.1.0: HMAC-SHA512 over a sorted and form-encoded query, or over values joined by `|`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..gateway.digests import equal, keyed, text

HASH, HASH_TYPE = "vnp_SecureHash", "vnp_SecureHashType"
# what Java's URLEncoder leaves as it is
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._")
_QUERY = "RequestId Version Command TmnCode TxnRef TransactionDate CreateDate IpAddr OrderInfo"
_REFUND = (
    "RequestId Version Command TmnCode TransactionType TxnRef Amount TransactionNo TransactionDate CreateBy "
    "CreateDate IpAddr OrderInfo"
)
_ANSWER = (
    "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate TransactionNo TransactionType "
    "TransactionStatus OrderInfo"
)
QUERY, REFUND, REFUND_ANSWER = _QUERY.split(), _REFUND.split(), _ANSWER.split()
QUERY_ANSWER = [*REFUND_ANSWER, "PromotionCode", "PromotionAmount"]


def form(value: str) -> str:
    """A value of `application/x-www-form-urlencoded`: space is `+`, hex in capitals."""
    octets = value.encode("utf-8", "surrogatepass")
    return "".join(chr(one) if one in _PLAIN else "+" if one == 0x20 else f"%{one:02X}" for one in octets)


def query(params: Mapping[str, Any]) -> str:
    """The signed text of page, IPN and return: `vnp_...` that are not empty, sorted, without the digest."""
    said = {name: text(value) for name, value in params.items() if name.startswith("vnp_")}
    kept = sorted(name for name, value in said.items() if value and name not in (HASH, HASH_TYPE))
    return "&".join(f"{form(name)}={form(said[name])}" for name in kept)


def query_hash(params: Mapping[str, Any], secret: str) -> str:
    """`vnp_SecureHash` of page, IPN and return."""
    return keyed(secret, query(params), "sha512")


def values(order: list[str], body: Mapping[str, Any]) -> str:
    """The signed text of an API message; what is missing is empty."""
    return "|".join(text(body.get(f"vnp_{name}")) for name in order)


def values_hash(order: list[str], body: Mapping[str, Any], secret: str) -> str:
    """`vnp_SecureHash` of an API message."""
    return keyed(secret, values(order, body), "sha512")


def right(given: Any, digest: str) -> bool:
    """Whether the digest that came is this one."""
    return equal(given, digest)


__all__ = ["HASH", "QUERY", "QUERY_ANSWER", "REFUND", "REFUND_ANSWER", "query", "query_hash", "right", "values_hash"]
