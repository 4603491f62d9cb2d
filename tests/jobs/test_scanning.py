"""What a scan of the scheduler looks at: what is newly due, and once an hour what every unit has open."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.bench.floors import listening
from tests.support.alarms import Desk
from tests.support.databases import ENGINES
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker import clock
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.extensions import Database
from tthc_tracker.jobs.tasks import scan_deadlines
from tthc_tracker.jobs.work import LEASE, Work
from tthc_tracker.models.account import User
from tthc_tracker.services import leases
from tthc_tracker.services.revisions import raise_revision


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        office = open_office(session)
        Desk(session, office).running()
    return office


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_loads_of_units_are_counted_by_the_first_scan_of_an_hour(
    database: Database, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And by the first after a change of what they are judged by; whose scan it is makes no difference."""
    by_hand = Work("https://tthc.test", "tthc@coquan.test", "", tmp_path)
    with database.transaction() as session:
        of_scheduler = replace(by_hand, token=leases.acquire(session, LEASE, "this one"))

    def told(moment: str, work: Work) -> int:
        monkeypatch.setattr(clock, "now", lambda: at(moment))
        many: int = scan_deadlines(work)["by_rule"].get(Rule.NO_RECIPIENT.value, 0)
        return many

    def head_of_any(active: bool) -> None:
        with database.transaction() as session:
            session.execute(update(User).values(active=active))

    assert told("Mon 2026-11-16 09:05", of_scheduler) == 0
    head_of_any(False)
    assert [told("Mon 2026-11-16 09:10", work) for work in (of_scheduler, by_hand)] == [0, 0]
    assert told("Mon 2026-11-16 10:00", of_scheduler) == 1
    head_of_any(True)
    assert told("Mon 2026-11-16 11:05", by_hand) == 0  # it has ended
    head_of_any(False)
    assert [told("Mon 2026-11-16 11:10", work) for work in (of_scheduler, by_hand)] == [0, 0]
    for name, anybody, raised in (("agencies", False, 1), ("settings", True, 0), ("deputies", False, 1)):
        head_of_any(anybody)
        assert told("Mon 2026-11-16 11:15", by_hand) == 0
        with database.transaction() as session:
            raise_revision(session, name)
        assert told("Mon 2026-11-16 11:15", by_hand) == raised, name


@pytest.mark.parametrize("engine_kind", ENGINES, indirect=True)
def test_a_scan_with_nothing_new_passes_nothing_that_is_open(
    database: Database, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand = Work("https://tthc.test", "tthc@coquan.test", "", tmp_path)
    monkeypatch.setattr(clock, "now", lambda: at("Mon 2026-11-16 09:05"))
    counting = []
    for _ in range(2):
        with listening(database.engine) as asked:
            scan_deadlines(by_hand)
        counting.append([one for one, _values in asked if "GROUP BY dossier.holding_unit_id" in one])
    assert [len(found) for found in counting] == [1, 0]
