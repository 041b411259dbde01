"""WS-Security: published vectors, signatures read by zeep and by xmlsec, and what is not believed."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xmlsec
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from pydantic import ValidationError
from zeep.exceptions import SignatureVerificationFailed
from zeep.wsse.signature import verify_envelope

from connectors.soap import SoapSettings
from connectors.soap.envelope import enveloped
from connectors.soap.security import WSSE, WSU, binary_token, instant, security, timestamp, username_token
from connectors.soap.signing import Signer
from lienthong.calls import Attachment
from lienthong.requests import Lost
from lienthong.requests import Soap as Asked
from tests.connectors.soap.support import ASKED, CITIZEN, CITIZENS, Heard, always, connected, envelope, soap_server, xml

NOW = datetime(2026, 3, 2, 7, 30, 0, 123_456, tzinfo=UTC)
LOOK_UP = Asked("LookUp", ASKED, write=False)
BODY = f'<c:LookUpResult xmlns:c="{CITIZEN}"><c:Note>ok</c:Note></c:LookUpResult>'


def pair(folder: Path, name: str, password: bytes | None = None) -> tuple[Path, Path]:
    """A self-signed certificate and its RSA key."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2046, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, pkcs8, lock))
    return folder / f"{name}.pem", folder / f"{name}.key"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("bus", "partner", "other"):
        pair(folder, name)
    return folder


def test_the_digest_of_a_password() -> None:
    """Worked out with sha1sum and base64 from abcdefghijklmnop, 2026-03-02T07:30:00.123Z and 'mật khẩu'."""
    token = etree.fromstring(
        f'<a xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}">'
        + username_token("bus", "mật khẩu", NOW, b"abcdefghijklmnop", digest=True)
        + "</a>"
    )
    assert token.findtext(f".//{{{WSSE}}}Nonce") == "YWJjZGVmZ2hpamtsbW5vcA=="
    assert token.findtext(f".//{{{WSU}}}Created") == "2026-03-02T07:30:00.123Z"
    assert token.findtext(f".//{{{WSSE}}}Password") == "aRgZJFMMjsmYQuuKBVMbtxysmwM="


def test_a_password_as_text_is_escaped() -> None:
    token = username_token("a&b", "<&>", NOW, b"x", digest=False)
    assert "<wsse:Username>a&amp;b</wsse:Username>" in token and ">&lt;&amp;&gt;</wsse:Password>" in token
    assert "#PasswordText" in token


def test_instants_and_the_timestamp() -> None:
    assert instant(NOW) == "2026-03-02T07:30:00.123Z"
    assert instant(NOW.replace(microsecond=0)) == "2026-03-02T07:30:00.000Z"
    assert "<wsu:Expires>2026-03-02T07:35:00.123Z</wsu:Expires>" in timestamp(NOW, 300)
    assert security() == ""


async def test_the_header_of_a_call() -> None:
    settings = {"security": {"username": {"name": "bus", "password": "p"}, "timestamp": "1m"}}
    nonces = iter([b"n" * 16, b"b" * 16, b"m" * 16, b"c" * 16])
    arguments: dict[str, Any] = {"now": lambda: NOW, "random": lambda size: next(nonces)}
    async with (
        soap_server(always(envelope(BODY))) as server,
        connected(server.url, CITIZENS, **settings, **arguments) as connector,
    ):
        await connector.exchange(LOOK_UP)
        await connector.exchange(LOOK_UP)
    first, second = (heard.root for heard in server.heard)
    [block] = first[0]
    assert block.tag == f"{{{WSSE}}}Security"
    assert block.get("{http://schemas.xmlsoap.org/soap/envelope/}mustUnderstand") == "1"
    assert [str(child.tag).rpartition("}")[2] for child in block] == ["Timestamp", "UsernameToken"]
    found = [root.findtext(f".//{{{WSSE}}}Nonce") for root in (first, second)]
    assert [b64decode(text or "") for text in found] == [b"n" * 16, b"m" * 16]


