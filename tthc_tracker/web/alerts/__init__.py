"""My alerts: what stands, worst first, and what I say about it."""

from tthc_tracker.web.alerts.views import blueprint

__all__ = ["blueprint"]
