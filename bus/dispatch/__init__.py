"""Dispatch: hints become claims, claims become conversations, verdicts are settled."""
