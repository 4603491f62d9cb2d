"""What is held on one person: looked for by the number of his identity paper, with a reason."""

from tthc_tracker.web.personaldata import erasing, export, fetching, requests, views
from tthc_tracker.web.personaldata.blueprint import blueprint

__all__ = ["blueprint", "erasing", "export", "fetching", "requests", "views"]
