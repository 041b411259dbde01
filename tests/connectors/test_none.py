"""`none`: for adapters that ask nobody."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from connectors.none import NoConnector, NoneSettings
from lienthong import Get
from lienthong.requests import Misconfigured, TransportError


async def test_it_carries_nothing_and_says_whose_mistake_that_is() -> None:
    made = NoConnector(NoneSettings(), "payments")
    await made.open()
    with pytest.raises(
        Misconfigured, match="payments has the connector none and cannot send anything; give it another"
    ):
        await made.exchange(Get("anywhere"))
    await made.close()
    await made.close()


def test_what_it_raises_stops_the_system_as_a_wrong_configuration_does() -> None:
    assert issubclass(Misconfigured, TransportError)


def test_nothing_can_be_set() -> None:
    with pytest.raises(ValidationError):
        NoneSettings.model_validate({"base_url": "http://127.0.0.1:1"})
