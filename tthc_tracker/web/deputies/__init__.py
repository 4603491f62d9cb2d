"""Who is away and who stands in: the list, and the form."""

from tthc_tracker.web.deputies.views import blueprint

__all__ = ["blueprint"]
