"""Papers: the slip that goes with a dossier, what was printed, books of desks, the list of what is late."""

from tthc_tracker.web.printing import books, kept, slips
from tthc_tracker.web.printing.blueprint import blueprint

__all__ = ["blueprint", "books", "kept", "slips"]
