"""A file or folder -> a `Config`, and everything that is wrong with it, at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bus.config.check import check
from bus.config.findings import Finding, Place, in_order
from bus.config.mistakes import Section, errors_of
from bus.config.model import Config
from bus.config.placeholders import Filler
from bus.config.secret import in_clear
from bus.config.source import Spot, read


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a configuration: `config` is `None` exactly if `findings` holds an error."""

    config: Config | None
    findings: list[Finding]

    @property
    def errors(self) -> list[Finding]:
        """What keeps the bus from starting."""
        return [finding for finding in self.findings if finding.severity == "error"]


def load(path: str | Path, environ: Mapping[str, str] | None = None) -> Loaded:
    """Read one YAML file, or the `*.yaml` of a folder as one. `environ` is `os.environ` unless given.

    Never raises for what is in the files; a file that is not YAML keeps the rest of a folder from being judged whole,
    so then only the reading of each file is reported.
    """
    tree, findings = read_tree(Path(path))
    if tree is None:
        return Loaded(None, in_order(findings))
    filler = Filler(os.environ if environ is None else environ)
    filler.fill(tree)
    findings += filler.findings
    findings += _judge(tree, filler)
    errors = any(finding.severity == "error" for finding in findings)
    return Loaded(None if errors else Config.model_validate(tree.plain()), in_order(findings))


def _judge(tree: Spot, filler: Filler) -> list[Finding]:
    data = tree.plain()
    secret, findings = in_clear(Config, data, tree, filler)
    section = Section(tree, Config, filler.hide, secret)
    return [*findings, *section.findings(errors_of(Config, data)), *check(tree, filler)]


def read_tree(path: Path) -> tuple[Spot | None, list[Finding]]:
    """The tree of a file, or of a folder's files together; `None` where one of them is not YAML."""
    try:
        files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    except OSError as error:
        return None, [_unreadable(path, str(error.strerror))]
    if not files:
        return None, [_unreadable(path, "the folder holds no *.yaml")]
    whole: Spot | None = None
    findings: list[Finding] = []
    complete = True
    for file in files:
        tree, found = _read_file(file)
        findings += found
        if tree is None:
            complete = False
        elif whole is None:
            whole = tree
        else:
            findings += _merge(whole, tree)
    return whole if complete else None, findings


def _read_file(file: Path) -> tuple[Spot | None, list[Finding]]:
    try:
        return read(file.read_text("utf-8-sig"), str(file))
    except OSError as error:
        return None, [_unreadable(file, str(error.strerror))]
    except UnicodeDecodeError as error:
        line = bytes(error.object[: error.start]).count(b"\n") + 1
        return None, [_unreadable(file, "it is not UTF-8", line)]


def _merge(whole: Spot, more: Spot) -> list[Finding]:
    """Sections are united key by key, lists put one after the other; anything given twice is a finding."""
    findings: list[Finding] = []
    present = whole.children if whole.children is not None else {}
    for key, spot in (more.children or {}).items():
        there = present.get(key)
        if there is None:
            present[key] = spot
        elif there.children is None or spot.children is None or there.is_list != spot.is_list:
            findings.append(_twice(str(key), spot, there))
        elif there.is_list:
            there.children = dict(enumerate([*there.children.values(), *spot.children.values()]))
        else:
            findings += [_twice(str(k), s, there.children[k]) for k, s in spot.children.items() if k in there.children]
            there.children = {**spot.children, **there.children}
    return findings


def _twice(key: str, spot: Spot, there: Spot) -> Finding:
    where = f"{there.key.file}:{there.key.line}"
    return Finding(spot.key, "LT006", {"key": key, "where": where})


def _unreadable(path: Path, reason: str, line: int = 1) -> Finding:
    return Finding(Place(str(path), line), "LT004", {"reason": reason})
