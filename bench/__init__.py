"""How fast the bus is, next to Celery on the same machine in the same hour: `make bench`, `python -m bench --help`."""
