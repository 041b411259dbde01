"""What the portal is told about dossiers and their processing steps, and asked when an outcome is unknown."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from lienthong.ports import Context, Conversation, Lookup, Message, OnUnknown, Operation, lookup, operation
from lienthong.requests import Misconfigured, Reply, Request, TransportError, Unsendable
from lienthong.verdicts import Absent, Each, Reject, Retry, Single, Split, Stop, Unknown
from schemas.dossier import Dossier
from schemas.progress import ProgressStep

from .answers import Meaning, Said
from .batches import Item, in_order, judge, prepared
from .channel import Channel
from .finding import dossier_found, heard, step_found
from .replies import delivered, refused, verdict
from .settings import NationalPortalSettings
from .translate import Language

DOSSIERS, STEPS, FIND_DOSSIER = "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraCuuHoSo"
# dossiers that exist already are updated one by one, so that each has an answer of its own; the rest comes next time
_UPDATES_AT_ONCE = 10

Answered = Generator[Request, Reply, list[Said | Single] | Split]


def _dossier_code(message: Message) -> object:
    return message.subject


class Dossiers(Channel):
    """Told: new dossiers, changed dossiers, steps. Asked: whether a dossier, or a step, is there."""

    def __init__(self, settings: NationalPortalSettings) -> None:
        super().__init__(settings)
        self._language = Language(settings.limits, settings.required, settings.procedures)

    def on_unknown(self, operation: Operation) -> OnUnknown:
        """For steps the configuration decides: what the portal does with a repeated step is not known."""
        return self.settings.steps.on_unknown if operation.name == "steps" else super().on_unknown(operation)

    @operation("dossier.submitted", batch=50, on_unknown="lookup")
    def submit(self, messages: Sequence[Message], context: Context) -> Conversation:
        """New dossiers, in one insert; one that the portal has already is sent again as an update."""
        items = [self._dossier(message) for message in messages]
        answers = yield from self._write("insert", DOSSIERS, items, isUpdating="False")
        if isinstance(answers, Split):
            return answers
        verdicts: list[Single] = []
        room = _UPDATES_AT_ONCE
        for item, answer in zip(items, answers, strict=True):
            known = self._settled(item, answer, context, alone=len(messages) == 1)
            if known is None and isinstance(item, Item) and room:
                room -= 1
                known = yield from self._update_existing(item, context)
            verdicts.append(known or Retry("the portal has this dossier already; its update comes next"))
        return Each(verdicts)

    @operation("dossier.updated", batch=50, on_unknown="resend")
    def update(self, messages: Sequence[Message], context: Context) -> Conversation:
        """Changed dossiers, each said in full, in one update. Repeating it changes nothing more."""
        items = [self._dossier(message) for message in messages]
        answers = yield from self._write("update", DOSSIERS, items, isUpdating="True")
        return answers if isinstance(answers, Split) else _each(items, answers, context)

    @operation("dossier.progressed", batch=10, batch_key=_dossier_code, run=True)
    def steps(self, messages: Sequence[Message], context: Context) -> Conversation:
        """Successive steps of one dossier, at most ten a call."""
        items = in_order([self._step(message) for message in messages])
        answers = yield from self._write("steps", STEPS, items)
        return answers if isinstance(answers, Split) else _each(items, answers, context)

    @lookup("submit")
    def find_dossier(self, message: Message, context: Context) -> Lookup:
        """Whether the portal has the dossier."""
        item = self._dossier(message)
        if isinstance(item, Reject):
            return item
        said = yield from self._ask("find_dossier", FIND_DOSSIER, item.key)
        if not isinstance(said, Said):
            return said
        return _found(dossier_found(said, item.key, self.settings.answers), item, said, context)

    @lookup("steps")
    def find_step(self, message: Message, context: Context) -> Lookup:
        """Whether the portal has a step that equals this one in every field sent."""
        service = self.settings.steps.lookup_service
        if service is None:
            return Stop("steps cannot be looked up: set steps.lookup_service, or another steps.on_unknown")
        item = self._step(message)
        if isinstance(item, Reject):
            return item
        said = yield from self._ask("find_steps", service, item.key)
        if not isinstance(said, Said):
            return said
        return _found(step_found(said, item.native), item, said, context)

    def _dossier(self, message: Message) -> Item[Dossier] | Reject:
        return prepared(message, Dossier, self._language.dossier_to_native)

    def _step(self, message: Message) -> Item[ProgressStep] | Reject:
        return prepared(message, ProgressStep, self._language.step_to_native)

    def _write(self, purpose: str, service: str, items: Sequence[Item[Any] | Single], **parameters: str) -> Answered:
        """Send what can be sent, in one request: an answer an item, and for what was not sent the verdict it had."""
        sent = [item for item in items if isinstance(item, Item)]
        judged: list[Said] | Single | Split = []
        if sent:
            request = self._dossier_call(purpose, service, {**parameters, "data": [item.native for item in sent]})
            judged = judge((yield request), request, [item.key for item in sent], self.settings.answers)
        if isinstance(judged, Split):
            return judged
        answers = iter(judged if isinstance(judged, list) else [judged] * len(sent))
        return [next(answers) if isinstance(item, Item) else item for item in items]

    def _dossier_call(self, purpose: str, service: str, body: Mapping[str, Any], *, write: bool = True) -> Request:
        return self.call(service, body, write=write, path=getattr(self.settings.paths, purpose))

    def _ask(self, purpose: str, service: str, code: str) -> Generator[Request, Reply, Said | Single]:
        request = self._dossier_call(purpose, service, {"mahoso": code}, write=False)
        return heard((yield request), request, self.settings.answers)

    def _settled(
        self, item: Item[Dossier] | Reject, answer: Said | Single, context: Context, *, alone: bool
    ) -> Single | None:
        """The verdict of one inserted dossier; `None`: the portal has it already and is to be told it as an update."""
        if not isinstance(answer, Said) or not isinstance(item, Item) or answer.meaning is not Meaning.EXISTS:
            return _single(item, answer, context)
        policy = self.settings.submit.on_exists
        if policy == "accept" or (context.in_doubt and alone):
            return delivered(item, context)
        if policy == "update":
            return None
        if context.in_doubt:
            return Unknown("the portal has this dossier already, and its batch was in doubt")
        return refused(item, context, answer.code, answer.text)

    def _update_existing(self, item: Item[Dossier], context: Context) -> Generator[Request, Reply, Single]:
        """The dossier as an update. Repeating is harmless, so an unknown outcome is only a reason to come again."""
        try:
            answers = yield from self._write("update", DOSSIERS, [item], isUpdating="True")
        except Misconfigured as error:
            return Stop(str(error))
        except Unsendable as error:
            return Reject("unsendable", str(error))
        except TransportError as error:
            return Retry(f"the update of an existing dossier was not answered: {error}")
        if isinstance(answers, Split):
            return Retry(answers.reason)
        outcome = _single(item, answers[0], context)
        return Retry(outcome.reason) if isinstance(outcome, Unknown) else outcome


def _each(items: Sequence[Item[Any] | Single], answers: Sequence[Said | Single], context: Context) -> Each:
    return Each([_single(item, answer, context) for item, answer in zip(items, answers, strict=True)])


def _single(item: Item[Any] | Single, answer: Said | Single, context: Context) -> Single:
    if not isinstance(item, Item):
        return item
    return verdict(item, answer, context) if isinstance(answer, Said) else answer


def _found(found: bool | None, item: Item[Any], said: Said, context: Context) -> Single:
    if found is None:
        return Retry(f"the portal did not tell whether it is there: {said.reason}")
    return delivered(item, context) if found else Absent()


__all__ = ["Dossiers"]
