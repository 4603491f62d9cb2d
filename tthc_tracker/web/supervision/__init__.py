"""The supervisor's lists: overdue, received late, due soon."""

from tthc_tracker.web.supervision import paper, reconciling, risks, steps
from tthc_tracker.web.supervision.views import blueprint

__all__ = ["blueprint", "paper", "reconciling", "risks", "steps"]
