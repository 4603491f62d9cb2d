"""Whether it lives, whether it may be sent work, and what administrators look at."""

from tthc_tracker.web.operations.views import blueprint

__all__ = ["blueprint"]
