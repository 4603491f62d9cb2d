"""Where a source is fetched from, set by administrators; how that goes stands on the page of operations."""

from tthc_tracker.web.feeds.views import blueprint

__all__ = ["blueprint"]
