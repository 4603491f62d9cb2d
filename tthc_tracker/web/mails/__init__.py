"""How often one's mails come: one's own page, and the link that needs no sign-in."""

from tthc_tracker.web.mails import views
from tthc_tracker.web.mails.blueprint import blueprint

__all__ = ["blueprint", "views"]
