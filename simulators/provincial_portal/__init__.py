"""A stand-in for the provincial one-stop system: files invented dossiers with the bus, receives statuses.

What it cannot show:
- a product: its native form is the one that docs/reference/provincial-portal.md describes, not that of a vendor;
- officers: a refused notice is not corrected, its dossier just stops there;
- payers: it asks for payments and keeps links, and somebody else has to follow them;
- files: attachments and results are links under example.vn behind which there is nothing;
- the calendar: working days are Monday to Friday, public holidays are not known;
- codes of units, procedures and results are invented, in the shape of real ones.
"""

from .app import create
from .filed import expected
from .generate import Case, generate
from .portal import Portal
from .settings import ProvincialPortalSettings

__all__ = ["Case", "Portal", "ProvincialPortalSettings", "create", "expected", "generate"]
