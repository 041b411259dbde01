"""Fault codes in the spelling of 7.7 and before, for those that the simulator makes.

Source: fault code list of the security server at 7.7.1 and 7.8.0. A code that is not here becomes CamelCase.
"""

from __future__ import annotations

from .settings import Version

_OLD = {
    "serverproxy": "ServerProxy",
    "clientproxy": "ClientProxy",
    "global_conf_outdated": "OutdatedGlobalConf",
    "io_error": "IOError",
    "service_type": "ServiceType",
    "hsm_non_operational": "HSMNonOperational",
}


def spelt(code: str, version: Version) -> str:
    """`code` (as in 7.8) in the spelling of `version`."""
    if version == "7.8":
        return code
    return ".".join(_OLD.get(part) or part.replace("_", " ").title().replace(" ", "") for part in code.split("."))


__all__ = ["spelt"]
