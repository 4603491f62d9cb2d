"""Pauses: hold the clock of a dossier and let it go on, the rules for it, the list of what is held."""

from tthc_tracker.web.pausing import listed, rules, views
from tthc_tracker.web.pausing.blueprint import blueprint

__all__ = ["blueprint", "listed", "rules", "views"]
