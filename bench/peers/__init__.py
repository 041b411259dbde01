"""Other software that does a comparable job, set up as its own users would."""
