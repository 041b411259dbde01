"""MoMo's digests, gateway v2: HMAC-SHA256 over `name=value` in alphabetical order, joined by `&`, nothing encoded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..gateway.digests import keyed, text

_CREATE = "accessKey amount extraData ipnUrl orderId orderInfo partnerCode redirectUrl requestId requestType"
_NOTICE = (
    "accessKey amount extraData message orderId orderInfo orderType partnerCode payType requestId responseTime "
    "resultCode transId"
)
_REFUND = "accessKey amount description orderId partnerCode requestId transId"
CREATE, NOTICE, REFUND = _CREATE.split(), _NOTICE.split(), _REFUND.split()
QUERY = ["accessKey", "orderId", "partnerCode", "requestId"]


def raw(names: list[str], message: Mapping[str, Any], access_key: str) -> str:
    """The signed text. The access key is the merchant's, whatever the message says."""
    said = {**message, "accessKey": access_key}
    return "&".join(f"{name}={text(said.get(name))}" for name in names)


def signature(names: list[str], message: Mapping[str, Any], access_key: str, secret: str) -> str:
    """`signature` of a message."""
    return keyed(secret, raw(names, message, access_key), "sha256")


__all__ = ["CREATE", "NOTICE", "QUERY", "REFUND", "raw", "signature"]
