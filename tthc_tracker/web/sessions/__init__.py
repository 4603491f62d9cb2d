"""The session of a quarter: its conclusions, and the report for it."""

from tthc_tracker.web.sessions import conclusions, listed, reports
from tthc_tracker.web.sessions.blueprint import blueprint

__all__ = ["blueprint", "conclusions", "listed", "reports"]
