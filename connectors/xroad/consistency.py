"""Does an answer carry the header of its request?

A provider must copy every field in the same order with the same value (PR-MESS 2.2). Security servers themselves look
at the values of the fields in `mismatches`; `differences` is the whole rule, for those who write a provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lxml import etree

from connectors.xroad import names
from connectors.xroad.header import Header, Parsed, tag

_COMPARED = ("client", "service", "user_id", "represented_party", "issue", "id")
Value = tuple[str, tuple[tuple[str, str], ...], str, tuple["Value", ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """`missing`, `changed`, `added` name a field; `order` names the first that stands elsewhere."""

    kind: Literal["missing", "changed", "added", "order"]
    field: str


def mismatches(sent: Header, answered: Header) -> tuple[str, ...]:
    """Names of the fields that differ in value; any of them makes an answer `inconsistent_headers`."""
    return tuple(name for name in _COMPARED if getattr(sent, name) != getattr(answered, name))


def differences(sent: Parsed, answered: Parsed) -> tuple[Difference, ...]:
    """Every way in which the answer's header is not a copy. `requestHash` and namespace prefixes do not count."""
    before, after = _values(sent), _values(answered)
    found = [Difference("missing", _local(name)) for name in before if name not in after]
    found += [Difference("changed", _local(name)) for name in before if name in after and before[name] != after[name]]
    found += [Difference("added", _local(name)) for name in after if name not in before]
    if not found:
        moved = (a for a, b in zip(before, after, strict=True) if a != b)
        found += [Difference("order", _local(name)) for name in list(moved)[:1]]
    return tuple(found)


def _values(parsed: Parsed) -> dict[str, list[Value]]:
    """By qualified name, in order; fields of other protocols may stand there more than once."""
    found: dict[str, list[Value]] = {}
    for child in parsed.fields:
        if child.tag != names.REQUEST_HASH:
            found.setdefault(tag(child), []).append(_value(child))
    return found


def _value(element: etree._Element) -> Value:
    children = tuple(_value(child) for child in element)
    words = element.text or ""
    attributes = tuple(sorted((str(name), str(value)) for name, value in element.attrib.items()))
    # White space between child elements is layout; in a text it is part of the value.
    return str(element.tag), attributes, words.strip() if children else words, children


def _local(name: str) -> str:
    return etree.QName(name).localname


__all__ = ["Difference", "differences", "mismatches"]
