"""Who and what is named in X-Road: members, subsystems, services, servers, groups, and their written forms.

| form | example | separates by | reads back |
|---|---|---|---|
| printed, `str(id)` | `SUBSYSTEM:EE/BUSINESS/123/sub` | `/`, nothing escaped | where no part holds a slash |
| colon | `VN:GOV:000.00.00.G22:vpcpdvcprovider` | `:`, version behind a dot | always, or it refuses to be written |
| header, URL | `EE/BUSINESS/consumer/sub%2Fsystem` | `/`, parts percent-encoded | always |

Source: PR-MESS 1.3 and 2.1, PR-REST 4.1 to 4.3; the colon form is that of the administration interface and of the
national axis (`dstcode`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from connectors.xroad.segments import decode_segment, encode_segment


class ObjectType(StrEnum):
    """Values of the attribute `objectType`."""

    MEMBER = "MEMBER"
    SUBSYSTEM = "SUBSYSTEM"
    SERVICE = "SERVICE"
    SERVER = "SERVER"
    GLOBALGROUP = "GLOBALGROUP"
    LOCALGROUP = "LOCALGROUP"


class Identifier:
    """What all kinds have in common. No part is empty; an absent part is `None`."""

    __slots__ = ()
    elements: ClassVar[tuple[tuple[str, str], ...]]

    @property
    def object_type(self) -> ObjectType:
        """Which kind it is."""
        raise NotImplementedError

    @property
    def parts(self) -> tuple[str | None, ...]:
        """Every part in the order of the schema, absent ones too."""
        return tuple(getattr(self, field) for field, _ in self.elements)

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """The parts that are there, each with its XML element's name, in the order of the schema."""
        found = ((element, getattr(self, field)) for field, element in self.elements)
        return tuple((element, part) for element, part in found if part is not None)

    def __str__(self) -> str:
        return f"{self.object_type}:" + "/".join(part for _, part in self.named)

    def _check(self, *required: str) -> None:
        for field, element in self.elements:
            part = getattr(self, field)
            if part == "" or (part is None and field in required):
                raise ValueError(f"{element} is missing or empty")


_OWNER = (("instance", "xRoadInstance"), ("member_class", "memberClass"), ("member_code", "memberCode"))
_SUBSYSTEM = ("subsystem_code", "subsystemCode")
_REQUIRED = ("instance", "member_class", "member_code")


@dataclass(frozen=True, slots=True)
class ClientId(Identifier):
    """A member, or with `subsystem_code` one of its subsystems."""

    elements: ClassVar = (*_OWNER, _SUBSYSTEM)

    instance: str
    member_class: str
    member_code: str
    subsystem_code: str | None = None

    def __post_init__(self) -> None:
        self._check(*_REQUIRED)

    @property
    def object_type(self) -> ObjectType:
        return ObjectType.MEMBER if self.subsystem_code is None else ObjectType.SUBSYSTEM

    def service(self, code: str, version: str | None = None) -> ServiceId:
        """A service that it offers."""
        return ServiceId(self.instance, self.member_class, self.member_code, self.subsystem_code, code, version)


@dataclass(frozen=True, slots=True)
class ServiceId(Identifier):
    """A service of a member or, usually, of a subsystem."""

    elements: ClassVar = (
        *_OWNER,
        _SUBSYSTEM,
        ("service_code", "serviceCode"),
        ("service_version", "serviceVersion"),
    )

    instance: str
    member_class: str
    member_code: str
    subsystem_code: str | None
    service_code: str
    service_version: str | None = None

    def __post_init__(self) -> None:
        self._check(*_REQUIRED, "service_code")

    @property
    def object_type(self) -> ObjectType:
        return ObjectType.SERVICE

    @property
    def provider(self) -> ClientId:
        """Who offers it."""
        return ClientId(self.instance, self.member_class, self.member_code, self.subsystem_code)


@dataclass(frozen=True, slots=True)
class ServerId(Identifier):
    """A security server."""

    elements: ClassVar = (*_OWNER, ("server_code", "serverCode"))

    instance: str
    member_class: str
    member_code: str
    server_code: str

    def __post_init__(self) -> None:
        self._check(*_REQUIRED, "server_code")

    @property
    def object_type(self) -> ObjectType:
        return ObjectType.SERVER


@dataclass(frozen=True, slots=True)
class GlobalGroupId(Identifier):
    """A group of clients that the whole instance knows."""

    elements: ClassVar = (("instance", "xRoadInstance"), ("group_code", "groupCode"))

    instance: str
    group_code: str

    def __post_init__(self) -> None:
        self._check("instance", "group_code")

    @property
    def object_type(self) -> ObjectType:
        return ObjectType.GLOBALGROUP


@dataclass(frozen=True, slots=True)
class LocalGroupId(Identifier):
    """A group of clients that one security server knows."""

    elements: ClassVar = (("group_code", "groupCode"),)

    group_code: str

    def __post_init__(self) -> None:
        self._check("group_code")

    @property
    def object_type(self) -> ObjectType:
        return ObjectType.LOCALGROUP


@dataclass(frozen=True, slots=True)
class RepresentedParty:
    """For whom a member asks. Not an identifier of the instance; written `[class/]code`."""

    party_class: str | None
    party_code: str

    def __post_init__(self) -> None:
        if not self.party_code or self.party_class == "":
            raise ValueError("partyCode is missing or a part of the represented party is empty")


def encode_path(identifier: Identifier | RepresentedParty) -> str:
    """The form of headers and URLs: parts percent-encoded, separated by slashes."""
    if isinstance(identifier, RepresentedParty):
        parts = [part for part in (identifier.party_class, identifier.party_code) if part is not None]
    else:
        parts = [part for _, part in identifier.named]
    return "/".join(encode_segment(part) for part in parts)


def decode_client(text: str) -> ClientId:
    """`X-Road-Client`: three or four parts. Raises `ValueError`."""
    return ClientId(*_segments(text, "the client", 3, 4))


def decode_service(text: str) -> ServiceId:
    """`X-Road-Service`: five parts; REST knows no version and no service without a subsystem. Raises `ValueError`."""
    return ServiceId(*_segments(text, "the service", 5, 5))


def decode_server(text: str) -> ServerId:
    """`X-Road-Security-Server`: four parts. Raises `ValueError`."""
    return ServerId(*_segments(text, "the security server", 4, 4))


def decode_party(text: str) -> RepresentedParty:
    """`X-Road-Represented-Party`: one or two parts. Raises `ValueError`."""
    *party_class, code = _segments(text, "the represented party", 1, 2)
    return RepresentedParty(party_class[0] if party_class else None, code)


def _segments(text: str, what: str, least: int, most: int) -> list[str]:
    parts = text.split("/")
    if not least <= len(parts) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise ValueError(f"{what} has {len(parts)} parts, not {wanted}; write a slash inside a part as %2F")
    return [decode_segment(part) for part in parts]


__all__ = [
    "ClientId",
    "GlobalGroupId",
    "Identifier",
    "LocalGroupId",
    "ObjectType",
    "RepresentedParty",
    "ServerId",
    "ServiceId",
    "decode_client",
    "decode_party",
    "decode_server",
    "decode_service",
    "encode_path",
]
