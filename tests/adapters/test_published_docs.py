"""The configuration on the page of X-Road is accepted by `lienthong check`."""

from __future__ import annotations

import re
from pathlib import Path

from bus.config import load
from tests.connectors.xroad.running import WSDL

PAGE = (Path(__file__).parents[2] / "docs" / "integrate" / "xroad.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_both_directions_together_are_a_configuration(tmp_path: Path) -> None:
    calling, offering = BLOCKS
    # The certificates are not on this machine.
    calling = re.sub(r"\n *tls: .*", "", calling).replace("/etc/lienthong/wsdl/dancu.wsdl", str(WSDL))
    (tmp_path / "1.yaml").write_text("unit: 000.00.00.H49\n" + calling, encoding="utf-8")
    (tmp_path / "2.yaml").write_text(offering, encoding="utf-8")
    assert [finding.text("en") for finding in load(tmp_path, {}).errors] == []
