"""A stand-in for the National Public Service Portal, generation 1 ("mapi"): dossiers and their progress,
catalogues, TechIDs, questions and answers, states of dossiers that were filed there, and what it sends to a province.

What it cannot show:
- the real table of error codes, rate limits and length limits, which are not published: what it refuses is our reading
  of field lists and of clients (a field that lists call required, a value outside a known code list);
- what the real portal does with a repeated step: that is why `steps` has three forms, of which `queryable` needs a
  service (`TraCuuTienDoHoSo`) that no public list names;
- how the real portal answers a batch of which one item is bad: both forms in use elsewhere are there;
- the security server of the national axis: only its path and `dstcode` are, not its certificates and its own errors;
- the fields of `TraCuuHoSo`, of `APDUNGDVC` and of the lists of codes, which are not published: those are inventions;
- how a state or an answer is taken that comes twice: here it is stored twice;
- codes of procedures, units and results are not looked up in any list;
- speed: one process, in memory.
"""

from .app import create
from .settings import NationalPortalSettings
from .store import State

__all__ = ["NationalPortalSettings", "State", "create"]
