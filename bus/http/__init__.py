"""The bus's own HTTP server: events in, messages shown, operators' actions, the outside systems' own protocols."""
