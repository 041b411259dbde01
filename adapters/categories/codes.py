"""The fields that hold code and name, of the categories for which they are published.

Which categories (`ma`) there are stands in docs/reference/categories.md.
"""

from __future__ import annotations

FIELDS = {"qlvanbandieuhanhcap1": ("MaDinhDanhCap1", "TenDonVi")}

__all__ = ["FIELDS"]
