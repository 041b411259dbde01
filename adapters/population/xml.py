"""XML that comes as text inside another answer: no DTD, no entities, no network, bounded in size and depth."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

_MOST_MARKUP = 200_000
_MOST_DEPTH = 40
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


class NotXml(ValueError):
    """Not XML that is read here. The reason holds nothing of the text."""


def tree(text: str) -> dict[str, Any]:
    """`{root: value}` by local names: text, `None` for an empty element, a mapping for children, a list for repeated
    ones; an attribute is `@name`. Raises `NotXml`."""
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise NotXml("the answer holds a DTD")
    if text.count("<") > _MOST_MARKUP:
        raise NotXml("the answer holds too many tags")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        # outside the handler: the library's error quotes the document
        raise NotXml("the answer is not well-formed XML")
    return {_name(root): _value(root, _MOST_DEPTH)}


def _value(element: etree._Element, depth: int) -> Any:
    if depth == 0:
        raise NotXml("the answer is nested too deeply")
    found: dict[str, Any] = {f"@{etree.QName(name).localname}": value for name, value in element.attrib.items()}
    for child in element:
        name, value = _name(child), _value(child, depth - 1)
        known = found.get(name)
        if name not in found:
            found[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            found[name] = [known, value]
    if any(not name.startswith("@") for name in found):
        return found
    text = (element.text or "").strip() or None
    return text if not found else (found | {"#text": text} if text else found)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


__all__ = ["NotXml", "tree"]
