"""The supervisor's lists on a known register: right rows and order, whole pages, nobody else's dossiers."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.support.databases import ENGINES
from tests.support.moments import at
from tests.support.register import CANARY, NOW, Known, Register, stocked
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.permissions import EVERYTHING, NOTHING, Scope
from tthc_tracker.models.procedure import Procedure, Sector
from tthc_tracker.queries import filtering, listing, search, supervision
from tthc_tracker.queries.listing import Filters
from tthc_tracker.queries.supervision import Listing


@pytest.fixture(scope="module", params=ENGINES)
def register(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with stocked(request.param, tmp_path_factory.mktemp("register")) as laid:
        yield laid


@pytest.fixture
def session(register: Register) -> Iterator[Session]:
    with register.database.reading() as opened:
        yield opened


def walk(
    session: Session, which: Listing, scope: Scope, filters: Filters, size: int, **how: Any
) -> list[str]:
    """Every code of a list, page by page."""
    codes: list[str] = []
    after = ""
    while True:
        page = supervision.page(session, which, filters, scope, NOW, after=after, size=size, **how)
        codes += [row.code for row in page.rows]
        if not page.after:
            return codes
        assert len(page.rows) == size
        after = page.after


@pytest.mark.parametrize("which", list(Listing))
@pytest.mark.parametrize("newest_first", [False, True], ids=["worst first", "newest first"])
@pytest.mark.parametrize("size", [7, 500], ids=["small pages", "large pages"])
def test_pages_tile_the_list_exactly_in_its_order(
    session: Session, register: Register, which: Listing, newest_first: bool, size: int
) -> None:
    if which is Listing.OVERDUE and size == 7:
        size = 150
    expected = [row.code for row in register.of(which.value)]
    walked = walk(session, which, register.office.head.scope, Filters(), size, newest_first=newest_first)
    assert walked == (expected[::-1] if newest_first else expected)


@pytest.mark.parametrize("which", list(Listing))
def test_the_count_is_that_of_the_rows(session: Session, register: Register, which: Listing) -> None:
    counted = supervision.count(session, which, Filters(), register.office.head.scope, NOW)
    assert (counted.number, counted.more) == (len(register.of(which.value)), False)


def test_a_count_ends_where_it_stops_telling_anything(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNT_LIMIT", 100)
    # Kept statements hold the limit they were put together with: none of this one may outlive the test.
    monkeypatch.setattr(supervision, "_counting", supervision._counting.__wrapped__)
    counted = supervision.count(session, Listing.OVERDUE, Filters(), register.office.head.scope, NOW)
    assert (counted.number, counted.more) == (100, True)


def _code_of(session: Session, table: Any, number: int) -> str:
    return str(session.execute(select(table.code).where(table.id == number)).scalar_one())


FilterCase = Callable[[Session, Register], tuple[Filters, Callable[[Known], bool]]]
FILTERS: dict[str, FilterCase] = {
    "its agency": lambda s, r: (Filters(agency="H50.19000"), lambda row: True),
    "a superior of its agency": lambda s, r: (Filters(agency="H50"), lambda row: True),
    "another agency": lambda s, r: (Filters(agency="H50.19001"), lambda row: False),
    "an agency that is none": lambda s, r: (Filters(agency="nowhere"), lambda row: False),
    "its level": lambda s, r: (Filters(level=Level.XA), lambda row: True),
    "another level": lambda s, r: (Filters(level=Level.TINH), lambda row: False),
    "a sector": lambda s, r: (
        Filters(sector=_code_of(s, Sector, r.rows[0].sector_id)),
        lambda row: row.sector_id == r.rows[0].sector_id,
    ),
    "a procedure": lambda s, r: (
        Filters(procedure=_code_of(s, Procedure, r.rows[1].procedure_id)),
        lambda row: row.procedure_id == r.rows[1].procedure_id,
    ),
    "a procedure by its full code": lambda s, r: (
        Filters(procedure=_code_of(s, Procedure, r.rows[1].procedure_id) + ".000.00.00.H50"),
        lambda row: row.procedure_id == r.rows[1].procedure_id,
    ),
    "a source": lambda s, r: (Filters(source="desk"), lambda row: row.source == "desk"),
    "a channel": lambda s, r: (Filters(channel=Channel.POST), lambda row: row.channel is Channel.POST),
    "an officer": lambda s, r: (
        Filters(officer=r.office.officer.user_id), lambda row: row.officer is not None
    ),
    "a range of days, both included": lambda s, r: (
        Filters(start=r.of("overdue")[-20].since.date(), end=r.of("overdue")[-5].since.date()),
        lambda row: r.of("overdue")[-20].since.date() <= row.since.date() <= r.of("overdue")[-5].since.date(),
    ),
    "two at once": lambda s, r: (
        Filters(source="desk", channel=Channel.COUNTER),
        lambda row: row.source == "desk" and row.channel is Channel.COUNTER,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILTERS)
def test_a_filter_leaves_exactly_the_rows_it_names(session: Session, register: Register, case: str) -> None:
    filters, wanted = FILTERS[case](session, register)
    for which in Listing:
        expected = [row.code for row in register.of(which.value, wanted)]
        assert walk(session, which, register.office.head.scope, filters, 2000) == expected
        counted = supervision.count(session, which, filters, register.office.head.scope, NOW)
        assert counted.number == len(expected)


@pytest.mark.parametrize("which", list(Listing))
def test_another_agencys_dossiers_appear_only_to_those_above_both(
    session: Session, register: Register, which: Listing
) -> None:
    office = register.office
    for person in (office.clerk, office.officer, office.head):
        assert not [code for code in walk(session, which, person.scope, Filters(), 2000) if "19001" in code]
    theirs = walk(session, which, office.stranger.scope, Filters(), 2000)
    assert len(theirs) == 3
    assert all("19001" in code for code in theirs)
    both = walk(session, which, office.controller.scope, Filters(), 2000)
    assert len(both) == len(register.of(which.value)) + 3
    assert walk(session, which, EVERYTHING, Filters(), 2000) == both
    assert walk(session, which, NOTHING, Filters(), 2000) == []
    assert supervision.count(session, which, Filters(), NOTHING, NOW).number == 0


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("x", id="no cursor at all"),
        pytest.param("W" * 4000, id="far too long"),
        pytest.param(listing.encode_cursor(NOW), id="half of one"),
        pytest.param(listing.encode_cursor("2026-11-23T14:00:00", 1), id="a moment without its offset"),
        pytest.param(listing.encode_cursor("0001-01-01T00:00:00+07:00", 1), id="a moment no database holds"),
        pytest.param(listing.encode_cursor("never", 1), id="no moment"),
        pytest.param(listing.encode_cursor(NOW, 2**80), id="a number no database holds"),
        pytest.param("Ư", id="letters of another alphabet"),
    ],
)
def test_a_cursor_of_ones_own_leads_to_the_first_page(
    session: Session, register: Register, cursor: str
) -> None:
    scope = register.office.head.scope
    first = supervision.page(session, Listing.OVERDUE, Filters(), scope, NOW, size=5)
    assert supervision.page(session, Listing.OVERDUE, Filters(), scope, NOW, size=5, after=cursor) == first


def test_a_row_says_where_it_lies_since_when_and_what_its_alert_says(
    session: Session, register: Register
) -> None:
    rows = supervision.page(session, Listing.OVERDUE, Filters(), register.office.head.scope, NOW).rows
    assert [row.alert for row in rows[:3]] == ["open", "acknowledged", None]
    known = register.of("overdue")[0]
    assert (rows[0].code, rows[0].since, rows[0].unit) == (known.code, known.since, "Phòng Địa chính")
    assert rows[0].days_late(NOW.date()) == (NOW.date() - known.since.date()).days
    assert CANARY not in rows[0].owner
    assert rows[0].mirrored == (known.source != "desk")


def test_suggestions_of_a_filter_stay_within_the_scope(session: Session, register: Register) -> None:
    head, controller = register.office.head.scope, register.office.controller.scope
    assert [item.value for item in filtering.suggest_agencies(session, head, "xa cam")] == []
    assert [item.value for item in filtering.suggest_agencies(session, controller, "xa cam")] == ["H50.19001"]
    assert [item.label for item in filtering.suggest_officers(session, head, "ngo van")] == []
    assert [item.label for item in filtering.suggest_officers(session, controller, "NGÔ")] == [
        "Ngô Văn Nơi Khác"
    ]
    assert [item.label for item in filtering.suggest_officers(session, head, "tran van")] == [
        "Trần Văn Thụ Lý"
    ]


# Tables that grow with the work; the others are catalogues.
_WHOLE_TABLE = re.compile(
    r"SCAN (dossier|person|dossier_event|dossier_code|alert|alert_recipient)\b(?!.* USING )"
)


@pytest.mark.parametrize("register", ["sqlite"], indirect=True)
def test_no_list_and_no_search_reads_a_whole_table(register: Register) -> None:
    ran: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        ran.append((statement, parameters))

    engine = register.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        with register.database.reading() as session:
            for scope in (register.office.head.scope, EVERYTHING):
                for which in Listing:
                    after = listing.encode_cursor(NOW, 5)
                    supervision.page(session, which, Filters(), scope, NOW, after=after)
                    supervision.count(session, which, Filters(), scope, NOW)
                for typed in ("H50.19000-261101-0001", "nguyen van", "001201", "0912345601"):
                    search.find(session, typed, scope)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    plans = []
    with engine.connect() as connection:
        for statement, parameters in ran:
            if statement.startswith("SELECT"):
                plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
                plans += [(line[3], statement) for line in plan]
    assert len(plans) > 40
    assert [plan for plan in plans if _WHOLE_TABLE.match(plan[0])] == []


def test_a_source_is_stale_after_one_working_day_not_after_a_weekend(session: Session) -> None:
    assert listing.stale_before(session, NOW) == at("Fri 2026-11-20 14:00")


def test_where_no_calendar_reaches_a_source_is_stale_after_a_day(session: Session) -> None:
    long_ago = at("Mon 1990-01-01 08:00")
    assert listing.stale_before(session, long_ago) == at("Sun 1989-12-31 08:00")
