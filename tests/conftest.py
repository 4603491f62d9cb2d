"""Fixtures of every tier. Nothing of the product is imported up here: tests of the law need none of it."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.support import order, runs

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page
    from sqlalchemy.orm import Session

    from tests.support.servers import WebServer
    from tests.support.smtp import Mailbox
    from tthc_tracker.extensions import Database

# No example fails for being slow; CI tries the same examples every time, a developer others each time.
settings.register_profile(
    "tthc", deadline=None, derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("tthc")

_opened_here = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(order)
    config.stash[_opened_here] = runs.open_run()
    if config.stash[_opened_here] and not config.option.basetemp:
        config.option.basetemp = str(runs.folder() / "tests")  # gone with the run


def pytest_collection_finish() -> None:
    """What stands by now stands until the end: no collection of garbage need visit it, nor come as often."""
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash.get(_opened_here, False):
        from tests.support import postgres

        postgres.stop_shared()
        runs.close_run()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Every test that touches the database runs on both; parametrize it indirectly for one of them."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database as `flask db upgrade` leaves it; marked `bare`, of its tables alone."""
    from tests.support import databases

    bare = request.node.get_closest_marker("bare") is not None
    with databases.migrated(engine_kind, tmp_path, bare=bare) as url:
        yield url


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> "Iterator[Database]":
    """The product's own `database`, bound to a fresh one: `with database.transaction() as session:`."""
    from tthc_tracker.extensions import database as bound
    from tthc_tracker.services.trailkeys import NAME, Keyring

    bound.bind(database_url, keyring=Keyring(tmp_path / NAME))
    yield bound
    bound.dispose()


@pytest.fixture
def write(database: "Database") -> "Iterator[Session]":
    """One open write unit for the whole test, undone at its end. SQLite lets nobody else write meanwhile."""
    with database.transaction() as session:
        yield session
        session.rollback()


@pytest.fixture
def read(database: "Database") -> "Iterator[Session]":
    """One open read unit: it sees what was committed before its first query."""
    with database.reading() as session:
        yield session


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> "Iterator[Flask]":
    """The application on a fresh database, without demo data; forms need no CSRF token here."""
    import config
    from tests.support.servers import environment
    from tthc_tracker.app import create_app
    from tthc_tracker.extensions import database as bound

    made = create_app(config.from_environment(environment(database_url, tmp_path, url="https://localhost")))
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PREFERRED_URL_SCHEME="https")
    yield made
    bound.dispose()


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A visitor without a browser, over https so that `__Host-` cookies are kept."""
    return app.test_client()


@pytest.fixture
def smtp() -> "Iterator[Mailbox]":
    """A real SMTP server on a free port; `smtp.url` is its SMTP_URL, `smtp.fault` makes it fail."""
    from tests.support.smtp import serving

    with serving() as mailbox:
        yield mailbox


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Chromium, once a worker."""
    from tests.support.browser import chromium

    with chromium() as started:
        yield started


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> "Iterator[WebServer]":
    """The web processes on a fresh database; with another clock or mail use tests.support.servers.web."""
    from tests.support import servers

    with servers.web(database_url, tmp_path) as server:
        yield server


@pytest.fixture
def page(browser: "Browser", site: "WebServer") -> "Iterator[Page]":
    """A page of a fresh visitor of `site`; an error or a breach of the CSP on its console fails the test."""
    from tests.support.browser import context

    with context(browser, site.url) as (opened, _complaints):
        yield opened.new_page()
