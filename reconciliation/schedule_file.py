"""A schedule out of a YAML file, with every mistake of it at once and in its place."""

from __future__ import annotations

from pathlib import Path

from bus.config.findings import Finding, in_order
from bus.config.load import read_tree
from bus.config.mistakes import Section, errors_of
from reconciliation.schedule import Schedule


def load_schedule(path: Path) -> tuple[Schedule | None, list[Finding]]:
    """The schedule, or `None` and what is wrong with the file."""
    tree, findings = read_tree(path)
    if tree is None:
        return None, in_order(findings)
    data = tree.plain()
    findings += Section(tree, Schedule, lambda text: text, ()).findings(errors_of(Schedule, data))
    return (None if findings else Schedule.model_validate(data)), in_order(findings)


__all__ = ["load_schedule"]
