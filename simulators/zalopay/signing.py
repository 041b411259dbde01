"""ZaloPay's digests, v2: HMAC-SHA256 over values joined by `|` (key1), over the text of a callback's `data` (key2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..gateway.digests import keyed, text

CREATE = ["app_id", "app_trans_id", "app_user", "amount", "app_time", "embed_data", "item"]
REFUND = ["app_id", "zp_trans_id", "amount", "description", "timestamp"]
REFUND_WITH_FEE = ["app_id", "zp_trans_id", "amount", "refund_fee_amount", "description", "timestamp"]
REFUND_QUERY = ["app_id", "m_refund_id", "timestamp"]
QUERY = ["app_id", "app_trans_id"]
REDIRECT = ["appid", "apptransid", "pmcid", "bankcode", "amount", "discountamount", "status"]


def mac(names: list[str], message: Mapping[str, Any], key: str) -> str:
    """`mac` over the values of these names."""
    return keyed(key, "|".join(text(message.get(name)) for name in names), "sha256")


def query_mac(message: Mapping[str, Any], key1: str) -> str:
    """`mac` of a query: key1 is signed, too."""
    return mac([*QUERY, "key1"], {**message, "key1": key1}, key1)


def data_mac(data: str, key2: str) -> str:
    """`mac` of a callback."""
    return keyed(key2, data, "sha256")


__all__ = ["CREATE", "QUERY", "REDIRECT", "REFUND", "REFUND_QUERY", "REFUND_WITH_FEE", "data_mac", "mac", "query_mac"]
