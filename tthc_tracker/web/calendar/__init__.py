"""The work calendar: a year at a glance, changes of it, and what they do to dossiers."""

from tthc_tracker.web.calendar import changes, letters, moved
from tthc_tracker.web.calendar.views import blueprint

__all__ = ["blueprint", "changes", "letters", "moved"]
