"""Addresses of other systems that are told of changes."""

from tthc_tracker.web.webhooks.views import blueprint

__all__ = ["blueprint"]
