"""Why dossiers are late: the dossiers behind a count, a page after a page, each in the row that counts it."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests.services.test_apologies import FRIDAY, finish, office, receive
from tests.support.desk import Office
from tests.support.moments import at
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.queries import latenesses

__all__ = ["office"]

NOVEMBER = Period(PeriodKind.RANGE, dt.date(2026, 11, 1), dt.date(2026, 11, 30))
NOW = at("Mon 2026-11-30 09:00")


@pytest.fixture
def late(office: Office, write: Session) -> list[str]:
    """Three that are open and late, and one that was finished late."""
    made = [receive(write, office) for _ in range(4)]
    finish(write, office, made[3], FRIDAY)
    write.flush()
    return [one.code for one in made]


def listed(session: Session, office: Office, agency: str, size: int) -> list[str]:
    found, after = [], ""
    while True:
        page = latenesses.behind(
            session, {"agency": agency}, NOVEMBER, office.controller.scope, NOW, after=after, size=size
        )
        found += [row.code for row in page.rows]
        if not (after := page.after):
            return found


def test_every_count_leads_to_its_dossiers_over_several_pages(
    office: Office, write: Session, late: list[str]
) -> None:
    (one,) = latenesses.by_agency(write, NOVEMBER, office.controller.scope, NOW)
    assert one.total == 4
    counted = latenesses.count_behind(write, {"agency": one.code}, NOVEMBER, office.controller.scope, NOW)
    assert (counted.number, counted.more) == (4, False)
    for size in (1, 3, 50):
        assert listed(write, office, one.code, size) == late
    assert listed(write, office, "H50.19001", 50) == []


def test_what_ended_late_before_its_agency_did_stays_in_that_agencys_row(
    office: Office, write: Session, late: list[str]
) -> None:
    """A finish that is told after the transfer, of a day before it: whose it was then, as statistics say."""
    heir = write.get_one(Agency, office.other)
    for row in latenesses.behind(write, {}, NOVEMBER, office.controller.scope, NOW).rows:
        write.add(DossierTransfer(
            dossier_id=row.id, seq=99, moved_on=dt.date(2026, 11, 25), from_agency_id=office.ward,
            to_agency_id=office.other,
        ))  # fmt: skip
        move(write, row.id, office.other)
    write.flush()
    counts = {
        one.code: one.total for one in latenesses.by_agency(write, NOVEMBER, office.controller.scope, NOW)
    }
    assert counts == {heir.code: 3, "H50.19000": 1}
    assert listed(write, office, "H50.19000", 50) == [late[3]]
    assert listed(write, office, heir.code, 50) == late[:3]


def move(session: Session, dossier_id: int, to: int) -> None:
    session.get_one(Dossier, dossier_id).resolving_agency_id = to
