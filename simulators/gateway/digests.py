"""What gateways compute over texts, and how they compare it. The simulators' own: it shares nothing with adapters."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Literal

Algorithm = Literal["sha256", "sha512"]


def keyed(secret: str, text: str, algorithm: Algorithm) -> str:
    """HMAC of a UTF-8 text, lower-case hex."""
    return hmac.new(secret.encode("utf-8"), text.encode("utf-8", "surrogatepass"), algorithm).hexdigest()


def plain(text: str, algorithm: Literal["sha256", "sha512", "md5"] = "sha256") -> str:
    """Digest of a UTF-8 text, lower-case hex."""
    return hashlib.new(algorithm, text.encode("utf-8", "surrogatepass")).hexdigest()


def equal(given: Any, right: str) -> bool:
    """Whether a digest is the right one, whatever its letter case."""
    return isinstance(given, str) and given.isascii() and hmac.compare_digest(given.lower(), right.lower())


def text(value: Any) -> str:
    """A value as it stands in a signed text: nothing is empty, numbers are in digits, texts are as they are."""
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)


__all__ = ["Algorithm", "equal", "keyed", "plain", "text"]
