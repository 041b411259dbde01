"""The look-ups in small: every client against the simulator, every answer compared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.plan import Plan
from bench.servers import Servers
from bench.soap import CONTENDERS, lookups


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as running:
        yield running


@pytest.mark.parametrize("contender", CONTENDERS)
def test_every_client_gets_its_answers(servers: Servers, contender: str) -> None:
    assert lookups(servers, 30, contender, 20) > 0


def test_look_ups_need_neither_database_nor_broker() -> None:
    assert not Plan(rows=("soap-lookups", "soap-lookups-async", "intake-p99-embedded")).needs_servers
    assert Plan(rows=("soap-lookups", "whole-embedded")).needs_servers
