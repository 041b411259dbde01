"""Properties: what is written and read again is the same, and nothing that is sent was made up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings

from adapters.national_portal.settings import Limits
from adapters.national_portal.translate import Language
from adapters.provincial_portal import translate as provincial
from adapters.provincial_portal.model import BuocXuLy, HoSoMotCua
from schemas.dossier import Dossier
from schemas.progress import ProgressStep
from tests.schemas.strategies import dossiers, progress_steps

NATIONAL = Language(Limits())
MANY = settings(max_examples=60, deadline=None)


@MANY
@given(dossiers())
def test_dossiers_through_the_national_form(dossier: Dossier) -> None:
    native = json.loads(json.dumps(NATIONAL.dossier_to_native(dossier).model_dump()))
    assert NATIONAL.dossier_from_native(native) == _files_there(dossier)


@MANY
@given(dossiers())
def test_everything_the_national_portal_is_sent_is_text(dossier: Dossier) -> None:
    assert all(isinstance(value, str) for value in _leaves(NATIONAL.dossier_to_native(dossier).model_dump()))


@MANY
@given(dossiers())
def test_dossiers_through_the_provincial_form(dossier: Dossier) -> None:
    native = json.loads(json.dumps(provincial.dossier_to_native(dossier)))
    assert provincial.dossier_from_native(HoSoMotCua.model_validate(native)) == dossier


@MANY
@given(progress_steps())
def test_steps_through_both_forms(step: ProgressStep) -> None:
    assert NATIONAL.step_from_native(NATIONAL.step_to_native(step).model_dump()) == step
    assert provincial.step_from_native(BuocXuLy.model_validate(provincial.step_to_native(step))) == step


def _files_there(dossier: Dossier) -> Dossier:
    """The national form cannot leave open whether a listed file is deleted: not said becomes not deleted."""

    def files(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [file | {"deleted": bool(file["deleted"])} for file in listed]

    data = dossier.model_dump()
    data["attachments"] = files(data["attachments"])
    data["supplements"] = [entry | {"papers": files(entry["papers"])} for entry in data["supplements"]]
    return Dossier.model_validate(data)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for member in value.values():
            yield from _leaves(member)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
