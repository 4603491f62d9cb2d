"""Whose rating it is: that of the agency in whose row the finish of its dossier stands."""

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.alarms import Desk
from tests.support.desk import Office
from tests.support.moments import at, on
from tthc_tracker.domain.lifecycle import FinishClass, State
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.queries import evaluations, ratings
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.services import ratings as services

pytestmark = pytest.mark.usefixtures("office")  # before the write unit, which lets nobody else write

PASSED_ON, GIVEN = on("Fri 2026-11-13"), at("Mon 2026-11-16 09:00")
FIRST, LAST = on("Sun 2026-11-01"), on("Mon 2026-11-30")


def returned(desk: Desk, finished: dt.datetime) -> Dossier:
    """Given back, at the heir of an agency that ended on Friday."""
    office = desk.office
    dossier = desk.running(
        state=State.RETURNED, resolving_agency_id=office.other, closed_at=finished,
        closed_on=finished.date(), finish_class=FinishClass.ON_TIME, returned_at=finished,
    )  # fmt: skip
    moved = {"from_agency_id": office.ward, "to_agency_id": office.other, "moved_on": PASSED_ON}
    desk.session.add(DossierTransfer(dossier_id=dossier.id, seq=2, **moved))
    desk.session.flush()
    return dossier


@pytest.mark.parametrize(
    ("finished", "whose"),
    [
        pytest.param(
            at("Thu 2026-11-12 16:00"), "ward", id="finished before, told after: the agency that ended"
        ),
        pytest.param(at("Fri 2026-11-13 08:00"), "other", id="on the day it was passed on: the heir"),
        pytest.param(at("Mon 2026-11-16 08:00"), "other", id="finished by the heir"),
    ],
)
def test_a_rating_is_counted_for_the_agency_in_whose_row_the_finish_stands(
    desk: Desk, office: Office, write: Session, finished: dt.datetime, whose: str
) -> None:
    dossier = returned(desk, finished)
    assert services.rate(write, dossier.id, Rating.SATISFIED, now=GIVEN)
    question = Question(FIRST, LAST, By.AGENCY, EVERYTHING)
    (finish,) = evaluations.of_agencies(write, question, at("Mon 2026-11-30 17:00"))
    for agency_id in (office.ward, office.other):
        code = write.execute(select(Agency.code).where(Agency.id == agency_id)).scalar_one()
        expected = int(agency_id == getattr(office, whose))
        levels = ratings.counted(write, EVERYTHING, code, FIRST, LAST)
        assert sum(level.number for level in levels) == expected
        assert (finish.key == code) == bool(expected), "as its finish is"
        behind = ratings.page(write, ratings.Given(EVERYTHING, code, FIRST, LAST)).rows
        assert [row.agency_code for row in behind] == [code] * expected
