"""Code tables of the provincial one-stop system's own form. They hold for this channel alone."""

from __future__ import annotations

from schemas.vocabulary import (
    ApplicantKind,
    Channel,
    DossierState,
    FeeKind,
    FeeMoment,
    FilingPlace,
    IdentityKind,
    OnlinePayment,
    ResultDelivery,
    Reuse,
)

STATES = {
    DossierState.FILED: 1,
    DossierState.RECEIVED: 2,
    DossierState.NOT_RECEIVED: 3,
    DossierState.PROCESSING: 4,
    DossierState.SUPPLEMENT_REQUESTED: 5,
    DossierState.PAYMENT_REQUESTED: 6,
    DossierState.WITHDRAWN: 7,
    DossierState.STOPPED: 8,
    DossierState.COMPLETED: 9,
    DossierState.RETURNED: 10,
}
CHANNELS = {Channel.IN_PERSON: "TRUC_TIEP", Channel.ONLINE: "TRUC_TUYEN", Channel.POST: "BUU_CHINH"}
APPLICANT_KINDS = {
    ApplicantKind.INDIVIDUAL: "CN",
    ApplicantKind.ENTERPRISE: "DN",
    ApplicantKind.STATE_BODY: "CQNN",
    ApplicantKind.ORGANISATION: "TC",
}
IDENTITY_KINDS = {IdentityKind.PERSONAL_NUMBER: "CCCD", IdentityKind.OLD_ID_CARD: "CMND"}
RESULT_DELIVERIES = {ResultDelivery.COUNTER: "TAI_QUAY", ResultDelivery.POST: "BUU_CHINH"}
FILING_PLACES = {FilingPlace.NATIONAL_PORTAL: "CONG_QUOC_GIA", FilingPlace.PROVINCIAL_PORTAL: "CONG_TINH"}
ONLINE_PAYMENTS = {
    OnlinePayment.NONE: "KHONG",
    OnlinePayment.NATIONAL_PLATFORM: "CONG_QUOC_GIA",
    OnlinePayment.OWN_GATEWAY: "CONG_RIENG",
}
REUSE = {Reuse.NO: 0, Reuse.REUSED: 1, Reuse.REPLACED_BY_RESULT: 2}
FEE_MOMENTS = {
    FeeMoment.ON_RECEIPT: "KHI_TIEP_NHAN",
    FeeMoment.ON_SUPPLEMENT: "KHI_BO_SUNG",
    FeeMoment.ON_RETURN: "KHI_TRA",
}
FEE_KINDS = {FeeKind.ORDINARY: "THONG_THUONG", FeeKind.APPRAISAL: "THAM_DINH", FeeKind.EXTENSION: "GIA_HAN"}
FLAGS = {True: 1, False: 0}
NOTICES = {"dossier.submitted": "HoSoMoi", "dossier.updated": "CapNhatHoSo", "dossier.progressed": "TienDo"}
OUTCOMES = {"dossier.acknowledged": "ThanhCong", "dossier.refused": "TuChoi"}
