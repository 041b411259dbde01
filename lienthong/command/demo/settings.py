"""The demo's configuration: examples/quang-ninh.yaml in small, with the addresses of the simulators."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bus.config.model import Config

from . import gateways

SOURCE = "/h49/provincial-portal"
NATIONAL, PROVINCIAL, POPULATION = "national-portal", "provincial-portal", "population"
ASKED = ("payment.requested", "payment.refund_requested", "payment.accepted")
# The year of birth stands in the number: century and sex in its fourth digit, the year in the two after it.
_APPLICANT = """.data.applicant | select(.kind == "individual") as $who
  | first(.identities[]? | select(.kind == "personal_number") | .number) as $number
  | {personal_number: $number, name: $who.name,
     birth_year: (1900 + 100 * ($number[3:4] | tonumber / 2 | floor) + ($number[4:6] | tonumber))}"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the simulators are."""

    national: str
    provincial: str
    population: str
    gateways: Mapping[str, str]


def settings(folder: Path, places: Places, port: int, portal_key: str, operator_key: str) -> Config:
    """A bus between the simulators, with its ledger in `folder`."""
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
                "send": [{"source": SOURCE, "types": [*filed, *ASKED]}],
            },
            **gateways.clients(places.gateways),
            "operator": {"key": _hashed(operator_key), "read": "all", "operate": True, "metrics": True, "ask": ["*"]},
        },
        "systems": {
            PROVINCIAL: {
                "adapter": "provincial_portal",
                "connect": {"base_url": places.provincial},
                "concurrency": 16,
            },
            NATIONAL: {
                "adapter": "national_portal",
                "connector": "vxp",
                "connect": {
                    "base_url": places.national,
                    "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider",
                    "auth": {"type": "session", "username": "000.00.00.H49", "password": "mat-khau-vi-du"},
                },
                "settings": {"madonvi": "000.00.00.H49"},
                "concurrency": 16,
                "settle_after": "5s",
            },
            POPULATION: _population(places.population),
            **gateways.systems(places.gateways, f"http://127.0.0.1:{port}"),
        },
        "queries": {
            "citizen.lookup": {"system": POPULATION},
            "citizen.verify": {"system": POPULATION},
            "dossier.state": {"system": NATIONAL, "require": []},
        },
        "routes": [
            {
                "name": "new-dossiers-to-national-portal",
                "types": filed[:1],
                "to": [NATIONAL],
                # Nobody is turned away for it: what the database says stands beside the case.
                "enrich": [{"query": "citizen.verify", "ask": _APPLICANT, "on": {"refused": "deliver"}}],
            },
            {"name": "dossiers-to-national-portal", "types": filed[1:], "to": [NATIONAL]},
            {"name": "answers-to-provincial-portal", "types": answered, "to": [PROVINCIAL]},
            {"name": "payments-to-provincial-portal", "types": ["payment.*", "receipt.*"], "to": [PROVINCIAL]},
        ],
    }
    return Config.model_validate(document)


def _population(url: str) -> dict[str, Any]:
    return {
        "adapter": "population",
        "connector": "soap",
        "connect": {
            "base_url": url,
            "wsdl": "package:adapters.population/wsdl/population.wsdl",
            "address": "dancuquocgia",
            "auth": {
                "type": "hashed_password",
                "username": "h49.vidu",
                "secret_key": "khoa-vi-du",
                "sv_url": "/dancu/TraCuuThongTinCongDan",
            },
        },
        "settings": {
            "unit": "H49",
            "other_officers": "send",
            "officers": {"bus": {"code": "truc.vidu"}},
        },
        "concurrency": 16,
    }


def _hashed(key: str) -> str:
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()
