"""Values -> XML along a plan. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.flaws import Flaw
from connectors.soap.left import Left
from connectors.soap.plan import TEXT, TYPE, Attribute, Element, Group, Simple, Struct, Wildcard
from connectors.soap.sheet import Sheet, anything, escaped_attribute, extra_attribute, generic, kind_of, text


def write(element: Element, value: Any, sheet: Sheet, declarations: str = "") -> None:
    """One element. Raises `Flaw` for a value that the schema has no place for."""
    kind = element.kind
    out = sheet.out
    if value is None:
        nil = ' xsi:nil="true"' if element.nillable else ""
        out.append(f"{element.start}{declarations}{nil}/>")
    elif type(kind) is Simple:
        out.append(f"{element.start}{declarations}>{text(kind, value, sheet)}{element.end}")
    elif type(kind) is Struct:
        _structure(element, kind, value, sheet, declarations)
    else:
        out.append(f"{element.start}{declarations}>")
        anything(value, sheet)
        out.append(element.end)


def _structure(element: Element, struct: Struct, value: Any, sheet: Sheet, declarations: str) -> None:
    if struct.problem is not None:
        raise Flaw(struct.problem)
    if not isinstance(value, Mapping):
        if struct.text is None:
            raise Flaw(f"is a structure and must be a mapping, not {kind_of(value)}")
        value = {TEXT: value}
    marked = ""
    if TYPE in value:
        struct, marked = _derived(struct, value[TYPE], sheet)
        value = {name: other for name, other in value.items() if name != TYPE}
        declarations = ""
    sheet.down()
    attributes, used = _attributes(struct, value) if struct.attributes or struct.any_attribute else ("", 0)
    out = sheet.out
    out.append(f"{element.start}{declarations}{marked}{attributes}>")
    if struct.text is not None:
        used += TEXT in value
        out.append(text(struct.text, value.get(TEXT), sheet))
        _demand_known(used, struct, value)
    elif struct.flat is not None:
        _flat(struct, struct.flat, value, used, sheet)
    elif struct.content is not None:
        _grouped(struct, struct.content, value, sheet)
    out.append(element.end)
    sheet.depth -= 1


def _derived(struct: Struct, name: Any, sheet: Sheet) -> tuple[Struct, str]:
    found = sheet.types(name, struct) if isinstance(name, str) else None
    if found is None:
        raise Flaw("names a type that the schema does not have; give its local name or {namespace}name", TYPE)
    if found.namespace is None:
        return found, f'{sheet.declare(found)} xsi:type="{found.name}"'
    own = escaped_attribute(found.namespace)
    return found, f'{sheet.declare(found)} xmlns:type="{own}" xsi:type="type:{found.name}"'


def _attributes(struct: Struct, value: Mapping[str, Any]) -> tuple[str, int]:
    written, used = "", 0
    for key, attribute in struct.attributes.items():
        if key in value:
            used += 1
            given = value[key]
        elif attribute.default is not None:
            given = attribute.default
        elif attribute.required:
            raise Flaw("is missing", key)
        else:
            continue
        written += f' {attribute.written}="{_attribute_text(attribute, given)}"'
    if struct.any_attribute:
        extra = [name for name in value if name.startswith("@") and name not in struct.attributes]
        for number, name in enumerate(extra):
            used += 1
            written += extra_attribute(name, value[name], number)
    return written, used


def _attribute_text(attribute: Attribute, given: Any) -> str:
    if not isinstance(given, str):
        raise Flaw(f"must be text, not {kind_of(given)}", attribute.key)
    try:
        return escaped_attribute(given)
    except Flaw as flaw:
        raise flaw.under(attribute.key) from None


def _flat(struct: Struct, elements: tuple[Element, ...], value: Mapping[str, Any], used: int, sheet: Sheet) -> None:
    """The usual case: every element has one place, so one look for each suffices."""
    for element in elements:
        name = element.name
        try:
            given = value[name]
        except KeyError:
            if element.least:
                _absent(element, sheet)
            continue
        used += 1
        try:
            if element.repeated:
                _several(element, given, sheet)
            elif type(given) is list:
                raise Flaw("is not repeated in the schema and must not be a list")
            else:
                write(element, given, sheet)
        except Flaw as flaw:
            raise flaw.under(name) from None
    _demand_known(used, struct, value)


def _absent(element: Element, sheet: Sheet) -> None:
    if element.default is None:
        raise Flaw("is missing", element.name)
    write(element, element.default, sheet)


def _several(element: Element, given: Any, sheet: Sheet) -> None:
    if not isinstance(given, list | tuple):
        raise Flaw("is repeated in the schema and must be a list")
    if len(given) < element.least:
        raise Flaw(f"needs at least {element.least} items")
    if element.most is not None and len(given) > element.most:
        raise Flaw(f"may have at most {element.most} items")
    for index, item in enumerate(given):
        try:
            write(element, item, sheet)
        except Flaw as flaw:
            raise flaw.under(str(index)) from None


def _demand_known(used: int, struct: Struct, value: Mapping[str, Any]) -> None:
    if used == len(value):
        return
    known = struct.attributes.keys() | {element.name for element in struct.flat or ()}
    known |= {TEXT} if struct.text is not None else set()
    unknown = next(name for name in value if name not in known)
    raise Flaw(f"is not in the schema; known are: {', '.join(sorted(known)) or 'none'}", str(unknown))


def _grouped(struct: Struct, content: Group, value: Mapping[str, Any], sheet: Sheet) -> None:
    left = Left(struct, value)
    _group(content, left, sheet)
    for name, queue in left.queues.items():
        if queue:
            raise Flaw("cannot stand beside the other elements given, or too often: see the schema's choice", name)


def _group(group: Group, left: Left, sheet: Sheet) -> None:
    written = 0
    while group.most is None or written < group.most:
        if not any(left.pending(item) for item in group.items) and (written >= group.least or group.needless):
            if written < group.least and not written:
                _defaults(group, left, sheet)
            return
        if group.how == "choice":
            _chosen(group, left, sheet)
        else:
            for item in group.items:
                _item(item, left, sheet)
        written += 1


def _defaults(group: Group, left: Left, sheet: Sheet) -> None:
    """A sequence that nothing was given for is still there: its elements with defaults are written."""
    if group.how == "sequence":
        for item in group.items:
            _item(item, left, sheet)


def _chosen(group: Group, left: Left, sheet: Sheet) -> None:
    best = max(group.items, key=left.pending)
    if not left.pending(best) and not group.needless:
        raise Flaw(f"one of {', '.join(sorted(group.names))} is missing")
    _item(best, left, sheet)


def _item(item: Element | Group | Wildcard, left: Left, sheet: Sheet) -> None:
    if isinstance(item, Group):
        _group(item, left, sheet)
    elif isinstance(item, Wildcard):
        _wild(left, sheet)
    else:
        _placed(item, left, sheet)


def _placed(element: Element, left: Left, sheet: Sheet) -> None:
    taken = left.take(element.name, element.most)
    if len(taken) < element.least:
        if taken:
            raise Flaw(f"needs at least {element.least} items", element.name)
        _absent(element, sheet)
    for index, item in taken:
        try:
            write(element, item, sheet)
        except Flaw as flaw:
            raise (flaw.under(str(index)) if element.repeated else flaw).under(element.name) from None


def _wild(left: Left, sheet: Sheet) -> None:
    for name in [name for name in left.queues if name.startswith("{")]:
        for _, item in left.take(name, None):
            generic(name, item, sheet)


__all__ = ["write"]
