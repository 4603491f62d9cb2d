"""One dossier: its facts, clock, history, and what this person may do to it now."""

from tthc_tracker.web.dossiers.views import blueprint

__all__ = ["blueprint"]
