"""The published vectors, and what tests share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.xroad.header import Header
from connectors.xroad.identifiers import ClientId, ServiceId

DATA = Path(__file__).parents[2] / "data" / "xroad"
ENCODING = json.loads((DATA / "identifier-encoding.json").read_text())
REST = json.loads((DATA / "rest-cases.json").read_text())
INDEX = json.loads((DATA / "INDEX.json").read_text())
CODES = json.loads((DATA / "fault-codes.json").read_text())

CLIENT = ClientId("VN", "GOV", "000.00.00.H49", "motcua")
SERVICE = ServiceId("VN", "GOV", "000.00.00.G99", "dancu", "traCuu")
HEADER = Header(CLIENT, SERVICE, "9f1c2a9e-7f0b-4a63-9d3f-0f7b1f6f0a11", "VN000000000000", "HS-0001")


def each(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    """One test a case, under the case's own id."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases])
