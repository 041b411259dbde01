"""Code tables of the national portal's dossier channel (`DongBoHoSoMC`, `CapNhatTienDoHoSoMC`).

They hold for this channel alone: other channels of the same portal number the same things differently.
Source: field list of the two services; the states are the same in every client and document known.
"""

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
CHANNELS = {Channel.IN_PERSON: "1", Channel.ONLINE: "2", Channel.POST: "3"}
APPLICANT_KINDS = {
    ApplicantKind.INDIVIDUAL: "1",
    ApplicantKind.ENTERPRISE: "2",
    ApplicantKind.STATE_BODY: "3",
    ApplicantKind.ORGANISATION: "4",
}
IDENTITY_KINDS = {IdentityKind.PERSONAL_NUMBER: "1", IdentityKind.OLD_ID_CARD: "2"}
RESULT_DELIVERIES = {ResultDelivery.COUNTER: "0", ResultDelivery.POST: "1"}
FILING_PLACES = {FilingPlace.NATIONAL_PORTAL: "1", FilingPlace.PROVINCIAL_PORTAL: "2"}
# 3 is sent by one client too; nobody says what it means, so it is not in the table
ONLINE_PAYMENTS = {OnlinePayment.NONE: "0", OnlinePayment.NATIONAL_PLATFORM: "1", OnlinePayment.OWN_GATEWAY: "2"}
REUSE = {Reuse.NO: "0", Reuse.REUSED: "1", Reuse.REPLACED_BY_RESULT: "2"}
FEE_MOMENTS = {FeeMoment.ON_RECEIPT: "1", FeeMoment.ON_SUPPLEMENT: "2", FeeMoment.ON_RETURN: "4"}
FEE_KINDS = {FeeKind.ORDINARY: "1", FeeKind.APPRAISAL: "2", FeeKind.EXTENSION: "3"}
FLAGS = {True: "1", False: "0"}
TRUTHS = {True: "True", False: "False"}
# `DongBoTrangThaiHoSo` numbers one state differently: refused at intake is 11 there, and 3 elsewhere
FILED_STATES = {**STATES, DossierState.NOT_RECEIVED: "11"}
# `TrangThaiThanhToan` of `ChungTuThue`; what other values mean is not published
PAID = "1"
