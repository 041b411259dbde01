"""The two forms of identifiers that people write: with colons, and as printed in documents and logs."""

from __future__ import annotations

from collections.abc import Callable

from connectors.xroad.identifiers import (
    ClientId,
    GlobalGroupId,
    Identifier,
    LocalGroupId,
    ObjectType,
    ServerId,
    ServiceId,
)


def encode_colon(identifier: Identifier) -> str:
    """`INST:CLASS:CODE:SUB`, a service as `INST:CLASS:CODE:SUB:service.version`.

    Raises `ValueError` for what would not read back: a colon in a part, a dot in a service's code or version, a
    service without a subsystem.
    """
    parts = [part for _, part in identifier.named]
    if any(":" in part for part in parts):
        raise ValueError("a part holds a colon and cannot be written with colons between the parts")
    if not isinstance(identifier, ServiceId):
        return ":".join(parts)
    if identifier.subsystem_code is None:
        raise ValueError("a service without a subsystem cannot be written with colons between the parts")
    last = [part for part in (identifier.service_code, identifier.service_version) if part is not None]
    if any("." in part for part in last):
        raise ValueError("a service's code or version holds a dot, which separates them")
    return ":".join([*parts[:4], ".".join(last)])


def colon_client(text: str) -> ClientId:
    """A member or subsystem: three or four parts. Raises `ValueError`."""
    return ClientId(*_parts(text, 3, 4))


def colon_service(text: str) -> ServiceId:
    """A service: five parts, the last `code` or `code.version`. Raises `ValueError`."""
    *owner, last = _parts(text, 5, 5)
    code, dot, version = last.partition(".")
    if "." in version:
        raise ValueError("the service has more than one dot in its last part; write CODE or CODE.VERSION")
    return ServiceId(owner[0], owner[1], owner[2], owner[3], code, version if dot else None)


def colon_server(text: str) -> ServerId:
    """A security server: four parts. Raises `ValueError`."""
    return ServerId(*_parts(text, 4, 4))


def colon_global_group(text: str) -> GlobalGroupId:
    """A global group: two parts. Raises `ValueError`."""
    return GlobalGroupId(*_parts(text, 2, 2))


def _parts(text: str, least: int, most: int) -> list[str]:
    parts = text.split(":")
    if not least <= len(parts) <= most:
        wanted = f"{least}" if least == most else f"{least} or {most}"
        raise ValueError(f"the identifier has {len(parts)} parts, not {wanted}; write INSTANCE:CLASS:CODE...")
    return parts


def parse_printed(text: str) -> Identifier:
    """`SUBSYSTEM:EE/BUSINESS/123/sub` and the like. Raises `ValueError`.

    The form does not say which optional part is missing: a service of five parts is read as one with a subsystem and
    without a version, as nearly all are.
    """
    kind, colon, rest = text.partition(":")
    if not colon or kind not in _PRINTED:
        raise ValueError("the identifier does not begin with its type, e.g. SUBSYSTEM:; write TYPE:PART/PART...")
    least, most, build = _PRINTED[kind]
    parts = rest.split("/")
    if not least <= len(parts) <= most:
        raise ValueError(f"a {kind} has {len(parts)} parts, not {least} to {most}")
    return build(parts)


def _service(parts: list[str]) -> ServiceId:
    if len(parts) == 4:
        return ServiceId(parts[0], parts[1], parts[2], None, parts[3])
    return ServiceId(*parts)


_PRINTED: dict[str, tuple[int, int, Callable[[list[str]], Identifier]]] = {
    ObjectType.MEMBER: (3, 3, lambda parts: ClientId(*parts)),
    ObjectType.SUBSYSTEM: (4, 4, lambda parts: ClientId(*parts)),
    ObjectType.SERVICE: (4, 6, _service),
    ObjectType.SERVER: (4, 4, lambda parts: ServerId(*parts)),
    ObjectType.GLOBALGROUP: (2, 2, lambda parts: GlobalGroupId(*parts)),
    ObjectType.LOCALGROUP: (1, 1, lambda parts: LocalGroupId(*parts)),
}

__all__ = ["colon_client", "colon_global_group", "colon_server", "colon_service", "encode_colon", "parse_printed"]
