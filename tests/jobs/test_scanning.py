"""What a scan of the scheduler looks at: what is newly due, and once an hour what every unit has open."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.support.alarms import Desk
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker import clock
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.extensions import Database
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import LEASE, Work
from tthc_tracker.models.account import User
from tthc_tracker.services import leases

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        office = open_office(session)
        Desk(session, office).running()
    return office


def test_the_loads_of_units_are_counted_by_the_first_scan_of_an_hour_and_by_people(
    database: Database, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand = Work("https://tthc.test", "tthc@coquan.test", "", tmp_path)
    with database.transaction() as session:
        of_scheduler = replace(by_hand, token=leases.acquire(session, LEASE, "this one"))

    def told(moment: str, work: Work) -> int:
        monkeypatch.setattr(clock, "now", lambda: at(moment))
        many: int = scan_deadlines(work)["by_rule"].get(Rule.NO_RECIPIENT.value, 0)
        return many

    assert told("Mon 2026-11-16 09:05", of_scheduler) == 0
    with database.transaction() as session:
        session.execute(update(User).values(active=False))  # nobody heads anything any more
    assert told("Mon 2026-11-16 09:10", of_scheduler) == 0
    assert told("Mon 2026-11-16 10:00", of_scheduler) == 1
    with database.transaction() as session:
        session.execute(update(User).values(active=True))
    assert told("Mon 2026-11-16 10:05", by_hand) == 0  # it has ended
    with database.transaction() as session:
        session.execute(update(User).values(active=False))
    assert told("Mon 2026-11-16 10:10", of_scheduler) == 0
    assert told("Mon 2026-11-16 10:15", by_hand) == 1
