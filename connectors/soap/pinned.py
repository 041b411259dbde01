"""Where a WSDL is pinned: a file, or one that an installed package brings along."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

PACKAGE = "package:"
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


def pinned(place: str) -> Path:
    """The file at `place`: a path, or `package:NAME/path/inside.wsdl`. Raises `ValueError` with the cure."""
    if place.startswith(PACKAGE):
        return _inside(place)
    path = Path(place)
    if not path.is_file():
        raise ValueError(f"there is no file {path}; save the WSDL there, with the schemas that it imports beside it")
    return path


def _inside(place: str) -> Path:
    name, _, inside = place.removeprefix(PACKAGE).partition("/")
    parts = inside.split("/")
    if _NAME.fullmatch(name) is None or any(part in ("", ".", "..") for part in parts) or "\\" in inside:
        raise ValueError(
            f"{place} names no file of a package; write {PACKAGE}NAME/PATH, "
            f"such as {PACKAGE}adapters.population/wsdl/population.wsdl"
        )
    try:
        found = files(name).joinpath(*parts)
    except (ImportError, TypeError):  # TypeError: a module that is no package
        raise ValueError(f"no package {name} is installed; install it, or name a file") from None
    if not isinstance(found, Path):
        raise ValueError(f"the package {name} is not unpacked; copy its folder with the WSDL and name the file there")
    if not found.is_file():
        raise ValueError(f"the installed package {name} has no file {inside}; correct the path, or name a file")
    return found


__all__ = ["PACKAGE", "pinned"]
