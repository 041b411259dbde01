"""Drives an adapter's conversation by hand, without a network: what it asks is kept, what it hears is given."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lienthong import (
    Context,
    Lost,
    Message,
    Misconfigured,
    NotSent,
    Reply,
    Request,
    Retry,
    Stop,
    TransportError,
    Unknown,
)
from lienthong.verdicts import Each, PollVerdict, QueryVerdict, Single, Verdict
from schemas.base import ZONE

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 22, 8, 31, 2, tzinfo=ZONE)
DOUBT = Context(NOW, attempt=2, in_doubt=True, system="national-portal")
FRESH = Context(NOW, system="national-portal")


@dataclass(slots=True)
class Talk:
    """What was asked, in order, and the verdict."""

    requests: list[Request] = field(default_factory=list)
    verdict: Verdict | QueryVerdict | PollVerdict | None = None

    @property
    def request(self) -> Request:
        """The only request."""
        assert len(self.requests) == 1, self.requests
        return self.requests[0]

    @property
    def single(self) -> Single:
        """The verdict of a batch of one, or of a conversation about one message."""
        if isinstance(self.verdict, Each):
            assert len(self.verdict.verdicts) == 1
            return self.verdict.verdicts[0]
        assert isinstance(self.verdict, Single)
        return self.verdict


def talk(conversation: Generator[Request, Reply, Any], *heard: Reply | TransportError) -> Talk:
    """Lead a conversation to its end. An error that it does not catch becomes the verdict that the driver gives."""
    talked = Talk()
    answers = iter(heard)
    try:
        talked.requests.append(next(conversation))
        while True:
            answer = next(answers)
            asked = conversation.send(answer) if isinstance(answer, Reply) else conversation.throw(answer)
            talked.requests.append(asked)
    except StopIteration as end:
        assert next(answers, None) is None, "the conversation ended before all answers were heard"
        talked.verdict = end.value
    except TransportError as error:
        talked.verdict = _by_error(error, talked.requests[-1])
    return talked


def _by_error(error: TransportError, request: Request) -> Verdict:
    match error:
        case NotSent():
            return Retry(str(error))
        case Misconfigured():
            return Stop(str(error))
        case Lost() if request.write:
            return Unknown(str(error))
    return Retry(str(error))


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """An answer: bytes as they are, everything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Reply(status, headers or {}, content)


def sample(folder: str, name: str, form: str) -> Any:
    """A document of tests/adapters/data."""
    return json.loads((DATA / folder / f"{name}.{form}.json").read_text(encoding="utf-8"))


def message(type: str, data: Any, number: int = 1) -> Message:
    """A message as the ledger would give it; `data` is canonical JSON."""
    subject = data.get("code") or data.get("dossier_code")
    return Message(
        id=f"0197f0c0-0000-7000-8000-{number:012d}",
        source="/h49/provincial-portal",
        type=type,
        subject=subject,
        key=f"key-{number}",
        time=NOW,
        received_at=NOW,
        schema=f"urn:lienthong:{type}:1",
        data=json.dumps(data).encode(),
    )


def dossier(name: str = "individual", number: int = 1, type: str = "dossier.submitted", **changes: Any) -> Message:
    """A sample dossier as a message; `changes` replace fields of the whole."""
    return message(type, {**sample("dossiers", name, "canonical"), **changes}, number)


def step(name: str = "received", number: int = 1, **changes: Any) -> Message:
    """A sample step as a message."""
    return message("dossier.progressed", {**sample("steps", name, "canonical"), **changes}, number)
