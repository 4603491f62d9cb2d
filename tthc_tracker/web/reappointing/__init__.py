"""Apologies and second dates: of one dossier, the queue that heads sign, the letter."""

from tthc_tracker.web.reappointing import queue, slip, views
from tthc_tracker.web.reappointing.blueprint import blueprint

__all__ = ["blueprint", "queue", "slip", "views"]
