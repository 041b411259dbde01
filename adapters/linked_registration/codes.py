"""Code table of linked registrations: a scale of its own, not that of dossiers (`TrangThaiHoSo`)."""

from __future__ import annotations

from schemas.linked import LinkedState

STATES = {
    LinkedState.WAITING: "1",
    LinkedState.SUPPLEMENT_REQUESTED: "2",
    LinkedState.RECEIVED: "3",
    LinkedState.RESULT_AVAILABLE: "4",
    LinkedState.RESULT_RETURNED: "5",
    LinkedState.REFUSED: "6",
    LinkedState.FORWARDED_TO_JUSTICE: "7",
}
