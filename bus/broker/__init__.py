"""Carries hints that deliveries are ready. The ledger is the truth; here a message may be lost, doubled or late."""

from .broker import KombuBroker
from .port import Broker, Failed, Hint, Reason, Token

__all__ = ["Broker", "Failed", "Hint", "KombuBroker", "Reason", "Token"]
