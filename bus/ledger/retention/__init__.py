"""Retention: finished messages leave the ledger for compressed, chained files, with their evidence.

`archiver` runs it, `plan` and `select` say what leaves, `binder` and `form` write it, `remove` takes it out of the
ledger, `partitions` keeps PostgreSQL's partitions, `files` finds it again, `links` and `proof` prove it.
"""
