"""What I have assigned several at a time within the hour, and how to take it back."""

from tthc_tracker.web.reassigning.views import blueprint

__all__ = ["blueprint"]
