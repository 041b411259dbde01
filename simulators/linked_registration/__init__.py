"""A stand-in for the national service for linked registrations of births and deaths.

What it cannot show: the paths of log-in, list, confirmation and states and the answers to what it is told, none of
which is published (those here are inventions); the forms inside `data`; what it does with a state that comes twice
(here it is kept twice); who may see which case.
"""

from .app import create
from .settings import LinkedRegistrationSettings

__all__ = ["LinkedRegistrationSettings", "create"]
