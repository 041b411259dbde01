"""The picture of a code."""

from __future__ import annotations

import io
from typing import Literal

import segno

Kind = Literal["png", "svg"]
# Error correction M (15 %) as printed codes of the banks have it; the quiet zone of 4 is the standard's.
_LEVEL, _QUIET = "m", 4


def picture(payload: str, kind: Kind, scale: int = 8) -> bytes:
    """`payload` as a QR picture; `scale` is the width of a module in pixels. The same in, the same octets out."""
    out = io.BytesIO()
    code = segno.make_qr(payload, error=_LEVEL, boost_error=False)
    code.save(out, kind=kind, scale=scale, border=_QUIET)
    return out.getvalue()


__all__ = ["Kind", "picture"]
