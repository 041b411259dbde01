"""Stand-ins for the outside systems: for the demo, for tests, for the laptop of an integrator.

They import nothing of ours but `schemas`, so that they cannot share a mistake with an adapter.
"""
