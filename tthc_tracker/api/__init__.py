"""The programming interface, /api: an application of its own without cookies, sessions, forms or pages.

The composition root puts it beside the screens (decision 0012). So no cookie can ever be a right here, and
whatever goes wrong under /api is told as a problem, never as a page.
"""

import os

from flask import Flask, Response, current_app, g, request
from flask.json.provider import DefaultJSONProvider

import config
from tthc_tracker.api import (
    catalogue,
    deadline,
    document,
    dossiers,
    fieldreports,
    guarding,
    problems,
    statistics,
)

__all__ = ["catalogue", "create", "deadline", "dossiers", "fieldreports", "statistics"]

KIBIBYTE = 1024
LARGEST_BODY = 64 * KIBIBYTE  # one dossier; files go by `flask imports run` or the import screen


class _Json(DefaultJSONProvider):
    """Vietnamese as letters, fields in the vocabulary's order."""

    ensure_ascii = False
    sort_keys = False


def create(settings: config.Settings) -> Flask:
    """The interface for one deployment's settings; the database is bound by the composition root."""
    app = Flask("tthc_tracker.api", static_folder=None, template_folder=None)
    app.config.update(
        document.settings(),
        SETTINGS=settings,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.json = _Json(app)
    app.before_request(_name_request)
    guarding.register(app)
    problems.register(app)
    document.register(app)
    app.after_request(_protect)
    return app


def _name_request() -> None:
    g.request_id = os.urandom(6).hex()


def _protect(response: Response) -> Response:
    """Nothing here is a page, and nothing is kept on the way."""
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault(
        "Cache-Control", "private, no-cache" if response.get_etag()[0] else "no-store"
    )
    if current_app.config["SETTINGS"].public_url.startswith("https://") and request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response
