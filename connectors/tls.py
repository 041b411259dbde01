"""TLS for clients: TLS 1.2 or newer, certificate and host name always verified."""

from __future__ import annotations

import ssl
from pathlib import Path

from pydantic import SecretStr


def client_context(
    ca: Path | None, certificate: Path | None, key: Path | None, key_password: SecretStr | None
) -> ssl.SSLContext:
    """Raises `ValueError` that names the setting whose file cannot be used."""
    context = _trusting(ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        _identify(context, certificate, key, key_password)
    return context


def _trusting(ca: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise ValueError(f"ca: {ca} holds no readable PEM certificates ({_reason(error)})") from None


def _identify(context: ssl.SSLContext, certificate: Path, key: Path | None, password: SecretStr | None) -> None:
    # An empty password instead of none: OpenSSL would otherwise ask for one on the terminal.
    secret = password.get_secret_value() if password is not None else ""
    try:
        context.load_cert_chain(certificate, key, lambda: secret)
    except (OSError, ssl.SSLError) as error:
        raise ValueError(
            f"certificate: {certificate} and key: {key or certificate} cannot be used together ({_reason(error)}); "
            "check that both are PEM, belong together, and that key_password is right"
        ) from None


def _reason(error: OSError) -> str:
    return str(getattr(error, "reason", None) or error.strerror or type(error).__name__)


__all__ = ["client_context"]
