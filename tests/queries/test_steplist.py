"""The list of running steps: over its limit first, what was inherited with little left, in whose eyes."""

import pytest

from tests.bench.floors import listening
from tests.services.test_steps import FRIDAY, TEN, THURSDAY, TUESDAY, Desk, desk
from tests.support.moments import at
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.models.process import StepRun
from tthc_tracker.queries import lists, steplist
from tthc_tracker.queries.keptlist import Asked
from tthc_tracker.queries.listing import NOBODYS, Filters
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.queries.steplist import StepLine, Tab
from tthc_tracker.services import pausing
from tthc_tracker.services.pausing import PauseDossier

__all__ = ["desk"]

ANY = Filters()


@pytest.fixture
def codes(desk: Desk) -> dict[str, str]:
    """One at the desk since Monday, one at the unit since Monday, one that came there on Thursday."""
    desk_only = desk.code
    desk.code = early = desk.receive()
    desk.to_unit(TEN)
    desk.code = late = desk.receive()
    desk.to_unit(THURSDAY)  # the promise is for 09:00: nothing is left of it
    return {"desk": desk_only, "early": early, "late": late}


def listed(desk: Desk, tab: Tab, filters: Filters = ANY, now: object = TUESDAY) -> list[StepLine]:
    with desk.database.reading() as session:
        found = steplist.page(session, tab, filters, EVERYTHING, now)
        assert steplist.count(session, tab, filters, EVERYTHING, now).number == len(found.rows)
        return list(found.rows)


def test_what_has_run_out_stands_first_and_each_tab_lists_what_it_says(
    desk: Desk, codes: dict[str, str]
) -> None:
    rows = listed(desk, Tab.DATED, now=THURSDAY)
    assert [row.code for row in rows] == [codes["desk"], codes["early"], codes["late"]]
    first, second, third = rows
    assert (first.step, first.at_desk, first.unit, first.late) == ("Tiếp nhận", True, None, True)
    assert (second.step, second.unit, second.opened_at) == ("Thẩm định", "Phòng Địa chính", TEN)
    assert second.owner == "Nguyễn V. A."
    assert [row.code for row in listed(desk, Tab.LATE, now=THURSDAY)] == [codes["desk"], codes["early"]]
    assert [row.code for row in listed(desk, Tab.SHORT)] == [codes["late"]]
    assert (third.left_minutes, third.late) == (0, False)
    assert listed(desk, Tab.UNKNOWN) == []


def test_a_unit_is_counted_for_what_its_link_lists(desk: Desk, codes: dict[str, str]) -> None:
    with desk.database.reading() as session:
        units = steplist.late_units(session, EVERYTHING, FRIDAY)
    assert [(one.unit, one.number) for one in units] == [("Phòng Địa chính", 2), (None, 1)]
    for one in units:
        its = Filters(agency=one.agency_code, unit=one.unit_id or NOBODYS)
        assert len(listed(desk, Tab.LATE, its, FRIDAY)) == one.number


def test_a_step_that_waits_for_the_applicant_is_not_late(desk: Desk, codes: dict[str, str]) -> None:
    desk.code = codes["early"]
    wait = PauseDossier(desk.target, PauseReason.PAYMENT, "nộp lệ phí", "thông báo nộp tiền", FRIDAY.date())
    desk.do(pausing.pause, wait, desk.office.officer, at("Mon 2026-11-16 10:30"))
    assert [row.code for row in listed(desk, Tab.LATE, now=FRIDAY)] == [codes["desk"], codes["late"]]
    assert {row.code for row in listed(desk, Tab.DATED, now=FRIDAY) if row.paused} == {codes["early"]}


def test_pages_join_for_one_agency_too_and_another_sees_none(desk: Desk, codes: dict[str, str]) -> None:
    kept = lists.kept("steps")
    with desk.database.reading() as session:
        own = scope_of(session, [desk.office.ward])
        for scope in (own, EVERYTHING):
            whole = Asked({}, scope, THURSDAY)
            assert [row.code for row in lists.rows(session, kept, whole, most=9, batch=1)] == [
                *codes.values()
            ]
            assert kept.count(session, whole).number == 3
        elsewhere = Asked({"tab": "khong-co"}, scope_of(session, [desk.office.other]), THURSDAY)
        assert kept.count(session, elsewhere).number == 0


def test_a_step_without_a_date_has_a_tab_of_its_own(desk: Desk, codes: dict[str, str]) -> None:
    with desk.database.transaction() as session:
        run = session.query(StepRun).filter(StepRun.at_desk, StepRun.closed_at.is_(None)).one()
        run.due_at = run.late_from = None
    (only,) = listed(desk, Tab.UNKNOWN)
    assert (only.code, only.due_at, only.late) == (codes["desk"], None, False)
    assert len(listed(desk, Tab.DATED)) == 2


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_steps_of_a_commune_are_looked_for_among_what_it_has_open(desk: Desk) -> None:
    """Its own ways in, each by the index of open dossiers: not all that it has ever received."""
    with desk.database.reading() as session, listening(desk.database.engine) as asked:
        scope = Scope(all=False, agency_ids=frozenset({desk.office.ward}))
        steplist.count(session, Tab.LATE, ANY, scope, THURSDAY)
        [(statement, values)] = [one for one in asked if "step_run" in one[0]]
        plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values)
        steps = " ".join(row[-1] for row in plan)
    for way in ("resolving", "receiving", "returning"):
        assert f"ix_dossier_{way}_open" in steps, steps
