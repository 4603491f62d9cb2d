"""One dossier in two systems: what is proposed, what is decided, where they disagree."""

from tthc_tracker.web.matches.views import blueprint

__all__ = ["blueprint"]
