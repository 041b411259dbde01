"""The header of WS-Security 1.1 (OASIS, 2006), as text. Pure: time and nonce come in."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha1

from connectors.soap.sheet import escaped

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
_USERNAME = f"{_OASIS}-username-token-profile-1.0"
_BASE64 = f"{_OASIS}-soap-message-security-1.0#Base64Binary"
X509 = f"{_OASIS}-x509-token-profile-1.0#X509v3"


def instant(moment: datetime) -> str:
    """xs:dateTime in UTC with milliseconds. `moment` is in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def timestamp(now: datetime, life: float) -> str:
    """When it was made and until when it counts; `life` in seconds."""
    until = instant(now + timedelta(seconds=life))
    return (
        f'<wsu:Timestamp wsu:Id="timestamp"><wsu:Created>{instant(now)}</wsu:Created>'
        f"<wsu:Expires>{until}</wsu:Expires></wsu:Timestamp>"
    )


def username_token(name: str, password: str, now: datetime, nonce: bytes, *, digest: bool) -> str:
    """The UsernameToken profile 1.0: `Password_Digest = Base64(SHA-1(nonce + created + password))`."""
    created = instant(now)
    if digest:
        secret = b64encode(sha1(nonce + created.encode("ascii") + password.encode("utf-8")).digest()).decode("ascii")
        kind = "PasswordDigest"
    else:
        secret, kind = escaped(password), "PasswordText"
    return (
        f'<wsse:UsernameToken wsu:Id="user"><wsse:Username>{escaped(name)}</wsse:Username>'
        f'<wsse:Password Type="{_USERNAME}#{kind}">{secret}</wsse:Password>'
        f'<wsse:Nonce EncodingType="{_BASE64}">{b64encode(nonce).decode("ascii")}</wsse:Nonce>'
        f"<wsu:Created>{created}</wsu:Created></wsse:UsernameToken>"
    )


def binary_token(certificate: str) -> str:
    """Our certificate, `certificate` being its DER in base64."""
    return (
        f'<wsse:BinarySecurityToken wsu:Id="token" EncodingType="{_BASE64}" ValueType="{X509}">'
        f"{certificate}</wsse:BinarySecurityToken>"
    )


def security(*parts: str) -> str:
    """The header block around its parts, nothing for none."""
    inside = "".join(parts)
    if not inside:
        return ""
    return f'<wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}" soap-env:mustUnderstand="1">{inside}</wsse:Security>'


__all__ = ["WSSE", "WSU", "X509", "binary_token", "instant", "security", "timestamp", "username_token"]