async def test_a_signed_call_is_verified_by_zeep_and_by_xmlsec(folder: Path) -> None:
    settings = {"security": {"signature": {"certificate": folder / "bus.pem", "key": folder / "bus.key"}}}
    async with soap_server(always(envelope(BODY))) as server, connected(server.url, CITIZENS, **settings) as connector:
        reply = await connector.exchange(LOOK_UP)
    assert reply.value == {"Note": "ok"}
    root = server.heard[0].root
    verify_envelope(root, folder / "bus.pem")
    assert {node.get("URI") for node in root.iter("{http://www.w3.org/2000/09/xmldsig#}Reference")} == {
        "#timestamp",
        "#body",
    }
    token = root.findtext(f".//{{{WSSE}}}BinarySecurityToken") or ""
    certificate = x509.load_pem_x509_certificate((folder / "bus.pem").read_bytes())
    assert b64decode(token) == certificate.public_bytes(serialization.Encoding.DER)
    changed = etree.fromstring(server.heard[0].content.replace(b"022199000000", b"022199000001"))
    with pytest.raises(SignatureVerificationFailed):
        verify_envelope(changed, folder / "bus.pem")


async def test_with_a_signature_bytes_stay_within_the_envelope(folder: Path) -> None:
    settings = {"security": {"signature": {"certificate": folder / "bus.pem", "key": folder / "bus.key"}}}
    answer = envelope(f'<c:SubmitResult xmlns:c="{CITIZEN}"><c:Receipt>AAEC</c:Receipt></c:SubmitResult>')
    scan = Attachment("scan", b"\xff" * 9_000_000)
    async with soap_server(always(answer)) as server, connected(server.url, CITIZENS, **settings) as connector:
        await connector.exchange(Asked("Submit", {"Title": "t", "Scan": scan}))
    assert server.heard[0].headers["content-type"] == "text/xml; charset=utf-8"
    assert server.heard[0].content.count(b"////") == 3_000_000


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "rsa-sha384", "rsa-sha512"])
def test_the_algorithms(folder: Path, algorithm: str) -> None:
    signed = answered(folder, "partner", algorithm=algorithm)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file(str(folder / "partner.pem"), xmlsec.constants.KeyDataFormatCertPem)
    root = etree.fromstring(signed)
    for node in root.iter():
        if node.get(f"{{{WSU}}}Id"):
            context.register_id(node, "Id", WSU)
    [signature] = root.iter("{http://www.w3.org/2000/09/xmldsig#}Signature")
    context.verify(signature)


def answered(folder: Path, name: str, *, body: str = BODY, now: datetime = NOW, algorithm: str = "rsa-sha256") -> bytes:
    """A signed answer. Our own signer makes it, so what is tested is what the verifier refuses."""
    signer = Signer(folder / f"{name}.pem", folder / f"{name}.key", None, algorithm)
    header = security(binary_token(signer.certificate), timestamp(now, 300), signer.template())
    return signer.sign(enveloped("1.1", header, body))


async def heard(folder: Path, answer: Callable[[Heard], web.Response]) -> Any:
    settings = {"security": {"verify": {"certificates": [folder / "partner.pem"], "skew": 60}}}
    arguments: dict[str, Any] = {"now": lambda: NOW}
    async with soap_server(answer) as server, connected(server.url, CITIZENS, **settings, **arguments) as connector:
        return await connector.exchange(LOOK_UP)


async def test_a_signed_answer_is_taken(folder: Path) -> None:
    assert (await heard(folder, always(answered(folder, "partner")))).value == {"Note": "ok"}


def wrapped(content: bytes) -> bytes:
    """The signed body is moved into the header, and another stands in its place."""
    root = etree.fromstring(content)
    body = root[-1]
    root[0].append(body)
    false = etree.fromstring(envelope(BODY.replace("ok", "forged")))[-1]
    root.append(false)
    return etree.tostring(root)


