"""What an answer to a write means where nobody waits for a follow-up."""

from __future__ import annotations

from lienthong.requests import Reply, Request
from lienthong.verdicts import Delivered, Reject, Retry, Single, Split, Unknown

from .answers import Meaning, Said
from .batches import judge
from .settings import Answers


def told(reply: Reply, request: Request, settings: Answers, key: str = "") -> Single:
    """The verdict of a write of one record. "Exists already" is a refusal: it may exist with other words."""
    judged = judge(reply, request, [key], settings)
    if isinstance(judged, Split):
        return Unknown(judged.reason)
    if not isinstance(judged, list):
        return judged
    return _verdict(judged[0])


def _verdict(said: Said) -> Single:
    match said.meaning:
        case Meaning.DONE:
            return Delivered()
        case Meaning.RETRY:
            return Retry(said.reason)
        case Meaning.UNKNOWN:
            return Unknown(said.reason)
    return Reject("refused-by-portal", f"the portal answered {said.reason}"[:500])


__all__ = ["told"]
