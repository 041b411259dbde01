"""What a stranger sent, read so that there is only one way to read it: nothing said twice, nothing half-encoded."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, NoReturn
from urllib.parse import unquote_to_bytes

from pydantic import BeforeValidator, StringConstraints

from lienthong.requests import Inbound, Reply, Request, classify
from lienthong.verdicts import Retry, Single, Stop, Unknown

from .digests import spelled
from .fields import Untranslatable

_HALF_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[\x21-\x7e]*")
MOST = 200


def _said(value: object) -> str:
    return spelled(value)


# a text or a whole number as it stands in what is signed; the second is a number in digits
Said = Annotated[str, BeforeValidator(_said)]
Number = Annotated[str, BeforeValidator(_said), StringConstraints(pattern=r"^[0-9]{1,18}$")]


def parameters(inbound: Inbound, begin: str = "") -> dict[str, str]:
    """The query parameters of a request, decoded once; `begin`: those alone whose names begin so.

    Raises `Untranslatable`: a name that comes twice, `%` without two hex digits, octets that are not UTF-8, bare octets
    outside ASCII.
    """
    if inbound.query_string is not None:
        return decoded(inbound.query_string, begin)
    return {name: value for name, value in inbound.query.items() if name.startswith(begin)}


def decoded(query: str, begin: str = "") -> dict[str, str]:
    """`a=1&b=2` as names and values; see `parameters`."""
    pairs = [part.partition("=") for part in query.split("&") if part and part.startswith(begin)]
    if len(pairs) > MOST:
        raise Untranslatable("too-many", f"has more than {MOST} parameters", "")
    found: dict[str, str] = {}
    for name, _, value in pairs:
        plain = _unquoted(name)
        if plain in found:
            raise Untranslatable("duplicate", "is said twice", f"/{plain[:100]}")
        found[plain] = _unquoted(value)
    return found


def json_object(content: bytes) -> dict[str, Any]:
    """A JSON object of a request body in UTF-8. Raises `Untranslatable`: not that, or a member that comes twice."""
    try:
        document = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise Untranslatable("too-deep", "is nested too deeply", "") from None
    except UnicodeDecodeError:
        raise Untranslatable("not-json", "is not JSON in UTF-8", "") from None
    except Untranslatable:
        raise
    except ValueError:
        raise Untranslatable("not-json", "is not JSON in UTF-8", "") from None
    if not isinstance(document, dict):
        raise Untranslatable("wrong-type", "is not a JSON object", "")
    return document


def document(reply: Reply, request: Request, code: str) -> dict[str, Any] | Single:
    """The JSON object of an answer, or the verdict that its status demands.

    A 4xx that names the gateway's own `code` is an answer to be read; one that does not is a wrong path or host.
    """
    refused = 400 <= reply.status < 500 and reply.status not in (401, 403, 407, 408, 429)
    verdict = None if refused else classify(reply, request)
    if verdict is not None:
        return verdict
    try:
        found = json_object(reply.content)
    except Untranslatable as error:
        found, reason = {}, f"the answer {error.reason}"
    else:
        reason = f"the answer has no {code}"
    if code in found:
        return found
    if refused:
        return Stop(f"http-{reply.status}; check base_url and the paths in settings")
    return Unknown(reason) if request.write else Retry(reason)


def _unquoted(text: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise Untranslatable("malformed", "has characters that have to be percent-encoded", "")
    if _HALF_ENCODED.search(text):
        raise Untranslatable("malformed", "has a % that two hex digits do not follow", "")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise Untranslatable("malformed", "is not UTF-8", "") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Untranslatable("duplicate", "is said twice", f"/{name[:100]}")
        found[name] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


__all__ = ["Number", "Said", "decoded", "document", "json_object", "parameters"]
