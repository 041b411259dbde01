"""Cells that hold an error of the spreadsheet (`#N/A`). The reader gives them as empty ones, which would be a loss."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from lxml import etree

_CHUNK = 1 << 20
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]{0,200}>")
_ERROR = re.compile(rb"""\st=["']e["']""")
_NAME = re.compile(rb"""\sr=["']([A-Z]+)(\d+)["']""")
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def error_cell(path: Path, sheet: str) -> tuple[int, int] | None:
    """Row (from 1) and column (from 0) of the first one, if there is one."""
    with zipfile.ZipFile(path) as packed:
        member = _member(packed, sheet)
        if member is None:
            return None
        with packed.open(member) as file:
            tail = b""
            while chunk := file.read(_CHUNK):
                for cell in _CELL.finditer(tail + chunk):
                    if _ERROR.search(cell[0]) and (name := _NAME.search(cell[0])):
                        return int(name[2]), _index(name[1].decode())
                tail = chunk[-256:]
    return None


def _member(packed: zipfile.ZipFile, sheet: str) -> str | None:
    """The file of a sheet inside of the workbook."""
    book, relations = (_tree(packed, name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    if book is None or relations is None:
        return None
    ids = [one.get(_ID) for one in book.iter("{*}sheet") if one.get("name") == sheet]
    targets = [one.get("Target") or "" for one in relations.iter("{*}Relationship") if one.get("Id") in ids]
    target = targets[0] if targets else ""
    found = target[1:] if target.startswith("/") else f"xl/{target}"
    return found if found in packed.namelist() else None


def _tree(packed: zipfile.ZipFile, name: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(packed.read(name), parser)
    except (KeyError, etree.XMLSyntaxError):
        return None


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


__all__ = ["error_cell"]
