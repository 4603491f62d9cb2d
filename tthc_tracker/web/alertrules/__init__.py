"""How long personal data is kept: the rules, and what is due to be erased."""

from tthc_tracker.web.retention.views import blueprint

__all__ = ["blueprint"]
