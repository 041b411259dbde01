"""Both sides get the same kilobyte."""

from __future__ import annotations

import json

import pytest

from bench.load import moments
from bench.payload import SIZE, Sent, data, event, request
from schemas.envelope import Event


@pytest.mark.parametrize("number", [0, 7, 123_456])
def test_data_is_one_kibibyte_that_the_peer_accepts(number: int) -> None:
    assert SIZE == 1024
    assert len(data(number)) == SIZE
    assert Sent.model_validate_json(data(number)).number == number


def test_an_event_is_one_that_the_bus_reads_and_its_subject_is_its_own() -> None:
    first, second = (Event.model_validate_json(event("mark", number)) for number in (1, 2))
    assert (first.type, first.source, first.id) == ("bench.sent", "/bench/load", "mark-1")
    assert first.subject != second.subject
    assert first.data == json.loads(data(1))


def test_the_length_of_a_request_is_that_of_its_body() -> None:
    head, _, body = request("Ví Dụ".encode(), 8080, "key").partition(b"\r\n\r\n")
    assert b"content-length: %d" % len(body) in head
    assert b"authorization: Bearer key" in head


def test_requests_fall_due_at_the_rate_that_was_asked_for() -> None:
    due = list(moments(1000, 20_000))
    assert due == sorted(due)
    # a Poisson process: 20 seconds, within four standard deviations of the sum
    assert due[-1] == pytest.approx(20, abs=4 * 20_000**0.5 / 1000)
    assert due == list(moments(1000, 20_000))
