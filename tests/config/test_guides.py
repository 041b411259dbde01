"""What the guides show works: their YAML, put beside what they leave out, is a configuration without a flaw; their
statement for an audit finds what was asked about a case, and nothing else; their curl says what the bus reads."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from bus.config import load
from bus.http.queries import Ask
from bus.ledger import Deed, Ledger
from bus.queries import evidence
from lienthong import Question
from reconciliation.layout import Layout
from reconciliation.layout_file import load_layout
from reconciliation.schedule_file import load_schedule
from schemas.queries import QUERIES, validate_question

from .test_load import EXAMPLE, EXAMPLE_ENVIRON, ROOT

DOCS = ROOT / "docs"
GUIDES = (
    "integrate/queries.md",
    "integrate/enrich.md",
    "integrate/polls.md",
    "integrate/payments.md",
    "integrate/xroad.md",
    "operate/retention.md",
)
# Its YAML describes a settlement file, not the bus.
LAYOUT = "operate/reconcile.md"
WSDL = ROOT / "adapters" / "population" / "wsdl" / "population.wsdl"

_NATIONAL = """
  national-portal:
    adapter: national_portal
    connector: vxp
    connect: {base_url: "http://127.0.0.1:1", dstcode: "X", auth: {username: u, password: "${env:SECRET}"}}
    settings: {madonvi: 000.00.00.H49}"""
_POPULATION = f"""
  population:
    adapter: population
    connector: soap
    connect: {{base_url: "http://127.0.0.1:1", wsdl: {WSDL}}}"""
_ROUTE = "\nroutes: [{name: dossiers, types: [dossier.submitted], to: [national-portal]}]"
# What each guide leaves out, because another page shows it.
REST = {
    "integrate/queries.md": f"systems:{_NATIONAL}{_POPULATION}{_ROUTE}",
    "integrate/enrich.md": f"systems:{_NATIONAL}{_POPULATION}",
    "integrate/polls.md": "systems:\n  one-stop: {adapter: cloudevents, connect: {base_url: 'http://127.0.0.1:1'}}"
    "\nroutes: [{name: dossiers, types: [dossier.submitted], to: [national-portal]}]",
    "integrate/xroad.md": "routes: [{name: steps, types: [dossier.progressed], to: [citizens]}]",
    "integrate/payments.md": "",
    "operate/retention.md": "",
}
ENVIRON = {**EXAMPLE_ENVIRON, "SECRET": "vi-du"}


def blocks(guide: str, language: str) -> list[str]:
    page = (DOCS / guide).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_yaml_of_a_guide_is_accepted(guide: str, tmp_path: Path) -> None:
    shown = blocks(guide, "yaml")
    assert shown
    for number, block in enumerate(shown):
        text = block.replace("/srv/archives", str(tmp_path / "archives"))
        text = text.replace("/etc/lienthong/wsdl/dancu.wsdl", str(WSDL))
        text = re.sub(r"\n *tls: \{.*?\}", "", text)  # certificates are read, and there are none here
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "rest.yaml").write_text(f"unit: H49\n{REST[guide]}\n", encoding="utf-8")
    assert [str(one) for one in load(tmp_path, ENVIRON).findings] == []


def test_every_guide_with_yaml_is_looked_at() -> None:
    pages = [page for folder in ("integrate", "operate") for page in (DOCS / folder).glob("*.md")]
    looked_at = {*GUIDES, LAYOUT}
    assert {page.relative_to(DOCS).as_posix() for page in pages if "```yaml" in page.read_text("utf-8")} == looked_at


def test_the_layout_of_the_guide_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "layout.yaml"
    *parts, schedule = blocks(LAYOUT, "yaml")
    path.write_text("".join(parts), encoding="utf-8")
    layout, findings = load_layout(path, Layout)
    assert layout is not None, [str(one) for one in findings]
    assert not findings
    path.write_text(schedule, encoding="utf-8")
    jobs, findings = load_schedule(path)
    assert jobs is not None, [str(one) for one in findings]
    assert not findings


def test_the_question_of_the_guide_can_be_asked() -> None:
    asked, answered = (json.loads(block) for block in blocks("integrate/queries.md", "json"))
    body = Ask.model_validate(asked)
    assert validate_question("citizen.verify", json.dumps(body.data).encode()) == []
    assert answered["result"] in QUERIES["citizen.verify"].results


def test_every_query_is_in_the_guide() -> None:
    page = (DOCS / "integrate/queries.md").read_text(encoding="utf-8")
    assert [name for name in QUERIES if f"`{name}`" not in page] == []


async def test_the_statement_for_an_audit_finds_what_was_asked_about_a_case(tmp_path: Path) -> None:
    (statement,) = blocks("operate/queries.md", "sql")
    case = re.findall(r'"case":"(.*?)"', statement)[0]
    deeds: list[Deed] = []
    for number, about in ((1, case), (2, "H49.44.01-261122-0010"), (3, None)):
        question = Question(f"01a201d7-d0ac-7702-8941-{number:012}", "citizen.verify", b"{}", case=about)
        deeds.append(evidence.asked(question, "one-stop", "population", 1.0))
        deeds.append(evidence.answered(question, "one-stop", "matches", None, 2.0))
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db", id=1)
    try:
        await ledger.record(deeds)
        with sqlite3.connect(f"file:{tmp_path}/ledger.db?mode=ro", uri=True) as connection:
            rows = connection.execute(statement).fetchall()
        connection.close()
    finally:
        await ledger.close()
    assert [(row[1], row[2], row[3][-1]) for row in rows] == [("one-stop", "asked", "1"), ("one-stop", "answered", "1")]


def test_the_example_asks_what_the_guides_speak_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    config = load(EXAMPLE, EXAMPLE_ENVIRON).config
    assert config is not None
    assert set(config.queries) >= {"citizen.lookup", "citizen.verify"}
    assert any(route.enrich for route in config.routes)
    assert any(system.polls for system in config.systems.values())
    assert any(client.ask for client in config.clients.values())
