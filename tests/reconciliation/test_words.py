"""What is said is said in both languages, about the same things, and nothing that can be found is without words."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from bus.words import Words
from reconciliation.lines import Status
from reconciliation.outcomes import OUTCOMES as FOUND
from reconciliation.subjects import SUBJECTS
from reconciliation.words import CAUSES, OUTCOMES, SAID
from reconciliation.words_flaws import FLAWS
from reconciliation.words_kinds import KINDS, RECEIPT_CAUSES
from schemas.vocabulary import DossierState

PACKAGE = Path(__file__).parents[2] / "reconciliation"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def everything() -> dict[str, Words]:
    pairs = {f"outcome {key}": words for key, words in OUTCOMES.items()} | dict(SAID)
    pairs |= {f"{kind} {key}": words for kind, some in KINDS.items() for key, words in some.items()}
    pairs |= {f"receipts {key} {part}": one for key, both in RECEIPT_CAUSES.items() for part, one in enumerate(both)}
    for key, both in {**FLAWS, **{key: both for key, both in CAUSES.items() if key}}.items():
        pairs |= {f"{key} {part}": words for part, words in enumerate(both)}
    return pairs


def test_both_languages_say_the_same() -> None:
    pairs = everything()
    assert [key for key, words in pairs.items() if not (words.en and words.vi) or words.en == words.vi] == []
    assert [key for key, words in pairs.items() if placeholders(words.en) != placeholders(words.vi)] == []


def test_every_outcome_and_every_cause_has_words() -> None:
    assert set(FOUND) <= set(OUTCOMES)
    judges = ((PACKAGE / name).read_text("utf-8") for name in ("outcomes.py", "dossier_outcomes.py"))
    named = {found for text in judges for found in re.findall(r"'([a-z_]+)'", text)}
    assert [cause for cause in CAUSES if cause and cause not in named] == []


def test_no_words_are_left_over() -> None:
    code = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if path.name != "words_flaws.py")
    assert [flaw for flaw in FLAWS if f'"{flaw}"' not in code and f"'{flaw}'" not in code] == []
    said = "".join(path.read_text("utf-8") for path in (PACKAGE / "report").glob("*.py"))
    said += "".join(path.read_text("utf-8") for path in (PACKAGE.parent / "lienthong/command").glob("reconcil*.py"))
    found = {"new", "same", *Status}  # words for what stands in a difference
    assert [key for key in SAID if f'"{key}"' not in said and f"'{key}'" not in said and key not in found] == []


def test_each_kind_says_otherwise_only_what_there_is_to_say() -> None:
    assert set(KINDS) == set(SUBJECTS)
    assert [key for some in KINDS.values() for key in some if key not in {*OUTCOMES, *SAID, *DossierState}] == []
    assert set(DossierState) <= set(KINDS["dossiers"])
    assert set(RECEIPT_CAUSES) <= set(CAUSES)
