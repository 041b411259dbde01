"""What is said on the bus: canonical messages and code lists."""
