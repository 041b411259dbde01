"""The closed vocabularies of a dossier, in English.

The official code and the Vietnamese label of every value are data in `schemas.codes`, in the list named beside it.
"""

from __future__ import annotations

from enum import StrEnum


class DossierState(StrEnum):
    """Code list `dossier-states`: official codes 1 to 10, in this order."""

    FILED = "filed"
    RECEIVED = "received"
    NOT_RECEIVED = "not_received"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    COMPLETED = "completed"
    RETURNED = "returned"


class Channel(StrEnum):
    """Code list `channels`: how the dossier was filed."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    POST = "post"


class ApplicantKind(StrEnum):
    """Code list `applicant-kinds`."""

    INDIVIDUAL = "individual"
    ENTERPRISE = "enterprise"
    STATE_BODY = "state_body"
    ORGANISATION = "organisation"


class IdentityKind(StrEnum):
    """Code list `identity-kinds`."""

    PERSONAL_NUMBER = "personal_number"
    OLD_ID_CARD = "old_id_card"


class ResultDelivery(StrEnum):
    """Code list `result-deliveries`: how the result reaches the applicant."""

    COUNTER = "counter"
    POST = "post"


class FilingPlace(StrEnum):
    """Code list `filing-places`: the portal at which the dossier was filed."""

    NATIONAL_PORTAL = "national_portal"
    PROVINCIAL_PORTAL = "provincial_portal"


class OnlinePayment(StrEnum):
    """Code list `online-payments`: where it was paid online, if it was."""

    NONE = "none"
    NATIONAL_PLATFORM = "national_platform"
    OWN_GATEWAY = "own_gateway"


class Reuse(StrEnum):
    """Code list `attachment-reuse`: whether a paper on file was used again instead of being handed in."""

    NO = "no"
    REUSED = "reused"
    REPLACED_BY_RESULT = "replaced_by_result"


class FeeMoment(StrEnum):
    """Code list `fee-moments`: when a fee is collected."""

    ON_RECEIPT = "on_receipt"
    ON_SUPPLEMENT = "on_supplement"
    ON_RETURN = "on_return"


class FeeKind(StrEnum):
    """Code list `fee-kinds`."""

    ORDINARY = "ordinary"
    APPRAISAL = "appraisal"
    EXTENSION = "extension"


__all__ = [
    "ApplicantKind",
    "Channel",
    "DossierState",
    "FeeKind",
    "FeeMoment",
    "FilingPlace",
    "IdentityKind",
    "OnlinePayment",
    "ResultDelivery",
    "Reuse",
]
