"""The indicators of the session: the board, one with its history, what is set, entered, published."""

from tthc_tracker.web.indicators import changes, pages, published
from tthc_tracker.web.indicators.blueprint import blueprint

__all__ = ["blueprint", "changes", "pages", "published"]
