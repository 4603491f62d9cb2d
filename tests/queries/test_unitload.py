"""The table by unit of a leader's mail: its numbers are those of the lists they lead to."""

import datetime as dt
import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.alarms import Desk
from tests.support.desk import Office, open_office
from tests.support.moments import at, on
from tthc_tracker.channels.mailtext import LISTS, SUMS_LISTED, Around, write_letter
from tthc_tracker.domain.apologies import ApologyState, Ground
from tthc_tracker.domain.lifecycle import FinishClass, State
from tthc_tracker.models.apology import Apology
from tthc_tracker.queries import lists, unitload
from tthc_tracker.queries.alertmail import AlertMail
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.queries.scoping import scope_of

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
    midnight = dt.datetime.combine(moment.date() + DAY, dt.time(), moment.tzinfo)
    later = {"overdue_from": midnight, "very_overdue_from": None, "due_soon_from": None}
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
        closed_at=at("Sat 2026-11-21 09:00"), closed_on=on("Sat 2026-11-21"), finish_class=FinishClass.LATE,
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


def _mail(overview: unitload.Overview) -> AlertMail:
    return AlertMail("digest", "", NOW, NOW, (), (), {}, 0, overview=overview)


def _linked(overview: unitload.Overview, kind: str) -> list[tuple[str, dict[str, str]]]:
    """Every link of a mail that opens a list: its path and what it asks."""
    letter = write_letter(_mail(overview), Around("https://tthc.test"))
    urls = re.findall(r"https://tthc.test[^\s\"<]+", unescape(getattr(letter, kind)))
    parts = [urlsplit(url) for url in urls]
    return [(one.path, dict(parse_qsl(one.query))) for one in parts if one.query]


KEPT = {
    "/giam-sat/qua-han": "overdue", "/giam-sat/cham-tiep-nhan": "late_reception",
    "/giam-sat/hen-tra-ngay": "due_day", "/giam-sat/xin-loi": "apologies", "/tong-hop/ho-so": "counted",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["text", "html"])
def test_every_number_of_the_mails_table_links_to_exactly_its_list(
    write: "Session", desk: Desk, kind: str
) -> None:
    office = _busy(desk)
    # Held by a unit here for a step, and resolved elsewhere: the unit's line counts it.
    desk.running(resolving_agency_id=office.other, step_agency_id=office.ward)
    desk.running(
        **_due(at("Mon 2026-11-23 15:00")), holding_unit_id=office.civil_unit,
        resolving_agency_id=office.other, step_agency_id=office.ward,
    )  # fmt: skip
    # No unit's, at an agency with others below it: its line is its own alone.
    desk.running(holding_unit_id=None, officer_id=None, resolving_agency_id=office.province)
    desk.waiting(receiving_agency_id=office.province)
    for agency, overdue, waiting in ((office.ward, 6, 1), (office.province, 7, 2)):
        found, counted = table(write, agency), []
        for path, question in _linked(found, kind):
            kept = lists.kept(KEPT[path])
            assert kept.question(question) == question, "the list reads all that the link asks"
            asked = Asked(question, scope_of(write, [agency]), NOW)
            counted.append(kept.count(write, asked).number)
            assert len(kept.page(write, asked, "", 50).rows) == counted[-1]
        numbers = [getattr(line, name) for line in found.lines for name in LISTS]
        sums = [found.sums[name] for name in SUMS_LISTED]
        assert counted == [found.received, found.resolved, *filter(None, (*sums, *numbers))]
        assert found.sums == {
            "overdue": overdue, "new": 1, "very_overdue": 0, "today": 2, "next_day": 1, "apologies": 1,
            "late_reception": waiting,
        }  # fmt: skip


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
