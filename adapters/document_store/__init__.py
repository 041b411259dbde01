"""The personal document store (kho dữ liệu điện tử): what a person has already and need not hand in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import ValidationError

from adapters.fields import Untranslatable
from lienthong.ports import Adapter, Capabilities, Context, Enquiry, Question, query
from lienthong.requests import Post, Reply, Request, classify
from lienthong.verdicts import Answered, QueryVerdict, Reject, Retry, Stop, Unknown
from schemas.flaws import flaws
from schemas.store import FileAnswer, FileQuestion, StorePapers, StoreQuestion

from .settings import DocumentStoreSettings
from .translate import papers, search

FOUND = ("found", "not-found")


class DocumentStore(Adapter):
    """Asked: which papers there are, and the content of one."""

    name = "document_store"
    Settings = DocumentStoreSettings
    capabilities = Capabilities(idempotent=True)
    # where the answer to the log-in holds the session, and where a call carries it, is not published
    auth: ClassVar[Mapping[str, Any]] = {
        "type": "session",
        "login": {
            "path": "bndp/public/v1/login",
            "body": {"username": "{username}", "password": "{password}"},
        },
    }

    settings: DocumentStoreSettings

    @query("documents.search", asks=StoreQuestion, answers=StorePapers, results=FOUND)
    def search(self, question: Question, context: Context) -> Enquiry:
        """Papers of a person that would serve a procedure."""
        native = search(question.read(StoreQuestion))
        request = Post(self.settings.search_path, json=native.model_dump(), write=False)
        document = self._heard((yield request), request)
        if not isinstance(document, dict):
            return document
        try:
            found = papers(document.get("result"))
        except (ValidationError, Untranslatable) as error:
            return _unread(error)
        return Answered("found", found) if found.papers else Answered("not-found")

    @query("documents.fetch", asks=FileQuestion, answers=FileAnswer, results=FOUND)
    def fetch(self, question: Question, context: Context) -> Enquiry:
        """The content of one file. The answer is Base64, as JSON text or bare."""
        asked = question.read(FileQuestion)
        body = {"CoQuanChuQuan": asked.issuer, "DuongDan": asked.place}
        request = Post(self.settings.file_path, json=body, write=False)
        reply = yield request
        if reply.status == 404 and self.settings.missing_is_404:
            return Answered("not-found")
        verdict = _by_status(reply, request)
        if verdict is not None:
            return verdict
        content = _text(reply)
        if content is None:
            said = self._said(reply)
            return said if not isinstance(said, dict) else Retry("the answer holds no file")
        if not content:
            return Answered("not-found")
        try:
            return Answered("found", FileAnswer(content=content))
        except ValidationError:
            return Retry("the answer is not a file in Base64")

    def _heard(self, reply: Reply, request: Request) -> dict[str, Any] | QueryVerdict:
        return _by_status(reply, request) or self._said(reply)

    def _said(self, reply: Reply) -> dict[str, Any] | QueryVerdict:
        """The answer, if its code says that it is one."""
        try:
            document = reply.json()
        except (ValueError, RecursionError):
            return Retry("the answer is not JSON")
        code = document.get("errorCode") if isinstance(document, dict) else None
        if code is None:
            return Retry("the answer has no errorCode")
        text = f"the store answered {code}: {document.get('message') or 'without a text'}"[:500]
        if str(code) in self.settings.missing_codes:
            return Answered("not-found")
        if str(code) in self.settings.retry_codes:
            return Retry(text)
        return document if str(code) in self.settings.success_codes else Reject("refused-by-store", text)


def _by_status(reply: Reply, request: Request) -> Reject | Retry | Stop | None:
    verdict = classify(reply, request)
    if verdict is None or isinstance(verdict, Retry | Stop):
        return verdict
    if isinstance(verdict, Unknown):
        return Retry(verdict.reason)
    if reply.status in (404, 405):
        return Stop(f"http-{reply.status}: nothing is served at this path; check base_url and settings")
    return Reject(f"http-{reply.status}", f"the store answered {reply.status}")


def _text(reply: Reply) -> str | None:
    """The answer as text: JSON text, or no JSON at all. `None` for JSON of another kind."""
    try:
        document = reply.json()
    except (ValueError, RecursionError):
        return reply.content.decode("ascii", "replace").strip()
    return document if isinstance(document, str) else None


def _unread(error: ValidationError | Untranslatable) -> Reject:
    if isinstance(error, Untranslatable):
        return Reject(error.code, error.reason, error.place)
    first = flaws(error)[0]
    return Reject(first.code, f"the store's answer: {first.reason}", first.pointer)


__all__ = ["DocumentStore", "DocumentStoreSettings"]
