"""Code tables of the connectors of 2026. They hold for this channel alone: `LoaiDoiTuong` 1 is a citizen on the
national portal's dossier channel and an enterprise here."""

from __future__ import annotations

from schemas.forwarding import ForwardedBy, PaperForm
from schemas.vocabulary import DossierState, FeeKind, FeeMoment

KINDS = {ForwardedBy.CITIZEN: "0", ForwardedBy.ENTERPRISE: "1", ForwardedBy.HOUSEHOLD_BUSINESS: "2"}
FORMS = {PaperForm.ORIGINAL: "0", PaperForm.COPY: "1", PaperForm.ELECTRONIC: "2"}
# numbered as the dossier states of the national portal; the connector's documents say the same
STATES = {
    DossierState.FILED: "1",
    DossierState.RECEIVED: "2",
    DossierState.NOT_RECEIVED: "3",
    DossierState.PROCESSING: "4",
    DossierState.SUPPLEMENT_REQUESTED: "5",
    DossierState.PAYMENT_REQUESTED: "6",
    DossierState.WITHDRAWN: "7",
    DossierState.STOPPED: "8",
    DossierState.COMPLETED: "9",
    DossierState.RETURNED: "10",
}
# result papers are taken with these states only
WITH_RESULTS = frozenset({DossierState.SUPPLEMENT_REQUESTED, DossierState.PAYMENT_REQUESTED, DossierState.COMPLETED})
FEE_MOMENTS = {FeeMoment.ON_RECEIPT: "1", FeeMoment.ON_SUPPLEMENT: "2", FeeMoment.ON_RETURN: "4"}
FEE_KINDS = {FeeKind.ORDINARY: "1", FeeKind.APPRAISAL: "2", FeeKind.EXTENSION: "3"}
TAKEN = 1
# two of the three forms of times that come in one payload; the third is ISO 8601
DATES = {"spaced": "%Y-%m-%d %H:%M:%S", "packed": "%Y%m%d%H%M%S"}
