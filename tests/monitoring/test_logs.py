"""What a log line holds, and what it never holds."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import structlog
from pydantic import BaseModel

from monitoring import logs


class Person(BaseModel):
    age: int


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    logs.configure(level="info", form="json", stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], level = before
    root.setLevel(level)
    for name in logs.QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET)


def last(output: io.StringIO) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output.getvalue().splitlines()[-1])
    return found


def test_one_object_a_line_with_time_and_level(output: io.StringIO) -> None:
    structlog.get_logger().info("claimed", system="land", deliveries=3)
    entry = last(output)
    time = entry.pop("time")
    assert entry == {"event": "claimed", "level": "info", "system": "land", "deliveries": 3}
    assert time.endswith("+07:00")
    assert datetime.fromisoformat(time).tzinfo is not None


def test_below_the_level_nothing_is_written(output: io.StringIO) -> None:
    structlog.get_logger().debug("fine")
    logging.getLogger("anything").debug("fine")
    assert output.getvalue() == ""


def test_the_standard_library_logs_the_same_way(output: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("started on %s", "port 8080")
    entry = last(output)
    entry.pop("time")
    assert entry == {"event": "started on port 8080", "level": "warning", "logger": "uvicorn.error"}


def test_access_logs_are_not_written(output: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /v1/messages?subject=000.00.00.H49-250101-00001")
    assert output.getvalue() == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("full_name", "Nguyễn Văn Ví Dụ"),
        ("applicant", {"name": "Nguyễn Văn Ví Dụ"}),
        ("birth_date", "1990-01-01"),
        ("phone", "0900000000"),
        ("email", "vi.du@example.vn"),
        ("personal_number", "000000000000"),
        ("body", b"{}"),
        ("data", {"anything": 1}),
        ("Authorization", "Bearer abc"),
        ("password", "abc"),
    ],
)
def test_fields_that_are_personal_secret_or_bodies_are_hidden(output: io.StringIO, key: str, value: object) -> None:
    structlog.get_logger().info("seen", **{key: value})
    assert last(output)[key] == "***"


def test_they_are_hidden_at_any_depth(output: io.StringIO) -> None:
    structlog.get_logger().info("seen", found=[{"case": {"full-name": "Nguyễn Văn Ví Dụ", "state": 2}}])
    assert last(output)["found"] == [{"case": {"full-name": "***", "state": 2}}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("number 000000000000 unknown", "number *** unknown"),
        ("old card 000000000.", "old card ***."),
        ("call +84900000000 or 0900000000", "call *** or ***"),
        ("mail vi.du@example.vn", "mail ***"),
        ("amqp://bus:word@broker.example.vn//", "amqp://***@broker.example.vn//"),
        ("input_value='Nguyễn Văn Ví Dụ', input_type=str", "input_value=***, input_type=str"),
    ],
)
def test_texts_lose_what_looks_personal(output: io.StringIO, text: str, expected: str) -> None:
    structlog.get_logger().info("seen", reason=text)
    assert last(output)["reason"] == expected
    logging.getLogger("other").warning("%s", text)
    assert last(output)["event"] == expected


@pytest.mark.parametrize(
    "text",
    ["000.00.00.H49-250101-00001", "019a0000-0000-7000-8000-000000000000", "2025-07-01T08:00:00+07:00", "H49.21"],
)
def test_codes_ids_and_times_stay_readable(output: io.StringIO, text: str) -> None:
    structlog.get_logger().info("seen", subject=text)
    assert last(output)["subject"] == text


def test_objects_show_their_class_only(output: io.StringIO) -> None:
    message = UUID("019a0000-0000-7000-8000-000000000000")
    structlog.get_logger().info("seen", person=Person(age=3), what=Person(age=3), raw_size=b"abc", message=message)
    entry = last(output)
    assert (entry["person"], entry["what"], entry["raw_size"]) == ("***", "<Person>", "<3 bytes>")
    assert entry["message"] == "019a0000-0000-7000-8000-000000000000"


def test_an_exception_shows_places_and_no_values(output: io.StringIO) -> None:
    secret = "Nguyễn Văn Ví Dụ"
    try:
        try:
            Person.model_validate({"age": secret})
        except ValueError as error:
            raise RuntimeError("cannot read 000000000000") from error
    except RuntimeError:
        structlog.get_logger().exception("failed")
    entry = last(output)
    assert entry["level"] == "error"
    assert "builtins.RuntimeError: cannot read ***" in entry["exception"]
    assert "ValidationError: 1 validation error for Person" in entry["exception"]
    assert "test_logs.py" in entry["exception"]
    assert secret not in output.getvalue()
    assert "000000000000" not in output.getvalue()


def test_an_exception_of_the_standard_library_too(output: io.StringIO) -> None:
    try:
        raise ValueError("about vi.du@example.vn")
    except ValueError:
        logging.getLogger("other").exception("failed")
    assert "builtins.ValueError: about ***" in last(output)["exception"]
    assert "example.vn" not in output.getvalue()


def test_lines_for_people(output: io.StringIO) -> None:
    logs.configure(form="console", stream=output)
    structlog.get_logger().info("claimed", system="land", phone="0900000000")
    assert "claimed" in output.getvalue()
    assert "system=land" in output.getvalue()
    assert "0900000000" not in output.getvalue()


def test_a_wrong_level_is_refused() -> None:
    with pytest.raises(ValueError, match="use debug, info, warning, error or critical"):
        logs.configure(level="loud")
