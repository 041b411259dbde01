"""A ministry's connector of the REST generation of 2026."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel

from lienthong.ports import (
    Adapter,
    Capabilities,
    Context,
    Conversation,
    Enquiry,
    Message,
    OnUnknown,
    Operation,
    Polling,
    Question,
    operation,
    poll,
    query,
)
from lienthong.requests import Post, Reply, Request
from lienthong.verdicts import (
    Absent,
    Answered,
    Delivered,
    Draft,
    Polled,
    Reject,
    Retry,
    Single,
    Stop,
    Unknown,
)
from schemas.files import ProvidedFile, StoredFile
from schemas.filings import CodeAnswer, CodeQuestion, FilingCollected, FilingProgress
from schemas.forwarding import ForwardedDossier
from schemas.progress import ProgressStep

from .answers import document, member, records
from .codes import TAKEN
from .listing import compared
from .model import XacNhan
from .sending import native_of, read
from .settings import IgateSettings
from .translate import created, status, step
from .upload import multipart

M = TypeVar("M", bound=BaseModel)
_VERDICTS = (Delivered, Retry, Unknown, Absent, Reject, Stop)


class Igate(Adapter):
    """Asked regularly: new dossiers. Asked: a dossier code. Told: files, dossiers, steps, states, what was taken."""

    name = "igate"
    Settings = IgateSettings
    capabilities = Capabilities(idempotent=False, attachments=True)
    # user and password are client_id and client_secret; a wrapped token stands at /data/access_token: set login.token
    auth: ClassVar[Mapping[str, Any]] = {
        "type": "session",
        "login": {
            "path": "connector/connector/v1/login",
            "body": {"client_id": "{username}", "client_secret": "{password}"},
            "token": "/access_token",
        },
        "lifetime": 600,
        "place": "header:Authorization",
        "prefix": "Bearer ",
    }

    settings: IgateSettings

    def on_unknown(self, operation: Operation) -> OnUnknown:
        """For steps and states the configuration decides: what the connector does with a repeat is not known."""
        chosen = {"steps": self.settings.steps_on_unknown, "state": self.settings.status_on_unknown}
        return chosen.get(operation.name, operation.on_unknown)

    @poll("filing.received", "filing.collected", every=300)
    def new_dossiers(self, cursor: Any, context: Context) -> Polling:
        """One question a call; the cursor holds which procedure is next and what is listed and known of each."""
        asked, state = self.settings.new.procedures, cursor or {"next": 0, "known": {}}
        now = state["next"] % len(asked)
        found = yield from self._ask(self.settings.paths.new, self._wanted(asked[now]))
        if isinstance(found, _VERDICTS):
            return found if isinstance(found, Retry | Reject | Stop) else Retry("the list could not be read")
        rows = records(found, self.settings.new.records)
        if rows is None:
            return Retry("the answer holds no list of dossiers; see settings.new.records")
        known: list[str] = state["known"].get(asked[now], [])
        drafts, bad, listed = compared(rows, known, self.settings.new, context)
        last = now + 1 >= len(asked)
        after = {"next": 0 if last else now + 1, "known": {**state["known"], asked[now]: listed}}
        return Polled(tuple(drafts), after, more=not last, unreadable=tuple(bad))

    @query("dossier.next_code", asks=CodeQuestion, answers=CodeAnswer, results=("found",))
    def next_code(self, question: Question, context: Context) -> Enquiry:
        """The next code of a counter. A repeat uses up another one; gaps do no harm."""
        path = self.settings.paths.next_code
        if path is None:
            return Stop("set settings.paths.next_code: the path of GetNextValue is not published")
        found = yield from self._ask(path, {"code": question.read(CodeQuestion).counter})
        if isinstance(found, _VERDICTS):
            return found if isinstance(found, Retry | Reject | Stop) else Retry("the answer could not be read")
        code = member(found, "value")
        return Retry("the answer holds no value") if code is None else Answered("found", CodeAnswer(code=code))

    @operation("filing.collected", on_unknown="resend")
    def acknowledge(self, message: Message, context: Context) -> Conversation:
        """That a dossier was taken. Saying so twice changes nothing."""

        def native(said: FilingCollected) -> list[Any]:
            return [XacNhan(MaHoSo=said.dossier_code, TrangThaiNhanHoSo=TAKEN).model_dump()]

        return (yield from self._tell(message, FilingCollected, native, self.settings.paths.acknowledge))

    @operation("file.provided", on_unknown="resend")
    def upload(self, message: Message, context: Context) -> Conversation:
        """A file; `file.stored` tells under what id. Repeating leaves a file behind that nothing names."""
        said = read(message, ProvidedFile)
        if isinstance(said, Reject):
            return said
        request = multipart(self.settings.paths.upload, self.settings.file_field, said.name, said.media, said.octets())
        found = document((yield request), request, self.settings.answers)
        if isinstance(found, _VERDICTS):
            return found
        id = member(found, "IdTepTin")
        if id is None:
            return Unknown("the answer holds no IdTepTin")
        stored = StoredFile(
            dossier_code=said.dossier_code,
            system=context.system or "igate",
            name=said.name,
            component_code=said.component_code,
            id=id,
            hash=member(found, "HashTepTin"),
        )
        return Delivered(id, (Draft("file.stored", message.subject, stored, time=context.now),))

    @operation("dossier.forwarded")
    def create(self, message: Message, context: Context) -> Conversation:
        """A dossier; its files were uploaded before. The connector's id of it is the delivery's reference."""
        path = self.settings.paths.create
        if path is None:
            return Stop("set settings.paths.create: the path of the creation is not published")
        native = native_of(message, ForwardedDossier, lambda said: created(said, self.settings.dates).model_dump())
        if isinstance(native, Reject):
            return native
        request = Post(path, json=native)
        found = document((yield request), request, self.settings.answers)
        if isinstance(found, _VERDICTS):
            return found
        id, code = member(found, "idHoSo"), member(found, "maHoSo")
        if id is None:
            return Unknown("the answer holds no idHoSo")
        if code not in (None, native["MaHoSo"]):
            return Unknown("the connector created the dossier under another code")
        return Delivered(id)

    @operation("dossier.progressed")
    def steps(self, message: Message, context: Context) -> Conversation:
        """One processing step."""

        def native(said: ProgressStep) -> list[Any]:
            return [step(said, self.settings.dates).model_dump()]

        return (yield from self._tell(message, ProgressStep, native, self.settings.paths.progress))

    @operation("filing.progressed")
    def state(self, message: Message, context: Context) -> Conversation:
        """One state."""

        def native(said: FilingProgress) -> list[Any]:
            return [status(said).model_dump()]

        return (yield from self._tell(message, FilingProgress, native, self.settings.paths.status))

    def _wanted(self, procedure: str) -> dict[str, str]:
        new = self.settings.new
        return {"TrangThaiHoSo": new.state, "MaTTHC": procedure, "HinhThucTiepNhan": new.received_by}

    def _ask(self, path: str, body: Any) -> Generator[Request, Reply, Any]:
        request = Post(path, json=body, write=False)
        return document((yield request), request, self.settings.answers)

    def _tell(
        self, message: Message, model: type[M], translate: Callable[[M], Any], path: str
    ) -> Generator[Request, Reply, Single]:
        native = native_of(message, model, translate)
        if isinstance(native, Reject):
            return native
        request = Post(path, json=native)
        found = document((yield request), request, self.settings.answers)
        return found if isinstance(found, _VERDICTS) else Delivered()


__all__ = ["Igate", "IgateSettings"]
