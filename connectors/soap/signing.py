"""X.509 signatures of WS-Security: made for what we send, demanded of what comes. By xmlsec."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import xmlsec
from lxml import etree

from connectors.flaws import Flaw
from connectors.soap.envelope import Opened
from connectors.soap.security import WSSE, WSU, X509

_DS = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_METHODS = {
    "rsa-sha256": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "rsa-sha384": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "rsa-sha512": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "ecdsa-sha256": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    "ecdsa-sha384": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
}
_DIGESTS = frozenset(
    {
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    }
)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----")
# For what we wrote ourselves, which may hold large files.
_OWN = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)
_ID = f"{{{WSU}}}Id"


class Signer:
    """Our key. Raises `ValueError` for files that cannot be used."""

    def __init__(self, certificate: Path, key: Path, password: str | None, algorithm: str) -> None:
        found = _CERTIFICATE.search(certificate.read_text("ascii", "replace"))
        if found is None:
            raise ValueError(f"signature.certificate: {certificate} holds no PEM certificate")
        self.certificate = re.sub(r"\s", "", found[1])
        self._method = _METHODS[algorithm]
        self._key = _private_key(key, password)
        stamp = '<wsu:Timestamp wsu:Id="timestamp"/>'
        trial = f'<a xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}"><h>{stamp}{self.template()}</h><b/></a>'
        try:
            self.sign(trial.encode("ascii"))
        except xmlsec.Error:
            raise ValueError(f"signature.algorithm: {algorithm} does not fit the key in {key}") from None

    def template(self) -> str:
        """The signature to be filled in, last in the security header."""
        references = "".join(_reference(id_) for id_ in ("timestamp", "body"))
        return (
            f'<ds:Signature xmlns:ds="{_DS}"><ds:SignedInfo>'
            f'<ds:CanonicalizationMethod Algorithm="{_EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{self._method}"/>'
            f"{references}</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><wsse:SecurityTokenReference>"
            f'<wsse:Reference URI="#token" ValueType="{X509}"/></wsse:SecurityTokenReference>'
            "</ds:KeyInfo></ds:Signature>"
        )

    def sign(self, envelope: bytes) -> bytes:
        """Our own envelope with its template filled in. Body and timestamp are signed."""
        root = etree.fromstring(envelope, _OWN)
        header, body = root[0], root[-1]
        body.set(_ID, "body")
        [signature] = header.iter(f"{{{_DS}}}Signature")
        context = xmlsec.SignatureContext()
        context.key = self._key
        for node in (body, *header.iter(f"{{{WSU}}}Timestamp")):
            context.register_id(node, "Id", WSU)
        context.sign(signature)
        return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _private_key(key: Path, password: str | None) -> xmlsec.Key:
    try:
        # An empty password instead of none: OpenSSL would otherwise ask for one on the terminal.
        return xmlsec.Key.from_file(str(key), xmlsec.constants.KeyDataFormatPem, password or "")
    except xmlsec.Error:
        raise ValueError(
            f"signature.key: {key} holds no PEM key that can be read; check that key_password is right"
        ) from None


def _reference(id_: str) -> str:
    return (
        f'<ds:Reference URI="#{id_}"><ds:Transforms><ds:Transform Algorithm="{_EXCLUSIVE}"/></ds:Transforms>'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>'
    )


class Verifier:
    """The partner's certificates. A signature by any of them counts; what the message itself brings along does not."""

    def __init__(self, certificates: Iterable[Path], skew: float) -> None:
        self._keys = [_public_key(path) for path in certificates]
        self._skew = timedelta(seconds=skew)

    def verify(self, envelope: Opened, now: datetime) -> None:
        """Raises `Flaw` unless the body (and the timestamp, if there is one) is signed and in its time."""
        security = envelope.header.find(f"{{{WSSE}}}Security") if envelope.header is not None else None
        signature = security.find(f"{{{_DS}}}Signature") if security is not None else None
        if security is None or signature is None:
            raise Flaw("it is not signed")
        timestamps = security.findall(f"{{{WSU}}}Timestamp")
        if len(timestamps) > 1:
            raise Flaw("it has more than one timestamp")
        self._demand_signed(signature, [envelope.body, *timestamps])
        for timestamp in timestamps:
            self._demand_fresh(timestamp, now)

    def _demand_signed(self, signature: etree._Element, nodes: list[etree._Element]) -> None:
        _demand_allowed(signature)
        signed = {reference.get("URI") for reference in signature.iterfind(f"{{{_DS}}}SignedInfo/{{{_DS}}}Reference")}
        for node in nodes:
            if f"#{node.get(_ID)}" not in signed:
                raise Flaw("its body or its timestamp is not signed")
        if not any(_verifies(signature, nodes, key) for key in self._keys):
            raise Flaw("its signature is not valid, or not by a certificate of security.verify")

    def _demand_fresh(self, timestamp: etree._Element, now: datetime) -> None:
        created = _moment(timestamp.findtext(f"{{{WSU}}}Created"))
        expires = _moment(timestamp.findtext(f"{{{WSU}}}Expires"))
        if (created is not None and created > now + self._skew) or (expires is not None and expires < now - self._skew):
            raise Flaw("its timestamp is out of its time; compare the clocks")


def _public_key(path: Path) -> xmlsec.Key:
    try:
        return xmlsec.Key.from_file(str(path), xmlsec.constants.KeyDataFormatCertPem)
    except xmlsec.Error:
        raise ValueError(f"verify.certificates: {path} holds no PEM certificate") from None


def _demand_allowed(signature: etree._Element) -> None:
    """Nothing but exclusive canonicalisation, SHA-2 and references into the message: no transform that runs code."""
    methods = [node.get("Algorithm") for node in signature.iter(f"{{{_DS}}}SignatureMethod")]
    digests = [node.get("Algorithm") for node in signature.iter(f"{{{_DS}}}DigestMethod")]
    transforms = [node.get("Algorithm") for node in signature.iter(f"{{{_DS}}}Transform")]
    transforms += [node.get("Algorithm") for node in signature.iter(f"{{{_DS}}}CanonicalizationMethod")]
    local = all(node.get("URI", "").startswith("#") for node in signature.iter(f"{{{_DS}}}Reference"))
    if not (set(methods) <= set(_METHODS.values()) and set(digests) <= _DIGESTS and set(transforms) <= {_EXCLUSIVE}):
        raise Flaw("its signature uses an algorithm that is not allowed")
    if not local:
        raise Flaw("its signature refers to something outside the message")


def _verifies(signature: etree._Element, nodes: list[etree._Element], key: xmlsec.Key) -> bool:
    context = xmlsec.SignatureContext()
    context.key = key
    for node in _identified(signature.getroottree().getroot()):
        context.register_id(node, "Id", WSU)
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


def _identified(root: etree._Element) -> list[etree._Element]:
    """All with an id, which no two share: else what was signed could stand elsewhere than what is read."""
    found = [node for node in root.iter() if node.get(_ID) is not None]
    if len({node.get(_ID) for node in found}) != len(found):
        raise Flaw("two of its elements have the same id")
    return found


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Flaw("its timestamp cannot be read") from None
    if found.tzinfo is None:
        raise Flaw("its timestamp has no time zone")
    return found


__all__ = ["Signer", "Verifier"]
