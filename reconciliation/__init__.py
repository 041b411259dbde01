"""Batch jobs of reconciliation: read what both sides hold, match it, explain every difference.

The way of a run: `statements` reads the gateway's file, a port of `ports` gives our lines, `matching` pairs them in
DuckDB, `report` says what was found, `runs` freezes it under a number.
"""
