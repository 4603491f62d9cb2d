"""Việc của tôi: what one person has to do, and the acts on several rows of it at once."""

from tthc_tracker.web.mywork.views import blueprint

__all__ = ["blueprint"]
