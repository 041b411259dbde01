"""The demo's configuration: examples/quang-ninh.yaml in small, with the addresses of the simulators."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from bus.config.model import Config

SOURCE = "/h49/provincial-portal"
NATIONAL, PROVINCIAL = "national-portal", "provincial-portal"


def settings(folder: Path, national: str, provincial: str, port: int, portal_key: str, operator_key: str) -> Config:
    """A bus between the simulators at the given URLs, with its ledger in `folder`."""
    filed = ["dossier.submitted", "dossier.updated", "dossier.progressed"]
    answered = ["dossier.acknowledged", "dossier.refused"]
    document: dict[str, Any] = {
        "unit": "000.00.00.H49",
        "ledger": {"url": f"sqlite:///{folder}/ledger.db"},
        "http": {"port": port},
        "clients": {
            PROVINCIAL: {
                "key": _hashed(portal_key),
                "systems": [PROVINCIAL],
                "send": [{"source": SOURCE, "types": filed}],
            },
            "operator": {"key": _hashed(operator_key), "read": "all", "operate": True, "metrics": True},
        },
        "systems": {
            PROVINCIAL: {
                "adapter": "provincial_portal",
                "connect": {"base_url": provincial},
                "concurrency": 16,
            },
            NATIONAL: {
                "adapter": "national_portal",
                "connector": "vxp",
                "connect": {
                    "base_url": national,
                    "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
                    "auth": {"type": "session", "username": "000.00.00.H49", "password": "mat-khau-vi-du"},
                },
                "settings": {"madonvi": "000.00.00.H49"},
                "concurrency": 16,
                "settle_after": "5s",
            },
        },
        "routes": [
            {"name": "dossiers-to-national-portal", "types": filed, "to": [NATIONAL]},
            {"name": "answers-to-provincial-portal", "types": answered, "to": [PROVINCIAL]},
        ],
    }
    return Config.model_validate(document)


def _hashed(key: str) -> str:
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()
