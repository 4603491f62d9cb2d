"""The citizen's look-up: one dossier's progress, without an account. Knows no other screen."""

from tthc_tracker.web.lookup import further, views
from tthc_tracker.web.lookup.blueprint import blueprint

__all__ = ["blueprint", "further", "views"]
