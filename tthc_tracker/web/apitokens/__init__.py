"""Keys of other systems: who has one, for what, when it was last used; issued and revoked here."""

from tthc_tracker.web.apitokens.views import blueprint

__all__ = ["blueprint"]
