"""The pages, the pins and the two READMEs agree with what is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)")


def local_links(page: Path) -> list[str]:
    return [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]


@pytest.mark.parametrize("name", ["README.md", "README.vi.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    assert [link for link in local_links(ROOT / name) if not (ROOT / link).exists()] == []


def test_the_two_readmes_say_the_same() -> None:
    def shape(name: str) -> list[str]:
        """Headings by depth, fences, list items and table rows: what a translation must keep."""
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return [match[0] for line in lines if (match := re.match(r"#+|```\w*|- |\|", line))]

    def pointed_at(name: str) -> list[str]:
        return sorted(link.replace(".vi.", ".") for link in local_links(ROOT / name))

    assert shape("README.md") == shape("README.vi.md")
    assert pointed_at("README.md") == pointed_at("README.vi.md")


def test_every_page_is_in_the_navigation() -> None:
    listed = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    assert [page for page in sorted(pages) if page not in listed] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "index.md").read_text(encoding="utf-8")
    assert [page.name for page in folder.glob("0*.md") if f"]({page.name})" not in index] == []


def plain(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_that_we_ask_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(line for lines in project["optional-dependencies"].values() for line in lines),
    ]
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", pin)] == []
    pinned = {plain(pin.partition("==")[0]) for pin in pins}
    assert [name for line in wanted if plain(name := re.split(r"[\[<>=!~; ]", line)[0]) not in pinned] == []
