"""The history: what happened to the dossiers of one's scope, and what was done outside them."""

from tthc_tracker.web.history.views import blueprint

__all__ = ["blueprint"]
