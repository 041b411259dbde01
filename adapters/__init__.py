"""What bytes mean: one folder an outside system, pure translation."""
