"""What needs no broker: bodies, batches, confirms, acknowledgements, pauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.broker import Broker as Port
from bus.broker import KombuBroker, codec
from bus.broker.confirms import Unconfirmed
from bus.broker.outbox import Batch, Outbox
from bus.broker.tags import Tags
from bus.broker.worker import pause
from bus.config.model import Broker as Settings

ids = st.lists(st.integers(1, 2**63 - 1), min_size=1)


def test_the_body_of_a_message() -> None:
    assert codec.encode([1, 2, 300]) == b"[1,2,300]"
    assert codec.decode(b"[1, 2, 300]") == (1, 2, 300)


@given(ids)
def test_every_id_comes_back(deliveries: list[int]) -> None:
    assert codec.decode(codec.encode(deliveries)) == tuple(deliveries)


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"\xff", b"7", b"[]", b"{}", b'["1"]', b"[1.0]", b"[true]", b"[0]", b"[-1]", b"[null]"]
)
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        codec.decode(body)


def test_small_publishes_share_a_message_and_systems_take_turns() -> None:
    outbox = Outbox(3)
    for batch in (Batch("land", (1, 2)), Batch("tax", (9,)), Batch("land", (3, 4, 5)), Batch("land", (6, 7))):
        outbox.add(batch)
    taken = []
    while outbox:
        taken.append(outbox.take())
    assert taken == [Batch("land", (1, 2, 3)), Batch("tax", (9,)), Batch("land", (4, 5, 6)), Batch("land", (7,))]


def test_confirms_of_one_and_of_all_up_to_one() -> None:
    a, b, c, d = (Batch("land", (n,)) for n in (1, 2, 3, 4))
    sent = Unconfirmed()
    assert [sent.add(batch, now=float(n)) for n, batch in enumerate((a, b, c, d))] == [1, 2, 3, 4]
    assert sent.pop(2) == [b]
    assert sent.pop(2) == []
    assert sent.pop(3, multiple=True) == [a, c]
    assert sent.oldest() == 3.0
    assert sent.drain() == [d]
    assert sent.oldest() is None


def test_only_what_is_late_is_overdue() -> None:
    early, late = Batch("land", (1,)), Batch("land", (2,))
    sent = Unconfirmed()
    sent.add(early, now=10.0)
    sent.add(late, now=11.0)
    assert sent.overdue(before=10.0) == []
    assert sent.overdue(before=10.5) == [early]
    assert len(sent) == 1


def arrived(highest: int) -> Tags:
    tags = Tags()
    for tag in range(1, highest + 1):
        tags.arrived(tag)
    return tags


def test_a_complete_beginning_is_one_acknowledgement() -> None:
    assert arrived(5).done([3, 1, 2]) == (3, [])


def test_a_gap_is_left_open() -> None:
    tags = arrived(5)
    assert tags.done([2, 4]) == (None, [2, 4])
    assert tags.done([1]) == (1, [])
    assert tags.done([3, 5]) == (5, [])


def test_what_is_not_open_is_left_out() -> None:
    tags = arrived(2)
    assert tags.done([1, 7]) == (1, [])
    assert tags.done([1]) == (None, [])
    assert len(tags) == 1


class Broker:
    """RabbitMQ's side of a channel: an acknowledgement of a tag that is not open closes the channel."""

    def __init__(self, highest: int) -> None:
        self.open = set(range(1, highest + 1))

    def acknowledge(self, up_to: int | None, others: list[int]) -> None:
        if up_to is not None:
            assert up_to in self.open
            self.open -= set(range(1, up_to + 1))
        for tag in others:
            assert tag in self.open
            self.open.remove(tag)


@given(st.lists(st.lists(st.integers(1, 30))))
def test_the_broker_never_hears_of_a_tag_twice_nor_too_early(groups: list[list[int]]) -> None:
    tags, broker, done = arrived(25), Broker(25), set[int]()
    for group in groups:
        broker.acknowledge(*tags.done(group))
        done.update(group)
        assert broker.open == set(range(1, 26)) - done


def port(broker: KombuBroker) -> Port:
    """mypy says whether the one is the other."""
    return broker


@pytest.mark.parametrize("url", ["amqp://127.0.0.1:port//", "redis://127.0.0.1", "amqp://[::1//"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError):
        KombuBroker(Settings.model_validate({"url": url}), instance="x")


def test_pauses_double_up_to_two_seconds() -> None:
    assert [pause(n, 1.0) for n in range(8)] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]
    assert pause(0, 0.0) == 0.025
    assert pause(1_000_000, 0.0) == 1.0