def wrapped_with_id(content: bytes) -> bytes:
    root = etree.fromstring(wrapped(content))
    root[-1].set(f"{{{WSU}}}Id", "body")
    return etree.tostring(root)


def without_body_reference(content: bytes) -> bytes:
    return re.sub(rb'<ds:Reference URI="#body">.*?</ds:Reference>', b"", content, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda content: content.replace(b">ok<", b">forged<"), "not valid"),
        (lambda content: envelope(BODY).encode(), "not signed"),
        (wrapped, "not signed"),
        (wrapped_with_id, "same id"),
        (without_body_reference, "not signed"),
        (lambda content: content.replace(b"07:35:00", b"09:35:00"), "not valid"),
        (lambda content: content.replace(b'URI="#body"', b'URI="http://127.0.0.1:1/"'), "not signed|outside"),
        (lambda content: content.replace(b"xmlenc#sha256", b"xmldsig#sha1"), "not allowed"),
        (
            lambda content: re.sub(
                rb'(<ds:Transform Algorithm=")[^"]*', rb"\1http://www.w3.org/TR/1999/REC-xslt-19991116", content
            ),
            "not allowed",
        ),
    ],
)
async def test_a_forged_answer_is_not(folder: Path, spoil: Callable[[bytes], bytes], told: str) -> None:
    with pytest.raises(Lost, match=told):
        await heard(folder, always(spoil(answered(folder, "partner"))))


async def test_a_signature_of_someone_else_or_of_another_time_is_not_taken(folder: Path) -> None:
    with pytest.raises(Lost, match=r"not valid, or not by a certificate of security\.verify"):
        await heard(folder, always(answered(folder, "other")))
    for moment in (NOW - timedelta(minutes=7), NOW + timedelta(minutes=2)):
        with pytest.raises(Lost, match="out of its time"):
            await heard(folder, always(answered(folder, "partner", now=moment)))
    assert await heard(folder, always(answered(folder, "partner", now=NOW - timedelta(minutes=5, seconds=30))))


async def test_an_unsigned_fault_is_no_answer(folder: Path) -> None:
    fault = envelope("<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring></s:Fault>")
    with pytest.raises(Lost, match="not signed"):
        await heard(folder, always(fault))
    reply = await heard(folder, lambda _: xml(fault, 500))
    assert (reply.status, reply.fault) == (500, None)


def test_files_that_cannot_be_used_are_told_by_the_settings(folder: Path, tmp_path: Path) -> None:
    pair(tmp_path, "locked", b"khoa")
    locked = {"certificate": tmp_path / "locked.pem", "key": tmp_path / "locked.key"}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"signature": {"certificate": folder / "bus.key", "key": folder / "bus.key"}}, "holds no PEM certificate"),
        ({"signature": {"certificate": folder / "bus.pem", "key": folder / "bus.pem"}}, "no PEM key that can be read"),
        ({"signature": locked}, "key_password"),
        ({"signature": {**locked, "key_password": "mat-khau-sai"}}, "key_password"),
        ({"signature": {**locked, "key_password": "khoa", "algorithm": "ecdsa-sha256"}}, "does not fit the key"),
        ({"verify": {"certificates": [folder / "bus.key"]}}, "holds no PEM certificate"),
        ({"verify": {"certificates": []}}, "at least 1"),
        ({"timestamp": 0}, "greater than 0"),
    ]
    for section, told in wrong:
        with pytest.raises(ValidationError, match=told) as caught:
            SoapSettings.model_validate({"base_url": "http://a.example.vn", "wsdl": str(CITIZENS), "security": section})
        assert "mat-khau-sai" not in str(caught.value)
    section = {"signature": {**locked, "key_password": "khoa"}}
    SoapSettings.model_validate({"base_url": "http://a.example.vn", "wsdl": str(CITIZENS), "security": section})
