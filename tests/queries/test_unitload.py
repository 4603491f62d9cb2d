"""The table by unit of a leader's mail: its numbers are those of the lists they lead to."""

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.support.alarms import Desk
from tests.support.desk import Office, open_office
from tests.support.moments import at, on
from tthc_tracker.domain.apologies import ApologyState, Ground
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.models.apology import Apology
from tthc_tracker.queries import supervision, unitload
from tthc_tracker.queries.listing import read_filters
from tthc_tracker.queries.supervision import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOW = at("Mon 2026-11-23 07:00")
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(write: "Session") -> Desk:
    return Desk(write, open_office(write))


def table(session: "Session", *agencies: int, now: dt.datetime = NOW) -> unitload.Overview:
    return unitload.overview(session, agencies, since=now - DAY, now=now)


def _due(moment: dt.datetime) -> dict[str, object]:
    later = {"overdue_from": moment + DAY, "very_overdue_from": None, "due_soon_from": None}
    return {"current_due_at": moment, **later}


def _busy(desk: Desk) -> Office:
    office = desk.office
    for _ in range(3):
        desk.running()
    desk.running(overdue_from=at("Mon 2026-11-23 00:00"), current_due_at=at("Sun 2026-11-22 09:00"))  # new
    desk.running(paused_since=at("Fri 2026-11-20 09:00"))  # its clock stands
    desk.running(**_due(at("Mon 2026-11-23 15:00")), holding_unit_id=office.civil_unit)
    desk.running(
        **_due(at("Wed 2026-11-25 10:00")), holding_unit_id=office.civil_unit
    )  # Tuesday is a holiday
    alone = desk.running(holding_unit_id=None, officer_id=None)
    desk.session.add(
        Apology(
            dossier_id=alone.id,
            state=ApologyState.DRAFT,
            ground=Ground.SAID,
            due_at=NOW + DAY,
            drafted_at=NOW,
        )
    )
    desk.waiting()
    desk.running(
        state=State.FINISHED, accepted_at=at("Fri 2026-11-20 09:00"), accepted_on=on("Fri 2026-11-20"),
        closed_at=at("Sat 2026-11-21 09:00"), closed_on=on("Sat 2026-11-21"),
    )  # fmt: skip
    desk.session.flush()
    return office


def test_units_stand_worst_first_with_what_is_new_and_what_falls_due(write: "Session", desk: Desk) -> None:
    office = _busy(desk)
    found = table(write, office.province)
    numbers = [
        (line.unit, line.overdue, line.new, line.today, line.next_day, line.apologies, line.late_reception)
        for line in found.lines
    ]
    assert numbers == [
        ("Phòng Địa chính", 4, 1, 0, 0, 0, 0),
        (None, 1, 0, 0, 0, 1, 1),
        ("Phòng Hộ tịch", 0, 0, 1, 1, 0, 0),
    ]
    assert found.sums["overdue"] == 5
    assert (found.late_units, found.next_day, found.since) == (2, on("Wed 2026-11-25"), on("Fri 2026-11-20"))
    assert (found.received, found.resolved) == (1, 1)
    assert found.oldest == at("Thu 2026-11-19 09:00")


def test_every_number_of_overdue_opens_exactly_its_list(write: "Session", desk: Desk) -> None:
    office = _busy(desk)
    person = office.controller
    for line in table(write, office.province).lines:
        if not line.overdue:
            continue
        assert line.query is not None
        listed = supervision.count(write, Listing.OVERDUE, read_filters(line.query), person.scope, NOW)
        assert listed.number == line.overdue, line.place


def test_an_agency_with_others_below_gets_no_link_that_would_mean_more(write: "Session", desk: Desk) -> None:
    province = desk.office.province
    desk.running(holding_unit_id=None, officer_id=None, resolving_agency_id=province)
    (line,) = table(write, province).lines
    assert (line.overdue, line.query) == (1, None)


def test_another_agencys_units_are_not_in_ones_table(write: "Session", desk: Desk) -> None:
    office = _busy(desk)
    assert table(write, office.other).lines == ()
    assert not table(write, office.other).late
    assert unitload.late_agencies(write, NOW) == {office.ward}


def test_beyond_the_most_units_the_rest_is_counted(
    write: "Session", desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = _busy(desk)
    monkeypatch.setattr(unitload, "MOST_UNITS", 2)
    found = table(write, office.province)
    assert (len(found.lines), found.left_out, found.sums["today"]) == (2, 1, 1)


def test_the_oldest_data_of_each_mirrored_source_is_told(write: "Session", desk: Desk) -> None:
    as_of = at("Thu 2026-11-19 23:00")
    desk.running("provincial-portal", source_as_of=as_of + DAY)
    desk.running("provincial-portal", source_as_of=as_of)
    assert [moment for _, moment in table(write, desk.office.ward).sources] == [as_of]


def test_an_unknown_year_still_has_a_day_before_and_after(write: "Session", desk: Desk) -> None:
    far = at("Wed 2099-11-25 07:00")
    found = table(write, desk.office.ward, now=far)
    assert (found.since, found.next_day, found.only_yesterday) == (far.date() - DAY, far.date() + DAY, True)
