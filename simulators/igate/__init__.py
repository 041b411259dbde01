"""A stand-in for a ministry's connector of the REST generation of 2026.

What it cannot show: the shape of the list of new dossiers, the paths of GetNextValue and of the creation, and the
answers to what it is told, which are not published (those here are inventions); which of the three forms of times
a field has on the real one; what it does with a step or state that comes twice (here it is kept twice); the eforms.
"""

from .app import create
from .settings import IgateSettings

__all__ = ["IgateSettings", "create"]
