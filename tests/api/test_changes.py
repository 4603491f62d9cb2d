"""Whoever reads on from a cursor misses nothing, whatever order commits end in."""

import threading

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from tests.support import wire
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tests.support.wire import System, accepted, dossier
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.extensions import database
from tthc_tracker.models.api import ChangeCounter
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.services import changes, events, restoring

NOW = at("Mon 2026-11-23 09:00")
POSTGRESQL = pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)


def code(number: int) -> str:
    return f"H50.19000-261116-{number:04}"


@pytest.fixture
def office(app: Flask) -> Office:
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def portal(app: Flask, office: Office) -> System:
    return System(app, wire.token())


class Reader:
    """A system that reads on and on."""

    def __init__(self, system: System) -> None:
        self.system, self.cursor = system, ""

    def read(self, limit: int = 100) -> list[str]:
        """The codes of one page."""
        page = self.system.send("GET", f"/dossiers?limit={limit}&changed_since={self.cursor}").json
        self.cursor = page["next"]
        return [item["MaHoSo"] for item in page["items"]]

    def read_all(self, limit: int = 100) -> list[str]:
        """Pages until one is empty."""
        found: list[str] = []
        while page := self.read(limit):
            found += page
        return found


def test_pages_follow_each_other_without_gap_or_repeat(portal: System) -> None:
    for number in range(1, 8):
        portal.send("POST", "/dossiers", accepted(code(number)))
    assert Reader(portal).read_all(limit=3) == [code(number) for number in range(1, 8)]
    first = portal.send("GET", "/dossiers?limit=3").json
    assert first["more"] is True
    rest = portal.send("GET", f"/dossiers?limit=4&changed_since={first['next']}").json
    assert (len(rest["items"]), rest["more"]) == (4, False)


def test_what_changes_again_comes_again_and_what_does_not_stays_read(portal: System) -> None:
    for number in (1, 2, 3):
        portal.send("POST", "/dossiers", accepted(code(number)))
    reader = Reader(portal)
    assert len(reader.read_all()) == 3
    portal.send("POST", "/dossiers", accepted(code(1)))  # the same: nothing has changed
    assert reader.read_all() == []
    portal.send("PATCH", f"/dossiers/{code(2)}/status", {"TrangThaiHoSo": 6})
    assert reader.read_all() == [code(2)]


def test_what_the_desk_does_is_told_to_the_source(app: Flask, office: Office) -> None:
    form = System(app, wire.token("desk"))
    form.send("POST", "/dossiers", dossier())
    reader = Reader(form)
    assert reader.read_all() == [code(1)]
    with database.transaction() as session:
        stored = session.execute(select(Dossier)).scalar_one()
        actor = events.Actor(office.clerk.user_id, office.clerk.name)
        events.append(session, stored, EventKind.NOTED, actor=actor, now=NOW)
    assert reader.read_all() == [code(1)]


@POSTGRESQL
def test_a_change_that_is_committed_late_is_not_passed_over(portal: System) -> None:
    """One transaction changes first and commits last; the reader passes in between, twice."""
    for number in (1, 2):
        portal.send("POST", "/dossiers", accepted(code(number)))
    reader = Reader(portal)
    with database.transaction() as slow:
        changes.mark(slow, dossier_id_of(code(1)))
        slow.flush()
        assert reader.read_all() == [code(2)]  # the first is in other hands: it waits
        portal.send("PATCH", f"/dossiers/{code(2)}/status", {"TrangThaiHoSo": 6})
        assert reader.read_all() == [code(2)]
    assert reader.read_all() == [code(1)]


def dossier_id_of(which: str) -> int:
    with database.reading() as session:
        return session.execute(select(Dossier.id).where(Dossier.code == which)).scalar_one()


def test_readers_and_writers_at_once_lose_nothing(portal: System) -> None:
    amount, together, written = 12, threading.Barrier(4), threading.Event()
    seen: list[list[str]] = []

    def write(numbers: range) -> None:
        together.wait()
        for number in numbers:
            portal.send("POST", "/dossiers", accepted(code(number)))
            portal.send("PATCH", f"/dossiers/{code(number)}/status", {"TrangThaiHoSo": 6})

    def read() -> None:
        reader, found = Reader(portal), []
        together.wait()
        while not written.is_set():
            found += reader.read(limit=3)
        seen.append(found + reader.read_all(limit=3))

    writers = [threading.Thread(target=write, args=[range(first, amount, 2)]) for first in (0, 1)]
    readers = [threading.Thread(target=read) for _ in range(2)]
    _run(writers, readers, written)
    assert [set(found) for found in seen] == [{code(number) for number in range(amount)}] * 2


def _run(writers: list[threading.Thread], readers: list[threading.Thread], written: threading.Event) -> None:
    for thread in writers + readers:
        thread.start()
    for thread in writers:
        thread.join()
    written.set()
    for thread in readers:
        thread.join()


def test_a_cursor_that_was_never_given_is_refused(portal: System) -> None:
    for cursor in ("x", "MS4", "MS4xLjE5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "%00", "a" * 3000):
        answer = portal.send("GET", f"/dossiers?changed_since={cursor}")
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "changed_since"), cursor


def test_a_cursor_of_another_source_is_refused(portal: System) -> None:
    portal.send("POST", "/dossiers", accepted())
    cursor = portal.send("GET", "/dossiers").json["next"]
    stranger = System(portal.app, wire.token(wire.OTHER))
    assert stranger.send("GET", f"/dossiers?changed_since={cursor}").status_code == 422


def test_after_a_restore_a_cursor_of_the_lost_time_misses_nothing_that_comes(
    app: Flask, portal: System
) -> None:
    """The counters went back with everything else; what was told in between must stay below what comes."""
    reader = Reader(portal)
    for number in (1, 2, 3):
        portal.send("POST", "/dossiers", accepted(code(number)))
    assert len(reader.read_all()) == 3
    with (
        database.transaction() as session
    ):  # as a backup from before it was read, of before this source's first
        session.execute(delete(ChangeCounter))
        session.execute(update(ImportedRow).values(change=None))
        restoring.settle(session, made_at=NOW, now=NOW, file_name="")
    assert reader.read_all() == [code(1), code(2), code(3)], "told again, for nobody knows what was told"
    portal.send("PATCH", f"/dossiers/{code(2)}/status", {"TrangThaiHoSo": 6})
    assert reader.read_all() == [code(2)]
