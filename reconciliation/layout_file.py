"""A layout out of a YAML file, with every mistake of it at once and in its place."""

from __future__ import annotations

from pathlib import Path

from bus.config.findings import Finding, in_order
from bus.config.load import read_tree
from bus.config.mistakes import Section, errors_of
from reconciliation.layout import Layout


def load_layout(path: Path) -> tuple[Layout | None, list[Finding]]:
    """The layout, or `None` and what is wrong with the file."""
    tree, findings = read_tree(path)
    if tree is None:
        return None, in_order(findings)
    data = tree.plain()
    findings += Section(tree, Layout, lambda text: text, ()).findings(errors_of(Layout, data))
    return (None if findings else Layout.model_validate(data)), in_order(findings)


__all__ = ["load_layout"]
