"""Signing in and out, one's own password, and the people of an agency."""

from tthc_tracker.web.accounts import people, signing_in
from tthc_tracker.web.accounts.blueprint import blueprint

__all__ = ["blueprint", "people", "signing_in"]
