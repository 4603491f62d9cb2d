"""Collecting results: what waits at a desk and for how long, reminders, the papers that people sign."""

from tthc_tracker.web.collection import sheets, views
from tthc_tracker.web.collection.blueprint import blueprint

__all__ = ["blueprint", "sheets", "views"]
