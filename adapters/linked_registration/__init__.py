"""Linked registrations of births and deaths (liên thông khai sinh, khai tử): cases are pulled, their states told."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import (
    Adapter,
    Capabilities,
    Context,
    Conversation,
    Message,
    OnUnknown,
    Operation,
    Polling,
    operation,
    poll,
)
from lienthong.requests import Get, Reply, Request, classify
from lienthong.verdicts import Delivered, Draft, Polled, Reject, Retry, Single, Stop, Unknown, Unreadable
from schemas.flaws import flaws
from schemas.linked import LinkedCase, LinkedCollected, LinkedProgress

from .settings import LinkedRegistrationSettings
from .translate import collected, linked_case, progress

M = TypeVar("M", bound=BaseModel)


class LinkedRegistration(Adapter):
    """Asked regularly: new cases. Told: that a case was taken, and where it stands."""

    name = "linked_registration"
    Settings = LinkedRegistrationSettings
    capabilities = Capabilities(idempotent=False, attachments=True)
    # the path of the log-in is not published: name it in the configuration
    auth: ClassVar[Mapping[str, Any]] = {
        "type": "session",
        "login": {"body": {"userName": "{username}", "password": "{password}"}, "token": "/token"},
        "lifetime": 600,
        "place": "header:Authorization",
        "prefix": "Bearer ",
    }

    settings: LinkedRegistrationSettings

    def on_unknown(self, operation: Operation) -> OnUnknown:
        """What the service does with a repeated state is not known: the configuration decides."""
        return self.settings.on_unknown if operation.name == "state" else operation.on_unknown

    @poll("linked_case.received", "linked_case.collected", every=300)
    def cases(self, cursor: Any, context: Context) -> Polling:
        """Cases that are listed and were not fetched before; the cursor holds those that are still listed."""
        known: list[str] = (cursor or {}).get("known", [])
        listed = yield from self._read(self.settings.list_path)
        if isinstance(listed, Retry | Stop | Reject):
            return listed
        rows = listed.get("data") if isinstance(listed, Mapping) else None
        if not isinstance(rows, list):
            return Retry("the answer holds no list of cases in data")
        ids = [str(row["id"]) for row in rows if isinstance(row, Mapping) and row.get("id") not in (None, "")]
        new = [id for id in dict.fromkeys(ids) if id not in known]
        drafts: list[Draft] = []
        bad: list[Unreadable] = []
        seen = [id for id in known if id in ids]
        for id in new[: self.settings.cases_at_once]:
            item = yield from self._read(self.settings.item_path.replace("{id}", quote(id, safe="")))
            if isinstance(item, Stop) and item.reason.startswith("http-404") and (drafts or known):
                item = None  # others are found at this path: it is this case that is not there
            if isinstance(item, Retry | Stop | Reject):
                if not drafts and not bad:
                    return item
                break  # what was fetched so far is kept
            seen.append(id)
            found = _case(id, item)
            if isinstance(found, Unreadable):
                bad.append(found)
            else:
                drafts.extend(_drafts(found, context))
        return Polled(tuple(drafts), {"known": seen}, more=len(seen) < len(set(ids)), unreadable=tuple(bad))

    @operation("linked_case.collected", on_unknown="resend")
    def take(self, message: Message, context: Context) -> Conversation:
        """That a case was taken; it is not listed again. Saying so twice changes nothing."""
        return (yield from self._tell(message, LinkedCollected, collected, "PUT", self.settings.taken_path))

    @operation("linked_case.progressed")
    def state(self, message: Message, context: Context) -> Conversation:
        """Where a case stands, on the service's own scale."""
        return (yield from self._tell(message, LinkedProgress, progress, "POST", self.settings.state_path))

    def _read(self, path: str) -> Generator[Request, Reply, Any]:
        request = Get(path)
        reply = yield request
        verdict = classify(reply, request)
        if isinstance(verdict, Reject):
            return Stop(f"http-{reply.status}; check base_url, settings.list_path and settings.item_path")
        if verdict is not None:
            return verdict
        try:
            return reply.json()
        except (ValueError, RecursionError):
            return Retry("the answer is not JSON")

    def _tell(
        self, message: Message, model: type[M], translate: Callable[[M], BaseModel], method: str, path: str
    ) -> Generator[Request, Reply, Single]:
        try:
            native = translate(message.read(model)).model_dump()
        except ValidationError as error:
            first = flaws(error)[0]
            return Reject(first.code, first.reason, first.pointer)
        except Untranslatable as error:
            return Reject(error.code, error.reason, error.place)
        request = Request(method, path, json=native)
        reply = yield request
        if reply.status in (404, 405):
            return Stop(f"http-{reply.status}: nothing is served at this path; check base_url and settings")
        return classify(reply, request) or self._answered(reply)

    def _answered(self, reply: Reply) -> Single:
        """2xx is success, unless the configuration knows where the answer says more."""
        said = self.settings.success
        if said is None:
            return Delivered()
        try:
            value = reply.json()
        except (ValueError, RecursionError):
            return Unknown("the answer is not JSON")
        for name in said.pointer.split("/")[1:]:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is None:
            return Unknown(f"the answer has no {said.pointer}")
        return (
            Delivered()
            if str(value).casefold() in said.values
            else Reject("refused", f"{said.pointer} is {value}"[:200])
        )


def _case(id: str, item: Any) -> LinkedCase | Unreadable:
    key = f"linked-case/{id[:100]}"
    if item is None:
        return Unreadable(key, {"id": id}, "not-there", "the case is listed, and asked for it is not there")
    try:
        return linked_case(item)
    except ValidationError as error:
        first = flaws(error)[0]
        return Unreadable(key, item, first.code, first.reason, first.pointer)
    except Untranslatable as error:
        return Unreadable(key, item, error.code, error.reason, error.place or None)
    except (ValueError, RecursionError):
        return Unreadable(key, item, "not-json", "data is not JSON written into a text", "/data")


def _drafts(found: LinkedCase, context: Context) -> list[Draft]:
    """The case, and what the service wants to hear of it: a route sends that back."""
    taken = LinkedCollected(id=found.id, dossier_code=found.dossier_code)
    key = f"linked-case/{found.id}"
    return [
        Draft("linked_case.received", found.dossier_code, found, key=key, time=context.now),
        Draft("linked_case.collected", found.dossier_code, taken, key=f"{key}/collected", time=context.now),
    ]


__all__ = ["LinkedRegistration", "LinkedRegistrationSettings"]
