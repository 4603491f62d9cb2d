"""Outages of other systems: note one, end it, enter there what was logged here meanwhile."""

from tthc_tracker.web.outages.views import blueprint

__all__ = ["blueprint"]
