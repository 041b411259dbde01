"""Intake: authenticate, validate, route, commit, and only then answer."""

from .intake import Incoming, Intake, Refusal, Taken

__all__ = ["Incoming", "Intake", "Refusal", "Taken"]
