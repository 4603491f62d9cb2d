"""Imports that write a fixed number of rows at a time, however long that takes."""

import pytest

from tthc_tracker.jobs import importpace


def fixed(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Every transaction of an import has so many rows."""
    for name in ("FEWEST", "MOST", "AT_ONCE"):
        monkeypatch.setattr(importpace, name, rows)
