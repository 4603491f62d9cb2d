"""The work calendar, a year at a glance."""

from tthc_tracker.web.calendar.views import blueprint

__all__ = ["blueprint"]
