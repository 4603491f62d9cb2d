"""The composition root: the one module that may import everything."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import import_string
from whitenoise import WhiteNoise

import config
from tthc_tracker import cli, web
from tthc_tracker.extensions import database
from tthc_tracker.jobs.lookout import Lookout
from tthc_tracker.jobs.work import work_of
from tthc_tracker.logs import configure_logging
from tthc_tracker.services import trailkeys
from tthc_tracker.services.trailkeys import Keyring
from tthc_tracker.web.guarding import csrf, login_manager
from tthc_tracker.web.proxies import TrustedProxies

MEBIBYTE = 1024 * 1024


def create_app(settings: config.Settings) -> Flask:
    """The application for one deployment's settings; binds this process to its database."""
    configure_logging()
    app = Flask("tthc_tracker", template_folder="web/templates", static_folder=None)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=20 * MEBIBYTE,
        MAX_FORM_MEMORY_SIZE=MEBIBYTE,
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_NAME="__Host-tthc" if settings.secure_cookies else "tthc",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a clerk's form may stay open all day; the token dies with the session
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    keyring = Keyring(settings.var / trailkeys.NAME)
    database.bind(settings.database_url, replica_url=settings.database_read_url, keyring=keyring)
    csrf.init_app(app)
    login_manager.init_app(app)
    web.register(app)
    cli.register(app)
    app.extensions["lookout"] = Lookout(work_of(settings))  # begun by each web process (gunicorn.conf.py)
    screens_and_api = DispatcherMiddleware(app.wsgi_app, {"/api": _Api(settings)})
    serve_static = WhiteNoise(
        screens_and_api,
        root=str(web.STATIC),
        prefix="static/",
        max_age=60,
        immutable_file_test=web.is_versioned,
    )
    wrapped = TrustedProxies(serve_static, settings.trusted_proxies)
    app.wsgi_app = wrapped  # type: ignore[method-assign]  # Flask documents wrapping it so
    return app


class _Api:
    """The programming interface, loaded by the first who asks for it.

    It and its libraries are a fifth of what there is to load; a desk that opens its screens in the morning
    need not wait for them.
    """

    def __init__(self, settings: config.Settings) -> None:
        self._settings = settings
        self._loading = threading.Lock()
        self._app: Callable[..., Iterable[bytes]] | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._loading:
            if self._app is None:
                self._app = import_string("tthc_tracker.api:create")(self._settings).wsgi_app
        return self._app(environ, start_response)
