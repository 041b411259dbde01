"""What a running bus says: lines for a person on a terminal, JSON lines for a collector."""

from __future__ import annotations

import sys

import structlog


def configure(json: bool) -> None:
    """Log to standard error from now on."""
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            *([structlog.processors.format_exc_info] if json else []),
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
