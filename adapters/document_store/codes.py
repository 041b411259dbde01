"""Code table of the store's `KenhThucHien`: not the channels of a dossier, which are numbered otherwise."""

from __future__ import annotations

from schemas.store import Asker

ASKERS = {Asker.OFFICER: "1", Asker.CITIZEN: "2"}
