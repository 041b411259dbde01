"""Fault codes of X-Road: both spellings, whose fault it is, and what to do next.

Codes changed their spelling, and some their name, with 7.8.0 (`Server.ServerProxy.AccessDenied` became
`server.serverproxy.access_denied`), so nothing is told from a whole code: its prefix says where it comes from, its
last part that is known says what happened; letter case and underscores never count.
`fault-codes.csv` holds the names and, in `then`, what follows where the prefix alone does not decide:
`stop`: repeating cannot help before somebody changes a registration, a right or a certificate;
`wait`: surely nothing took effect, and it passes; `wait-at-consumer`: the same, if our own security server says it (at
the provider's it may happen on the way back).
Source of the names: ErrorCodes.java of nordic-institute/X-Road at the tags 7.7.1 and 7.8.0.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from lienthong.calls import Fault
from lienthong.verdicts import Reject, Retry, Stop, Unknown

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SAYABLE = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FAILED_SERVICE = "service_failed"
_PREFIXES = {
    "client": "Client",
    "server": "Server",
    "clientproxy": "ClientProxy",
    "serverproxy": "ServerProxy",
    "signer": "Signer",
}


class Origin(StrEnum):
    """Whose fault it is."""

    CONSUMER_SYSTEM = "consumer information system"
    CONSUMER_SERVER = "consumer security server"
    PROVIDER_SERVER = "provider security server"
    PROVIDER = "provider"
    UNCLEAR = "X-Road, but the code does not say where"


class Next(StrEnum):
    """The class of verdict that is proposed."""

    RETRY = "retry"
    UNKNOWN = "unknown"
    REJECT = "reject"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a fault means. `code` is in the spelling of 7.8, the older names that were dropped in the same style.

    `log_id` is the UUID to look for in the log of the security server that made the fault.
    """

    origin: Origin
    code: str
    read: Next
    write: Next
    log_id: str | None = None

    @property
    def reason(self) -> str:
        """What happened and whose fault it is. Nothing of the partner's text is in it."""
        log_id = f", log id {self.log_id}" if self.log_id else ""
        return f"x-road fault {self.code}, origin: {self.origin}{log_id}"

    def verdict(self, write: bool) -> Retry | Unknown | Reject | Stop:
        """The verdict on a delivery or question that got this fault."""
        reason = self.reason
        match self.write if write else self.read:
            case Next.RETRY:
                return Retry(reason)
            case Next.UNKNOWN:
                return Unknown(reason)
            case Next.REJECT:
                return Reject("x-road-fault", reason)
        return Stop(reason)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    then: str


def diagnose(fault: Fault) -> Diagnosis:
    """What a fault that X-Road made means: one out of a REST error with `X-Road-Error`."""
    code, origin = canonical(fault.code), origin_of(fault.code)
    read, write = _next(code, origin)
    detail = (fault.detail or "").strip()
    return Diagnosis(origin, code, read, write, detail if _UUID.fullmatch(detail) else None)


def diagnose_soap(fault: Fault) -> Diagnosis:
    """The same for a SOAP fault, which a provider may have made itself and X-Road only passed on."""
    if not made_by_provider(fault.code):
        return diagnose(fault)
    code = canonical(fault.code)
    # SOAP 1.1, 4.4.1: Server is the one class of faults where the same message may succeed later.
    later = code.partition(".")[0] == "server"
    read, write = (Next.RETRY, Next.UNKNOWN) if later else (Next.REJECT, Next.REJECT)
    return Diagnosis(Origin.PROVIDER, code, read, write)


def origin_of(code: str) -> Origin:
    """Whose fault it is, from the prefix, in either spelling and any letter case."""
    parts = [_key(part) for part in _bare(code).split(".")]
    if parts[0] == "client":
        return Origin.CONSUMER_SYSTEM
    match parts[:2]:
        case ["server", "clientproxy"]:
            return Origin.CONSUMER_SERVER
        case ["server", "serverproxy"]:
            failed = _key(_FAILED_SERVICE) in parts[2:3]
            return Origin.PROVIDER if failed else Origin.PROVIDER_SERVER
    return Origin.UNCLEAR


def made_by_provider(code: str) -> bool:
    """Whether a SOAP fault code is one of SOAP's own, which security servers never use: the provider made it."""
    prefix, colon, _ = code.rpartition(":")
    parts = [_key(part) for part in _bare(code).split(".")]
    by_server = parts[0] == "signer" or parts[:2] in (["server", "clientproxy"], ["server", "serverproxy"])
    if by_server:
        return False
    return bool(colon and prefix) or parts[0] != "client" or len(parts) == 1


def canonical(code: str) -> str:
    """`code` part by part in the spelling of 7.8; what is not known keeps its words. Bounded, and safe to print."""
    bare = _bare(code)
    if not _SAYABLE.fullmatch(bare):
        return "unreadable"
    return ".".join(_name(part) for part in bare.split("."))


def spelt(name: str, *, until_7_7: bool = False) -> str:
    """A code in the spelling of a version, from that of 7.8. Raises `KeyError` for a name that version had not."""
    parts = name.split(".")
    return ".".join(_spellings()[part] for part in parts) if until_7_7 else name


def _next(code: str, origin: Origin) -> tuple[Next, Next]:
    parts = code.split(".")
    if _FAILED_SERVICE in parts:
        return Next.RETRY, Next.UNKNOWN
    then = next((row.then for part in reversed(parts) if (row := _codes().get(_key(part)))), "")
    if then == "stop":
        return Next.STOP, Next.STOP
    if origin is Origin.CONSUMER_SYSTEM:
        return Next.REJECT, Next.REJECT
    if then == "wait" or (then == "wait-at-consumer" and origin is Origin.CONSUMER_SERVER):
        return Next.RETRY, Next.RETRY
    return Next.RETRY, Next.UNKNOWN


def _bare(code: str) -> str:
    """Without the namespace prefix that some SOAP stacks put in front."""
    return code.strip().rpartition(":")[2]


def _key(part: str) -> str:
    return part.replace("_", "").lower()


def _name(part: str) -> str:
    key = _key(part)
    row = _codes().get(key)
    if row is not None:
        return row.name
    return key if key in _PREFIXES else _HUMP.sub("_", part).lower()


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, _Row]:
    """By either spelling, without underscores and in lower case."""
    found: dict[str, _Row] = {}
    for row in _rows():
        name = row["since_7_8"] or _HUMP.sub("_", row["until_7_7"]).lower()
        for spelling in (row["until_7_7"], row["since_7_8"]):
            if spelling:
                found[_key(spelling)] = _Row(name, row["then"])
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _spellings() -> Mapping[str, str]:
    known = {row["since_7_8"]: row["until_7_7"] for row in _rows() if row["since_7_8"] and row["until_7_7"]}
    return MappingProxyType(_PREFIXES | known)


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    text = files("connectors.xroad").joinpath("fault-codes.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


__all__ = [
    "Diagnosis",
    "Next",
    "Origin",
    "canonical",
    "diagnose",
    "diagnose_soap",
    "made_by_provider",
    "origin_of",
    "spelt",
]
