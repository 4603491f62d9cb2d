"""The catalogue: agencies and their units, procedures, sources."""

from tthc_tracker.web.catalogue import editing, processes, views
from tthc_tracker.web.catalogue.blueprint import blueprint

__all__ = ["blueprint", "editing", "processes", "views"]
