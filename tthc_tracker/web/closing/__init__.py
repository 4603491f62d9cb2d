"""The close of a day at the desk: what is left, what it came to, and all of it handed over with one key."""

from tthc_tracker.web.closing import lists, views
from tthc_tracker.web.closing.blueprint import blueprint

__all__ = ["blueprint", "lists", "views"]
