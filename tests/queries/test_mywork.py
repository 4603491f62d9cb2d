"""One person's lists: what belongs on each, in which order, page by page, and by which index."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.support.databases import ENGINES
from tests.support.register import DAY, NOW, Known, Register, stocked
from tests.support.screens import counted
from tthc_tracker.domain.handovers import Direction, HandoverAnswer, Place, answers_for
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.queries import collecting, mywork, worklists
from tthc_tracker.queries.collecting import Waits
from tthc_tracker.queries.mywork import Tab, Worker

MIDNIGHT = dt.datetime.combine(NOW.date(), dt.time(), NOW.tzinfo)


@pytest.fixture(scope="module", params=ENGINES)
def register(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with stocked(request.param, tmp_path_factory.mktemp("register")) as laid:
        with laid.database.transaction() as session:
            hand_some_over(session, laid)
        yield laid


@pytest.fixture
def session(register: Register) -> Iterator[Session]:
    with register.database.reading() as opened:
        yield opened


def hand_some_over(session: Session, register: Register) -> None:
    """Ten to the land unit, one of them answered; one to the other unit; two results to the desk."""
    office, rows = register.office, register.of("due_soon")
    for number, row in enumerate(rows[:10]):
        papers = to(row, office.ward, office.land_unit, NOW - number * DAY, office.clerk.user_id)
        if number == 9:
            papers.answer, papers.answered_at = HandoverAnswer.CONFIRMED, NOW
        session.add(papers)
    session.add(to(rows[10], office.ward, office.civil_unit, NOW, office.clerk.user_id))
    for row in rows[11:13]:
        result = to(row, office.ward, None, NOW, office.officer.user_id, source=office.land_unit)
        result.direction = Direction.RESULT
        session.add(result)
    # Three lie at the desk: nobody holds them.
    ids = [row.id for row in rows[20:23]]
    lying = update(Dossier).where(Dossier.id.in_(ids)).values(holding_unit_id=None, officer_id=None)
    session.execute(lying)


def to(
    row: Known, agency: int, unit: int | None, at: dt.datetime, by: int, source: int | None = None
) -> Handover:
    return Handover(
        dossier_id=row.id, direction=Direction.FORWARD, from_agency_id=agency, from_unit_id=source,
        to_agency_id=agency, to_unit_id=unit, handed_at=at, handed_by_id=by, note="", reason="",
    )  # fmt: skip


def walk(session: Session, tab: Tab, worker: Worker, size: int = 7) -> list[str]:
    """Every code of a tab, page by page."""
    found: list[str] = []
    after = ""
    while True:
        page = mywork.page(session, tab, worker, NOW, after=after, size=size)
        found += [row.code for row in page.rows]
        if not (after := page.after):
            return found


def officer(register: Register) -> Worker:
    return Worker(register.office.officer.user_id, register.office.officer.memberships)


def held(session: Session, register: Register) -> list[Known]:
    statement = select(Dossier.id).where(Dossier.officer_id == register.office.officer.user_id)
    mine = set(session.execute(statement).scalars())
    at_work = {"overdue", "due_soon", "reappointed", ""}
    rows = [row for row in register.rows if row.id in mine and row.which in at_work]
    return sorted(rows, key=lambda row: (row.since, row.id))


@pytest.mark.parametrize("tab", [Tab.TODAY, Tab.WEEK, Tab.PAUSED, Tab.ALL])
def test_an_officers_dossiers_are_listed_by_due_date(session: Session, register: Register, tab: Tab) -> None:
    belongs = {
        Tab.TODAY: lambda row: row.which and row.since <= MIDNIGHT + DAY,
        Tab.WEEK: lambda row: row.which and MIDNIGHT + DAY < row.since <= MIDNIGHT + 7 * DAY,
        Tab.PAUSED: lambda row: not row.which,
        Tab.ALL: lambda row: True,
    }[tab]
    expected = [row.code for row in held(session, register) if belongs(row)]
    assert expected
    assert walk(session, tab, officer(register), size=97) == expected
    assert mywork.counts(session, officer(register), NOW)[tab] == len(expected)


def test_a_unit_sees_what_it_is_to_confirm_the_longest_waiting_first(
    session: Session, register: Register
) -> None:
    rows = register.of("due_soon")
    assert walk(session, Tab.TO_CONFIRM, officer(register)) == [row.code for row in reversed(rows[:9])]
    assert walk(session, Tab.SENT, officer(register)) == [row.code for row in rows[11:13]]
    counts = mywork.counts(session, officer(register), NOW)
    assert (counts[Tab.TO_CONFIRM], counts[Tab.SENT]) == (9, 2)
    assert Tab.AT_DESK not in counts


def test_a_desk_sees_results_on_their_way_what_it_gave_and_what_lies_there(
    session: Session, register: Register
) -> None:
    clerk = Worker(register.office.clerk.user_id, register.office.clerk.memberships)
    rows, counts = register.of("due_soon"), mywork.counts(session, clerk, NOW)
    assert walk(session, Tab.TO_CONFIRM, clerk) == [row.code for row in rows[11:13]]
    assert (counts[Tab.TO_CONFIRM], counts[Tab.SENT]) == (2, 10)
    assert {row.code for row in rows[20:23]} <= set(walk(session, Tab.AT_DESK, clerk))
    assert counts[Tab.AT_DESK] == len(walk(session, Tab.AT_DESK, clerk))


def test_a_head_finds_what_nobody_is_in_charge_of_as_the_start_page_counts_it(
    session: Session, register: Register
) -> None:
    office = register.office
    head = Worker(office.head.user_id, office.head.memberships)
    found = walk(session, Tab.UNASSIGNED, head, size=50)
    assert set(found) >= {row.code for row in register.of("due_soon")[20:23]}
    assert mywork.counts(session, head, NOW)[Tab.UNASSIGNED] == len(found)
    assert len(found) == worklists.unassigned(session, office.ward, NOW).count.number
    assert Tab.UNASSIGNED not in mywork.counts(session, officer(register), NOW)


def test_another_agency_sees_none_of_it(session: Session, register: Register) -> None:
    stranger = Worker(register.office.stranger.user_id, register.office.stranger.memberships)
    mine = {row.code for row in register.rows if row.agency == "H50.19000"}
    for tab in Tab:
        assert not mine & set(walk(session, tab, stranger, size=500))


@pytest.mark.parametrize("tab", Tab)
def test_a_page_is_one_query_and_the_counts_three(session: Session, register: Register, tab: Tab) -> None:
    clerk = Worker(register.office.clerk.user_id, register.office.clerk.memberships)
    with counted() as ran:
        mywork.page(session, tab, clerk, NOW)
    assert len([one for one in ran if one.startswith("SELECT")]) == 1
    with counted() as ran:
        mywork.counts(session, clerk, NOW)
    assert len([one for one in ran if one.startswith("SELECT")]) == 3


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("own_unit", [None, "land", "civil"])
def test_the_lists_and_the_law_agree_about_who_confirms(
    session: Session, register: Register, role: Role, own_unit: str | None
) -> None:
    office = register.office
    units = {None: None, "land": office.land_unit, "civil": office.civil_unit}
    memberships = (Membership(role, office.ward, units[own_unit]),)
    if role is Role.HEAD_OF_AGENCY and own_unit:  # sits in no unit
        return
    shown = set(walk(session, Tab.TO_CONFIRM, Worker(0, memberships)))
    open_ones = session.execute(
        select(Dossier.code, Handover.to_agency_id, Handover.to_unit_id)
        .join(Dossier, Dossier.id == Handover.dossier_id)
        .where(Handover.answered_at.is_(None))
    )
    expected = {code for code, agency, unit in open_ones if answers_for(memberships, Place(agency, unit))}
    assert shown == expected


def test_results_wait_by_how_long_and_only_within_the_scope(session: Session, register: Register) -> None:
    scope = register.office.head.scope
    expected = register.of("finished")
    page = collecting.page(session, scope, Waits(), NOW, size=7)
    assert [row.code for row in page.rows] == [row.code for row in expected[:7]]
    more = collecting.page(session, scope, Waits(), NOW, after=page.after, size=100)
    assert [row.code for row in more.rows] == [row.code for row in expected[7:]]
    assert collecting.count(session, scope, Waits(), NOW).number == len(expected)
    later = NOW + 6 * DAY
    old = [row for row in expected if (later.date() - row.since.date()).days >= 6]
    assert collecting.count(session, scope, Waits(6), later).number == len(old)
    assert all(row.days(later.date()) >= 6 for row in collecting.page(session, scope, Waits(6), later).rows)
