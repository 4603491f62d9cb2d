"""What is done with lists as a whole and with several of their rows: views, columns, files, bulk actions."""

from tthc_tracker.web.lists import bulk, files, views
from tthc_tracker.web.lists.blueprint import blueprint

__all__ = ["blueprint", "bulk", "files", "views"]
