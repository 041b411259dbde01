"""Names in the SOAP messages of X-Road. Source: PR-MESS annexes A and B, PR-TARGETSS, the representation extension."""

from __future__ import annotations

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
XROAD = "http://x-road.eu/xsd/xroad.xsd"
IDENTIFIERS = "http://x-road.eu/xsd/identifiers"
REPRESENTATION = "http://x-road.eu/xsd/representation.xsd"

ENVELOPE = f"{{{SOAP}}}Envelope"
HEADER = f"{{{SOAP}}}Header"
BODY = f"{{{SOAP}}}Body"
FAULT = f"{{{SOAP}}}Fault"
ENCODING_STYLE = f"{{{SOAP}}}encodingStyle"
OBJECT_TYPE = f"{{{IDENTIFIERS}}}objectType"

CLIENT = f"{{{XROAD}}}client"
SERVICE = f"{{{XROAD}}}service"
SECURITY_SERVER = f"{{{XROAD}}}securityServer"
ID = f"{{{XROAD}}}id"
USER_ID = f"{{{XROAD}}}userId"
ISSUE = f"{{{XROAD}}}issue"
PROTOCOL_VERSION = f"{{{XROAD}}}protocolVersion"
REQUEST_HASH = f"{{{XROAD}}}requestHash"
REPRESENTED_PARTY = f"{{{REPRESENTATION}}}representedParty"
PARTY_CLASS = f"{{{REPRESENTATION}}}partyClass"
PARTY_CODE = f"{{{REPRESENTATION}}}partyCode"

PREFIXES = {"soap": SOAP, "xroad": XROAD, "id": IDENTIFIERS}
VERSION = "4.0"


def identifier_tag(element: str) -> str:
    """The qualified name of an identifier's element, as `memberCode`."""
    return f"{{{IDENTIFIERS}}}{element}"
