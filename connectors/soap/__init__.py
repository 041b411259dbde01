"""`soap`: calls of a pinned WSDL, with WS-Security and attachments, and the same protocol served."""

from __future__ import annotations

from connectors.soap.client import Soap
from connectors.soap.settings import SoapSettings

__all__ = ["Soap", "SoapSettings"]
