"""The application of a whole test module on one database, people signed in, queries counted, pages read."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

import config
from tests.support import databases
from tests.support.desk import Office, Worker
from tests.support.register import NOW
from tests.support.servers import environment
from tests.support.signedin import sign_in
from tests.support.visitor import SESSION_COOKIE
from tthc_tracker.app import create_app
from tthc_tracker.extensions import database

HOST = "https://localhost"


@contextmanager
def house(kind: str, folder: Path) -> Iterator[Flask]:
    """The application on a fresh database; its clock stands at the register's NOW."""
    with databases.migrated(kind, folder) as url, pytest.MonkeyPatch.context() as patch:
        stopped = folder / "clock"
        stopped.write_text(NOW.isoformat())
        patch.setattr("tthc_tracker.clock._TEST_CLOCK", str(stopped))
        app = create_app(config.from_environment(environment(url, folder, url=HOST)))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PREFERRED_URL_SCHEME="https")
        yield app
        database.dispose()


@dataclass
class Screen:
    """One person before the screens."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=HOST)

    def post(self, path: str, fields: dict[str, Any]) -> TestResponse:
        return self.client.post(path, data=fields, base_url=HOST)

    def search(self, typed: str) -> TestResponse:
        """What is typed into the box on every page, and where that leads."""
        sent = self.post("/tim-kiem", {"q": typed})
        return sent if "/ho-so/" in sent.location else self.get(sent.location)

    def queries(self, path: str) -> int:
        """How many statements a page runs when what a process remembers has been read already."""
        self.get(path)
        with counted() as statements:
            answer = self.get(path)
        assert answer.status_code == 200, answer.status_code
        return len(statements)


def before(app: Flask, worker: Worker) -> Screen:
    """This person, signed in."""
    with database.transaction() as session:
        token = sign_in(session, worker.user_id, NOW)
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, token, domain="localhost", secure=True)
    return Screen(client)


@dataclass(frozen=True)
class House:
    """The application of a test module and its office."""

    app: Flask
    office: Office

    def before(self, worker: Worker) -> Screen:
        return before(self.app, worker)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        ran.append(statement)

    engine = database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)


@dataclass
class Page(HTMLParser):
    """What a test asks of a page: its words, links, and the fields of its forms."""

    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    unlabelled: list[str] = field(default_factory=list)
    words: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._fields: dict[str, str] = {}
        self._select = self._area = ""
        self._skip = 0

    @classmethod
    def of(cls, answer: TestResponse) -> "Page":
        """Read an answer."""
        page = cls()
        page.feed(answer.text)
        page.words = " ".join(page.words.split())
        page.unlabelled = [name for name in page.unlabelled if name not in page.labelled]
        return page

    def check(self) -> None:
        """No id twice, no field without its label."""
        twice = [name for name, times in Counter(self.ids).items() if times > 1]
        assert not twice, twice
        assert not self.unlabelled, self.unlabelled

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "form":
            self._fields = self.forms.setdefault(given.get("action", ""), {})
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        elif tag in {"script", "style", "svg"}:
            self._skip += 1
        self._field(tag, given, chosen=dict(attrs))

    def _field(self, tag: str, given: dict[str, str], *, chosen: dict[str, Any]) -> None:
        name = given.get("name", "")
        if tag in {"input", "select", "textarea"} and given.get("type") not in {
            "hidden",
            "radio",
            "checkbox",
        }:
            self.unlabelled.append(given.get("id", f"{name} without id"))
        if tag == "input" and name and given.get("type") not in {"radio", "checkbox"}:
            self._fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in chosen or self._select not in self._fields):
            self._fields[self._select] = given.get("value", "")  # the first, unless one is chosen
        elif tag == "textarea":
            self._area, self._fields[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "svg"}:
            self._skip -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._fields[self._area] += data.strip()
        elif not self._skip:
            self.words += data + " "

    def codes(self) -> list[str]:
        """The codes of the dossiers it links to, in their order."""
        found = [re.fullmatch(r"/ho-so/([^/?#]+)", link) for link in self.links]
        return [match[1] for match in found if match]
