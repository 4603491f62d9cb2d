"""The online queue, and the page on which one of its dossiers is answered."""

from tthc_tracker.web.online import answers, slips, views
from tthc_tracker.web.online.blueprint import blueprint

__all__ = ["answers", "blueprint", "slips", "views"]
