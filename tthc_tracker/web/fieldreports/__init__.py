"""Field reports: take one in, the list, the page of one, what is done about it, files, what is public."""

from tthc_tracker.web.fieldreports import files, intake, listed, public, views
from tthc_tracker.web.fieldreports.blueprint import blueprint

__all__ = ["blueprint", "files", "intake", "listed", "public", "views"]
