"""Logs: one JSON object a line for machines, or coloured lines for people; never with personal data."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any, Literal, TextIO
from zoneinfo import ZoneInfo

import orjson
import structlog

from .personal import clean, clean_text

Form = Literal["json", "console"]
Entry = MutableMapping[str, Any]

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
# uvicorn's access log shows query strings, which may name a person; the metrics count requests
QUIET = ("uvicorn.access", "amqp", "kombu", "httpx", "httpcore", "asyncio")


def configure(*, level: str = "info", form: Form = "console", stream: TextIO | None = None) -> None:
    """Once at start, for structlog and for everything that uses the standard library's logging.

    `level`: debug, info, warning, error or critical; another word raises `ValueError`. `stream`: standard error.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None or not number:
        raise ValueError(f"log level {level!r} is none: use debug, info, warning, error or critical")
    output = stream if stream is not None else sys.stderr
    structlog.configure(
        processors=[*_shared(), *_finish(form, output)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    _adopt_standard_logging(number, form, output)


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _stamp,
        _exception,
        _personal,
    ]


def _finish(form: Form, output: TextIO) -> list[Any]:
    if form == "json":
        return [structlog.processors.EventRenamer("event"), _json]
    return [structlog.dev.ConsoleRenderer(colors=output.isatty())]


def _adopt_standard_logging(number: int, form: Form, output: TextIO) -> None:
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_shared()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_finish(form, output)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def _stamp(logger: Any, method: str, entry: Entry) -> Entry:
    entry["time"] = datetime.now(HERE).isoformat(timespec="milliseconds")
    return entry


def _personal(logger: Any, method: str, entry: Entry) -> Entry:
    # what structlog itself keeps in an entry begins with an underscore
    own = {key: value for key, value in entry.items() if key.startswith("_")}
    return {**clean({key: value for key, value in entry.items() if key not in own}), **own}


def _exception(logger: Any, method: str, entry: Entry) -> Entry:
    """Places and kinds of an exception and its words, cleaned; never the values of variables."""
    found = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        entry["exception"] = _words(error)
    return entry


def _words(error: BaseException) -> str:
    lines = [f"{type(error).__module__}.{type(error).__qualname__}: {clean_text(str(error))}"]
    lines += [
        f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines if cause is None else [*lines, "after", _words(cause)])


def _json(logger: Any, method: str, entry: Entry) -> str:
    return orjson.dumps(dict(entry), default=str).decode()


__all__ = ["Form", "configure"]
