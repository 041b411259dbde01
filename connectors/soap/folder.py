"""The folder in which a WSDL and its schemas are pinned: the only place from which they are ever read."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import zeep.exceptions
import zeep.settings
import zeep.wsdl
from lxml import etree

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]")
# What zeep raises for a WSDL that it cannot make sense of; it has no base class of its own for all of it.
_UNUSABLE = (
    zeep.exceptions.Error,
    etree.LxmlError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    UserWarning,
)


class Folder:
    """What zeep asks for documents. Keeps what was read, by path."""

    def __init__(self, main: Path) -> None:
        self.main = main.resolve()
        self.root = self.main.parent
        self.documents: dict[Path, bytes] = {}

    def path(self, location: str, base: Path | None = None) -> Path:
        """Where a location is pinned: a relative one beside `base`, a URL under its last name.

        Raises `ValueError` for a place outside the folder.
        """
        parts = urlsplit(location)
        if parts.scheme in ("http", "https"):
            path = self.root / pinned_name(location)
        elif parts.scheme == "file":
            path = Path(unquote(parts.path))
        else:
            path = (base.parent if base is not None else self.root) / location
        path = path.resolve()
        if not path.is_relative_to(self.root):
            raise ValueError(f"{location} lies outside {self.root}; put it into this folder and correct the reference")
        return path

    def load(self, location: str) -> bytes:
        """The document at a location. Raises `ValueError` that says where it should lie."""
        path = self.path(location)
        if path not in self.documents:
            try:
                self.documents[path] = path.read_bytes()
            except OSError as error:
                raise ValueError(
                    f"{location} is needed and there is no readable {path} ({error.strerror}); save it there"
                ) from None
        return self.documents[path]


def pinned_name(url: str) -> str:
    """The file name under which a document of the network is pinned: `https://a.example.vn/x.svc?xsd=xsd0` is
    `x.svc_xsd_xsd0`."""
    parts = urlsplit(url)
    name = parts.path.rstrip("/").rpartition("/")[2] or parts.netloc
    return _NOT_IN_A_NAME.sub("_", f"{name}?{parts.query}" if parts.query else name)


def load(main: Path) -> tuple[Any, Folder]:
    """zeep's document of a WSDL, and what was read for it. Raises `ValueError` with the reason and the cure."""
    folder = Folder(main)
    folder.load(str(folder.main))
    settings = zeep.settings.Settings(strict=True, forbid_dtd=True, forbid_entities=True)
    try:
        source: Any = folder  # it asks for `load` only
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # zeep warns of a message without its element, and drops it
            document = zeep.wsdl.Document(str(folder.main), source, settings=settings)
    except _UNUSABLE as error:
        raise ValueError(f"{main} is not a WSDL that can be used ({type(error).__name__}: {error})") from error
    return document, folder


__all__ = ["Folder", "load", "pinned_name"]
