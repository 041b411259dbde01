"""Files that travel inside a message, in Base64, because their sender serves no address for them."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from .base import Canonical, Code, Name, Personal, Text, UpTo
from .validators import DossierCode

# about 30 MB of content; the bus's own limit of a body is lower as a rule
_MOST = 40_000_000


def _base64(value: str) -> str:
    try:
        b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PydanticCustomError("base64", "is not Base64; encode the file's bytes, without line breaks") from error
    return value


Base64 = Annotated[str, UpTo(_MOST), AfterValidator(_base64)]


class InlineFile(Canonical):
    """A file with its content."""

    name: Annotated[Text, Personal()]
    content: Annotated[Base64, Personal()] = Field(description="Base64 (RFC 4648) of the bytes, without line breaks")

    def octets(self) -> bytes:
        """The bytes."""
        return b64decode(self.content)


class ProvidedFile(InlineFile):
    """Type `file.provided`: a file of a dossier that a target is to keep."""

    dossier_code: DossierCode
    media: Name = Field(default="application/octet-stream", description="media type, e.g. application/pdf")
    component_code: Code | None = None


class StoredFile(Canonical):
    """Type `file.stored`: a target keeps a file; under what id."""

    dossier_code: DossierCode
    system: Code = Field(description="name of the system that keeps it, as configured")
    name: Annotated[Text, Personal()]
    component_code: Code | None = None
    id: Code
    hash: Name | None = Field(default=None, description="the target's own digest of the content")


__all__ = ["Base64", "InlineFile", "ProvidedFile", "StoredFile"]
