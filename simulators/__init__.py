"""Stand-ins for the outside systems: for the demo, for tests, for the laptop of an integrator."""
