"""The checksum of PayGov, by the formula of the settings: no formula is published."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from adapters.digests import hmac_sha256, hmac_sha512, md5, same, sha256, spelled
from adapters.fields import Untranslatable

from .settings import NoticeFormula, RequestFormula

CHECKSUM = "checksum"
Made = NoticeFormula | RequestFormula
_KEYED = {"hmac-sha256": hmac_sha256, "hmac-sha512": hmac_sha512}
_PLAIN = {"sha256": sha256, "md5": md5}


def text(formula: Made, message: Mapping[str, object]) -> str:
    """The values joined by the separator, without the secret; an empty or missing one stays as nothing.

    Raises `Untranslatable` for a value that holds what ends one: two messages would have one checksum.
    """
    values = {name: spelled(message.get(name), f"/{name}") for name in formula.fields}
    for name, value in values.items():
        if any(end in value for end in _ends(formula)):
            reason = "contains what the checksum takes for the end of a field; remove it"
            raise Untranslatable("separator", reason, f"/{name}")
    return formula.separator.join(f"{name}={value}" if formula.named else value for name, value in values.items())


def digest(formula: Made, message: Mapping[str, object], secret: SecretStr) -> str:
    """`checksum` of a message. Raises `Untranslatable` as `text` does."""
    said = text(formula, message)
    if formula.algorithm in _KEYED:
        made = _KEYED[formula.algorithm](secret, said)
    else:
        parts = (secret.get_secret_value(), said) if formula.place == "first" else (said, secret.get_secret_value())
        made = _PLAIN[formula.algorithm](formula.separator.join(parts))
    return made.upper() if formula.case == "upper" else made


def genuine(formula: NoticeFormula, message: Mapping[str, object], secret: SecretStr) -> bool:
    """Whether a notice is PayGov's own; one that could be read in two ways is not."""
    try:
        return same(message.get(CHECKSUM), digest(formula, message, secret))
    except Untranslatable:
        return False


def _ends(formula: Made) -> tuple[str, ...]:
    """What ends a value: the separator, and where values are named, only with a name behind it."""
    if not formula.named:
        return (formula.separator,)
    return tuple(f"{formula.separator}{name}=" for name in formula.fields)


__all__ = ["CHECKSUM", "digest", "genuine", "text"]
