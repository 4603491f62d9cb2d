"""Signing in and out, one's own password, and the people of an agency."""

from tthc_tracker.web.accounts.signing_in import blueprint

__all__ = ["blueprint"]
