"""How bytes travel: one module a connector, authentication apart."""
