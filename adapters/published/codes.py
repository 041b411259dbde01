"""What callers are told when they get no answer: the code, the HTTP status over REST, whose fault it is over SOAP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

# The person, where X-Road names one, else the member. A partner that wants accounts of its own needs another program.
OFFICER = '.headers["x-road-userid"] // .party'


@dataclass(frozen=True, slots=True)
class Code:
    """`text` is for a person; the cure is in it."""

    status: int
    fault: Literal["Client", "Server"]
    text: str


CODES: Mapping[str, Code] = MappingProxyType(
    {
        "unknown-service": Code(404, "Client", "no service has this name; ask the operator of the bus"),
        "not-json": Code(400, "Client", "the body is not one JSON document in UTF-8; correct it"),
        "unreadable": Code(
            422, "Client", "the request does not have the form of this service; see its description and correct it"
        ),
        "not-allowed": Code(403, "Client", "this may not be called; ask the operator of the bus for the right"),
        "invalid": Code(422, "Client", "the request was understood and is refused; correct what is named and repeat"),
        "key-reused": Code(409, "Client", "the same key came before with other data; use a new key for new data"),
        "unavailable": Code(503, "Server", "this cannot be answered now; repeat the request later"),
        "misconfigured": Code(500, "Server", "the bus cannot do this until its operator has corrected it; tell him"),
        "answer-failed": Code(500, "Server", "the answer could not be put into its form; tell the operator of the bus"),
    }
)

__all__ = ["CODES", "OFFICER", "Code"]
