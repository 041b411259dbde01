"""The National Public Service Portal (Cổng Dịch vụ công Quốc gia), generation 1.

The session is the connector's affair (`auth`); `madonvi`, paths and the reading of answers are settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from lienthong.ports import Capabilities

from .asked import Asked
from .catalogues.polling import Catalogues
from .dossiers import Dossiers
from .filed.conversations import Filings
from .filed.receptions import Receptions
from .questions.conversations import Questions
from .settings import Answers, NationalPortalSettings


class NationalPortal(Dossiers, Filings, Receptions, Questions, Catalogues, Asked):
    """Dossiers out, dossiers filed there in, catalogues, questions and answers, look-ups."""

    name = "national_portal"
    Settings = NationalPortalSettings
    capabilities = Capabilities(idempotent=False, batch=True, attachments=True, callbacks=True)
    auth: ClassVar[Mapping[str, Any]] = {
        "type": "session",
        "login": {
            "path": "mapi/login",
            "body": {"username": "{username}", "password": "{password}"},
            "token": "/session",
            "ok": {"pointer": "/error_code", "values": ["0", "00"]},
        },
        "lifetime": 600,
        "place": "json:/session",
        "expired": [{"pointer": "/message", "phrases": list(Answers().session_phrases)}],
    }


__all__ = ["NationalPortal", "NationalPortalSettings"]
