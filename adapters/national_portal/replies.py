"""From what the portal said to a verdict, with what is told to those who sent the message (follow-ups)."""

from __future__ import annotations

from typing import Any

from lienthong.ports import Context
from lienthong.verdicts import Delivered, Draft, Reject, Retry, Single, Unknown
from schemas.dossier import Dossier
from schemas.progress import Acknowledgement, AnsweredStep, ProgressStep, Refusal

from .answers import Meaning, Said
from .batches import Item

# longest reason of an answer in the schema
_REASON = 4000


def delivered(item: Item[Dossier] | Item[ProgressStep], context: Context) -> Delivered:
    """It took effect; `dossier.acknowledged` says so. The portal tells no id of its own."""
    told = Acknowledgement(**_answer(item, context))
    return Delivered(follow_ups=(_draft("dossier.acknowledged", item, context, told),))


def refused(item: Item[Dossier] | Item[ProgressStep], context: Context, code: str | None, text: str) -> Reject:
    """The portal refused it for good; `dossier.refused` says so with the portal's own code and text."""
    code, text = code or "refused", text[:_REASON] or "the portal gave no reason"
    told = Refusal(**_answer(item, context), code=code, reason=text)
    return Reject(
        "refused-by-portal",
        f"the portal answered {code}: {text}"[:500],
        follow_ups=(_draft("dossier.refused", item, context, told),),
    )


def verdict(item: Item[Dossier] | Item[ProgressStep], said: Said, context: Context) -> Single:
    """What an answer to a write means for one item. An existing dossier is the caller's to decide; an existing step is
    what was wanted; an update cannot be refused for existing, so that is a refusal like others."""
    match said.meaning:
        case Meaning.DONE:
            return delivered(item, context)
        case Meaning.EXISTS if isinstance(item.said, ProgressStep):
            return delivered(item, context)
        case Meaning.RETRY:
            return Retry(said.reason)
        case Meaning.UNKNOWN:
            return Unknown(said.reason)
    return refused(item, context, said.code, said.text)


def _answer(item: Item[Dossier] | Item[ProgressStep], context: Context) -> dict[str, Any]:
    step = item.said if isinstance(item.said, ProgressStep) else None
    return {
        "dossier_code": item.key,
        "system": context.system or "national-portal",
        "answered": item.message.type,
        "message_id": item.message.id,
        "step": None if step is None else AnsweredStep(at=step.at, state=step.state),
    }


def _draft(type: str, item: Item[Dossier] | Item[ProgressStep], context: Context, data: Acknowledgement) -> Draft:
    return Draft(type=type, subject=item.message.subject, data=data, time=context.now)


__all__ = ["delivered", "refused", "verdict"]
