"""The desk: receive, register what waits, put right, cancel, print the receipt."""

from tthc_tracker.web.reception import correcting, digitkeys, lookups, receipts, views, waiting
from tthc_tracker.web.reception.blueprint import blueprint

__all__ = ["blueprint", "correcting", "digitkeys", "lookups", "receipts", "views", "waiting"]
