"""The faults of this portal, beside those that every simulated system can show."""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import Field, field_validator

from ..faults import Fault, FaultSet
from .settings import Answers, Batch, Steps


class SessionExpiry(Fault):
    """A session expires after `calls` calls; with `probability` only, at any call."""

    calls: int | None = Field(default=None, ge=0)


class ErrorIn200(Fault):
    """HTTP 200 with an error inside, no effect. May concern the log-in if `match` says so."""

    code: int = -1
    message: str = "Lỗi hệ thống, vui lòng thử lại sau"


class RefuseBatch(Fault):
    """An array with a bad item is refused as a whole, with one code that does not say which item."""


class PartialBatch(Fault):
    """Every item gets its own answer, good ones take effect; `code` is the code of the answer as a whole."""

    code: int = 0


class Rejection(Fault):
    """Dossiers whose code matches `pattern` are refused for good."""

    everywhere: ClassVar[bool] = True

    pattern: str
    code: int = -1
    message: str = "Hồ sơ không hợp lệ theo quy định nghiệp vụ"

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return value


class NationalFaults(FaultSet):
    """The body of `PUT /_control/faults`. `steps`, `batch` and `answers` replace the settings of the same name."""

    steps: Steps | None = None
    batch: Batch | None = None
    answers: Answers | None = None
    session_expiry: SessionExpiry | None = None
    error_in_200: ErrorIn200 | None = None
    refuse_batch: RefuseBatch | None = None
    partial_batch: PartialBatch | None = None
    reject: Rejection | None = None


__all__ = ["ErrorIn200", "NationalFaults", "PartialBatch", "RefuseBatch", "Rejection", "SessionExpiry"]
