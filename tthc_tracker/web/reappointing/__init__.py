"""Apologies and second dates: of one dossier, the queue that heads sign, the letter."""

from tthc_tracker.web.reappointing import causes, queue, slip, views
from tthc_tracker.web.reappointing.blueprint import blueprint

__all__ = ["blueprint", "causes", "queue", "slip", "views"]
