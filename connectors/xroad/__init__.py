"""`xroad`: REST protocol v1 and SOAP protocol v4.0, as consumer and as provider.

The codec (identifiers, header, message, rest, faults ...) is pure; `connector` and `directory` do the I/O.
"""

from __future__ import annotations

from connectors.xroad.connector import XRoad
from connectors.xroad.settings import XRoadSettings

__all__ = ["XRoad", "XRoadSettings"]
