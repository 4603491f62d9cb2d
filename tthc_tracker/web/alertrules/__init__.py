"""The rules of alerts, agency by agency."""

from tthc_tracker.web.alertrules import hours
from tthc_tracker.web.alertrules.views import blueprint

__all__ = ["blueprint", "hours"]
