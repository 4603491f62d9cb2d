"""Outages of other systems: noted once, ended, and what was logged here meanwhile is entered there."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.test_pausing import receive
from tests.support.desk import Office, new_key, open_office
from tests.support.lives import kinds_of
from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.extensions import Database
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.procedure import Sector
from tthc_tracker.queries import outages as reads
from tthc_tracker.services import outages
from tthc_tracker.services.acting import Target
from tthc_tracker.services.outages import NoteOutage

EIGHT, NINE, TEN = (at(f"Mon 2026-11-16 {hour}:00") for hour in ("08", "09", "10"))
ELEVEN = at("Mon 2026-11-16 11:00")


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def down(office: Office, began: dt.datetime = NINE, ended: dt.datetime | None = TEN) -> NoteOutage:
    return NoteOutage(new_key(), office.ward, OutsideSystem.CIVIL_STATUS, began, ended, note="quá tải")


def test_what_was_received_meanwhile_is_to_be_entered_there_and_marked_once(
    office: Office, write: Session
) -> None:
    before, inside, later = (receive(write, office, one) for one in (EIGHT, NINE, TEN))
    outage_id = outages.note(write, down(office), person=office.clerk, now=ELEVEN)
    outage = reads.find(write, outage_id, office.clerk.scope)
    (row,) = reads.touched(write, outage, office.clerk.scope, ELEVEN).rows
    assert (row.code, row.entered_at, row.owner) == (inside.code, None, "Nguyễn V. A.")
    for _ in range(2):
        outages.mark_entered(write, outage_id, Target(inside.code, None), person=office.clerk, now=ELEVEN)
    (row,) = reads.touched(write, outage, office.clerk.scope, ELEVEN).rows
    assert (row.entered_at, row.entered_by) == (ELEVEN, "Lê Thị Một Cửa")
    assert kinds_of(write, inside).count(EventKind.NOTED) == 1
    found = [reads.of_dossier(write, one, ELEVEN) for one in (before, inside, later)]
    assert [[one.id for one in each] for each in found] == [[outage_id], [outage_id], []]


def test_pages_join_and_what_is_still_to_be_entered_stands_on_the_first(
    office: Office, write: Session
) -> None:
    inside = [receive(write, office, NINE).code for _ in range(4)]
    outage_id = outages.note(write, down(office), person=office.clerk, now=ELEVEN)
    earlier = outages.note(write, down(office, EIGHT, NINE), person=office.clerk, now=ELEVEN)
    outages.mark_entered(write, outage_id, Target(inside[0], None), person=office.clerk, now=ELEVEN)
    outage, scope = reads.find(write, outage_id, office.clerk.scope), office.clerk.scope
    first = reads.touched(write, outage, scope, ELEVEN, size=2)
    rest = reads.touched(write, outage, scope, ELEVEN, after=first.after, size=2)
    assert [row.code for row in (*first.rows, *rest.rows)] == [*inside[1:], inside[0]]
    assert rest.after == ""
    assert reads.touched(write, outage, scope, ELEVEN, after="2.nonsense", size=2) == first
    counts = reads.counted(write, outage, scope, ELEVEN)
    assert (counts.all, counts.left) == (4, 3)
    newest = reads.listed(write, scope, size=1)
    assert [one.id for one in newest.rows] == [outage_id]
    assert [one.id for one in reads.listed(write, scope, after=newest.after, size=1).rows] == [earlier]


def test_an_outage_that_lasts_takes_in_what_is_received_until_it_is_ended(
    office: Office, write: Session
) -> None:
    outage_id = outages.note(write, down(office, ended=None), person=office.clerk, now=NINE)
    receive(write, office, TEN)
    lasting = reads.find(write, outage_id, office.clerk.scope)
    assert len(reads.touched(write, lasting, office.clerk.scope, ELEVEN).rows) == 1
    with pytest.raises(InvalidInput, match="phải sau lúc bắt đầu"):
        outages.end(write, outage_id, EIGHT, person=office.clerk, now=ELEVEN)
    outages.end(write, outage_id, TEN, person=office.clerk, now=ELEVEN)
    ended = reads.find(write, outage_id, office.clerk.scope)
    assert reads.touched(write, ended, office.clerk.scope, ELEVEN).rows == (), "received when it was back"
    actions = select(AuditEntry.action).order_by(AuditEntry.id)
    assert list(write.execute(actions).scalars())[-2:] == ["outage_noted", "outage_ended"]


def test_an_outage_of_one_sector_leaves_the_others_alone(office: Office, write: Session) -> None:
    dossier = receive(write, office, NINE)
    sectors = {one.id: one.code for one in write.execute(select(Sector)).scalars()}
    other = next(code for sector_id, code in sectors.items() if sector_id != dossier.sector_id)
    for code, many in ((sectors[dossier.sector_id], 1), (other, 0)):
        command = replace(down(office), sector=code)
        outage_id = outages.note(write, command, person=office.clerk, now=ELEVEN)
        outage = reads.find(write, outage_id, office.clerk.scope)
        assert len(reads.touched(write, outage, office.clerk.scope, ELEVEN).rows) == many
    with pytest.raises(InvalidInput, match="Không có lĩnh vực"):
        outages.note(write, replace(down(office), sector="không có"), person=office.clerk, now=ELEVEN)


def test_an_outage_is_ones_own_agencys_and_a_form_sent_twice_is_one(office: Office, write: Session) -> None:
    command = down(office)
    first = outages.note(write, command, person=office.clerk, now=ELEVEN)
    assert outages.note(write, command, person=office.clerk, now=ELEVEN) == first
    with pytest.raises(NotAllowed):
        outages.note(write, down(office), person=office.stranger, now=ELEVEN)
    with pytest.raises(NotFound):
        reads.find(write, first, office.stranger.scope)
    assert [one.id for one in reads.listed(write, office.controller.scope).rows] == [first]


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        pytest.param(at("Mon 2026-11-16 12:00"), None, id="ahead"),
        pytest.param(NINE, NINE, id="over as it begins"),
        pytest.param(NINE, at("Mon 2026-11-16 12:00"), id="over ahead of now"),
        pytest.param(at("Mon 2026-10-05 09:00"), NINE, id="of more than a month"),
    ],
)
def test_moments_that_cannot_be_are_refused(
    office: Office, write: Session, began: dt.datetime, ended: dt.datetime | None
) -> None:
    with pytest.raises(InvalidInput):
        outages.note(write, down(office, began, ended), person=office.clerk, now=ELEVEN)
