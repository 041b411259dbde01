"""What an error of the HTTP library says about the request's effect.

The new errors carry no text of the partner and no URL with a query, since both may hold secrets or personal data.
"""

from __future__ import annotations

import re
import ssl

import aiohttp

from connectors.pool import Attempt
from lienthong.requests import Lost, Misconfigured, NotSent, TransportError

# TLS alerts (RFC 8446, 6.2) by which a partner refuses our certificate, or that we show none.
_CERTIFICATE_ALERT = re.compile(
    r"ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|"
    r"CERTIFICATE_REQUIRED|UNKNOWN_CA|ACCESS_DENIED)"
)
_REFUSED_BY_PROXY = frozenset({401, 403, 407})


def failure(error: Exception, attempt: Attempt, host: str) -> TransportError:
    """The transport error for `error`. `host` is `name:port` of the partner."""
    if isinstance(error, TransportError):
        return error
    if (not attempt.connected or attempt.fresh) and _CERTIFICATE_ALERT.search(str(error)):
        return Misconfigured(f"{host} refuses our certificate; check tls.certificate and tls.key")
    return _after(error, host) if attempt.connected else _before(error, host)


def _before(error: Exception, host: str) -> TransportError:
    match error:
        case aiohttp.ClientHttpProxyError() if error.status in _REFUSED_BY_PROXY:
            return Misconfigured(f"the proxy refuses to connect us to {host} (status {error.status}); check proxy")
        case aiohttp.ClientHttpProxyError():
            return NotSent(f"the proxy could not connect to {host} (status {error.status})")
        case aiohttp.InvalidURL():
            return Misconfigured(f"{host} is not a host name; check base_url")
        case TimeoutError():
            return NotSent(f"no connection to {host} in time")
        case aiohttp.ClientConnectorCertificateError():
            return NotSent(f"the certificate of {host} is not trusted: {_verification(error)}")
        case aiohttp.ClientConnectorDNSError():
            return NotSent(f"the name of {host} could not be resolved")
        case aiohttp.ClientProxyConnectionError():
            return NotSent(f"no connection to the proxy: {_reason(error)}")
    return NotSent(f"no connection to {host}: {_reason(error)}")


def _verification(error: aiohttp.ClientConnectorCertificateError) -> str:
    cause = error.certificate_error
    return cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else type(cause).__name__


def _after(error: Exception, host: str) -> TransportError:
    match error:
        case aiohttp.SocketTimeoutError():
            return Lost(f"{host} sent nothing for longer than timeouts.read")
        case TimeoutError():
            return Lost(f"{host} did not answer in time")
        case aiohttp.ServerDisconnectedError():
            return Lost(f"{host} closed the connection before an answer came")
        case aiohttp.ClientPayloadError():
            return Lost(f"the answer of {host} is cut off or broken")
        case aiohttp.ClientResponseError():
            return Lost(f"the answer of {host} is not HTTP")
    return Lost(f"the connection to {host} broke: {_reason(error)}")


def _reason(error: Exception) -> str:
    """The operating system's or OpenSSL's own words, which hold nothing of the request."""
    cause = getattr(error, "os_error", None) or error
    words = getattr(cause, "reason", None) or getattr(cause, "strerror", None)
    return words if isinstance(words, str) else type(cause).__name__


__all__ = ["failure"]
