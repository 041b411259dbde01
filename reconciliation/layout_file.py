"""A layout out of a YAML file, with every mistake of it at once and in its place."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from bus.config.findings import Finding, in_order
from bus.config.load import read_tree
from bus.config.mistakes import Section, errors_of
from reconciliation.layout import AnyLayout

L = TypeVar("L", bound=AnyLayout)


def load_layout(path: Path, model: type[L]) -> tuple[L | None, list[Finding]]:
    """The layout, or `None` and what is wrong with the file."""
    tree, findings = read_tree(path)
    if tree is None:
        return None, in_order(findings)
    data = tree.plain()
    findings += Section(tree, model, lambda text: text, ()).findings(errors_of(model, data))
    return (None if findings else model.model_validate(data)), in_order(findings)


__all__ = ["load_layout"]
