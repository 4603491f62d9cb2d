"""The demo: the same seed makes the same dossiers, and none of them breaks a rule of the product."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text

from tests.support.moments import HANOI, at
from tthc_tracker.domain.deadlines import Pause, reckon
from tthc_tracker.domain.dossiercode import parse_code
from tthc_tracker.domain.indicators import Computed, count
from tthc_tracker.domain.lifecycle import Channel, EventKind, ReturnMethod, SourceKind, State
from tthc_tracker.domain.people import Sex, id_mismatches
from tthc_tracker.domain.performance import finish_class
from tthc_tracker.domain.periods import quarter
from tthc_tracker.domain.permissions import EVERYTHING, Role
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, DossierTransfer
from tthc_tracker.models.history import Pause as PauseRow
from tthc_tracker.models.importing import ImportBatch, ImportedRow
from tthc_tracker.models.indicator import Indicator, IndicatorValue
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.reception import CodeCounter, ReceptionRound
from tthc_tracker.queries import fieldreports, statistics
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.exchange import sent_dossier
from tthc_tracker.queries.indicatorfigures import Reckoned
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.services import deadlines
from tthc_tracker.services.demo import filling

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

NOW = at("Mon 2026-11-23 10:15")
AMOUNT = 1000
SECRET = "a secret of tests that nobody uses"


def fill(url: str, seed: int = filling.SEED) -> None:
    from tthc_tracker.extensions import database

    database.bind(url)
    with database.transaction() as session:
        filling.fill(session, now=NOW, secret=SECRET, dossiers=AMOUNT, seed=seed)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the demo, filled once for all that only look at it."""
    from tests.support import databases

    with databases.migrated(request.param, tmp_path_factory.mktemp("demo")) as url:
        fill(url)
        yield url
        from tthc_tracker.extensions import database

        database.dispose()


@pytest.fixture
def demo(filled: str) -> "Iterator[Session]":
    from tthc_tracker.extensions import database

    database.bind(filled)
    with database.reading() as session:
        yield session


def dossiers(session: "Session") -> list[Dossier]:
    return list(session.execute(select(Dossier).order_by(Dossier.code)).scalars())


def told(session: "Session") -> list[tuple[Any, ...]]:
    """What the demo says, without the numbers that a database gives."""
    statement = (
        select(
            Dossier.code, Dossier.state, Dossier.channel, Dossier.version, Dossier.accepted_at,
            Dossier.due_at, Dossier.closed_at, Dossier.paused_since, Dossier.next_check_at, Dossier.fee_due,
            Person.full_name,
            Person.id_number, Agency.code.label("agency"), User.username,
        )
        .join(Person, Person.id == Dossier.applicant_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .outerjoin(User, User.id == Dossier.officer_id)
        .order_by(Dossier.code)
    )  # fmt: skip
    return [tuple(row) for row in session.execute(statement)]


@pytest.mark.parametrize(
    ("seed", "same"),
    [
        pytest.param(filling.SEED, True, id="the same seed makes the same demo on any engine"),
        pytest.param(filling.SEED + 1, False, id="another seed makes another demo"),
    ],
)
def test_the_seed_decides(filled: str, tmp_path: Path, seed: int, same: bool) -> None:
    from tests.support import databases
    from tthc_tracker.extensions import database

    database.bind(filled)
    with database.reading() as session:
        first = told(session)
    with databases.migrated("sqlite", tmp_path) as url:
        fill(url, seed)
        with database.reading() as session:
            assert (told(session) == first) is same
        database.dispose()


def test_as_many_dossiers_come_as_were_asked_for(demo: "Session") -> None:
    assert demo.execute(select(func.count(Dossier.id))).scalar_one() == AMOUNT
    assert demo.execute(text("SELECT count(*) FROM dossier_search")).scalar_one() == AMOUNT


def test_every_system_finds_its_dossiers_and_their_changes(demo: "Session") -> None:
    mirrored = select(Source.id, func.count(Dossier.id)).join(Dossier, Dossier.source_id == Source.id)
    mirrored = mirrored.where(Source.kind == SourceKind.MIRROR).group_by(Source.id)
    theirs = dict(demo.execute(mirrored).all())
    sent = select(ImportedRow.source_id, func.count()).group_by(ImportedRow.source_id)
    assert dict(demo.execute(sent).all()) == theirs
    assert len(theirs) > 3
    waiting = select(func.count()).select_from(ImportedRow).where(ImportedRow.change.is_(None))
    assert demo.execute(waiting).scalar_one() == sum(theirs.values()), "each is a change to be read"
    source_id, code = demo.execute(select(ImportedRow.source_id, ImportedRow.code).limit(1)).one()
    found = sent_dossier(demo, source_id, code)
    assert found is not None
    assert found.facts.code == code


def test_a_version_is_the_number_of_events(demo: "Session") -> None:
    counts = select(DossierEvent.dossier_id, func.count(), func.max(DossierEvent.seq)).group_by(
        DossierEvent.dossier_id
    )
    events = {row[0]: (row[1], row[2]) for row in demo.execute(counts)}
    assert all(events[dossier.id] == (dossier.version, dossier.version) for dossier in dossiers(demo))


def test_history_runs_forward_and_stops_before_now(demo: "Session") -> None:
    lives: dict[int, list[DossierEvent]] = defaultdict(list)
    for event in demo.execute(
        select(DossierEvent).order_by(DossierEvent.dossier_id, DossierEvent.seq)
    ).scalars():
        lives[event.dossier_id].append(event)
    for life in lives.values():
        for moments in ([each.occurred_at for each in life], [each.recorded_at for each in life]):
            assert moments == sorted(moments)
            assert moments[-1] <= NOW


def test_a_desks_numbers_of_a_day_have_no_gap(demo: "Session") -> None:
    given: dict[tuple[int, dt.date], list[int]] = defaultdict(list)
    for code in demo.execute(select(DossierCode).where(DossierCode.seq.is_not(None))).scalars():
        assert code.agency_id is not None
        assert code.day is not None
        assert code.seq is not None
        given[code.agency_id, code.day].append(code.seq)
        assert parse_code(code.code)
    series = select(CodeCounter).where(CodeCounter.series == "")
    counters = {(row.agency_id, row.day): row.last for row in demo.execute(series).scalars()}
    assert counters == {key: len(numbers) for key, numbers in given.items()}
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in given.values())


def test_promises_at_home_are_those_of_the_engine(demo: "Session") -> None:
    pauses: dict[int, list[PauseRow]] = defaultdict(list)
    for pause in demo.execute(select(PauseRow).where(PauseRow.ended_at.is_not(None))).scalars():
        pauses[pause.dossier_id].append(pause)
    seen = 0
    for dossier in dossiers(demo):
        if dossier.due_given or dossier.accepted_at is None or dossier.limit_amount is None:
            continue
        assert dossier.limit_unit is not None
        deadline = reckon(
            dossier.accepted_at,
            TimeLimit(dossier.limit_amount, dossier.limit_unit),
            work_calendar(demo, dossier.resolving_agency_id),
            pauses=[Pause(row.started_at, row.ended_at, row.policy) for row in pauses[dossier.id]],
        )
        assert (dossier.first_due_at, dossier.due_at, dossier.overdue_from) == (
            deadline.first_due_at, deadline.due_at, deadline.overdue_from,
        )  # fmt: skip
        seen += 1
    assert seen > AMOUNT / 6


def test_ends_are_classed_as_the_law_says(demo: "Session") -> None:
    for dossier in dossiers(demo):
        if dossier.closed_at is None or dossier.due_at is None:
            assert dossier.finish_class is None
            continue
        assert dossier.closed_on == dossier.closed_at.date()
        hour = deadlines.is_hour_limit(dossier)
        assert dossier.finish_class == finish_class(dossier.due_at, dossier.closed_at, is_hour_limit=hour)
        assert dossier.worked_minutes is not None


def test_the_first_scan_will_look_at_every_open_dossier_and_at_no_other(demo: "Session") -> None:
    for dossier in dossiers(demo):
        looked_at = dossier.next_check_at is not None and dossier.next_check_at <= NOW
        assert looked_at is (dossier.closed_at is None)


def test_no_agency_works_outside_its_days(demo: "Session") -> None:
    agencies = {agency.id: agency for agency in demo.execute(select(Agency)).scalars()}
    for dossier in dossiers(demo):
        agency = agencies[dossier.resolving_agency_id]
        last = dossier.closed_on or NOW.date()
        assert agency.active_to is None or last <= agency.active_to
        assert agency.active_from is None or last >= agency.active_from


def test_a_running_dossier_moved_at_the_merger_with_its_code_and_promise(demo: "Session") -> None:
    statement = (
        select(DossierEvent, Dossier)
        .join(Dossier, Dossier.id == DossierEvent.dossier_id)
        .where(DossierEvent.kind == EventKind.TRANSFERRED)
    )
    moved = demo.execute(statement).all()
    assert moved
    for event, dossier in moved:
        assert event.occurred_at == dt.datetime(2025, 7, 1, 7, tzinfo=HANOI)
        assert event.facts["to_agency_id"] == dossier.resolving_agency_id
        assert event.facts["from_agency_id"] != dossier.resolving_agency_id
    kept = demo.execute(select(DossierTransfer).order_by(DossierTransfer.dossier_id)).scalars().all()
    assert [
        (row.dossier_id, row.seq, row.moved_on, row.from_agency_id, row.to_agency_id) for row in kept
    ] == sorted(
        (
            event.dossier_id, event.seq, event.occurred_at.date(), event.facts["from_agency_id"],
            event.facts["to_agency_id"],
        )
        for event, _ in moved
    )  # fmt: skip


def test_what_ended_before_the_merger_stands_under_the_agencies_of_that_time(demo: "Session") -> None:
    agencies = {agency.code: agency for agency in demo.execute(select(Agency)).scalars()}
    second, third = (
        statistics.statutory(demo, Question(one.start, one.end, By.AGENCY, EVERYTHING), NOW)
        for one in (quarter(2025, 2), quarter(2025, 3))
    )
    for line in second.rows:
        opened = agencies[line.key or ""].active_from
        assert opened is None or opened <= second.end, line.label
    total = third.total.row
    assert 0 < total.transferred_in == total.transferred_out <= second.total.row.open + total.received
    left = [line for line in third.rows if line.row.transferred_out]
    assert all(agencies[line.key or ""].active_to is not None for line in left)


def test_rounds_tell_what_the_dossier_tells(demo: "Session") -> None:
    rounds = {(row.dossier_id, row.round): row for row in demo.execute(select(ReceptionRound)).scalars()}
    for dossier in dossiers(demo):
        if dossier.channel is Channel.COUNTER:
            assert dossier.reception_round == 0
            continue
        row = rounds[dossier.id, dossier.reception_round]
        assert (row.due_at, row.answered_at) == (dossier.reception_due_at, dossier.reception_answered_at)


def test_counters_are_open_when_dossiers_are_handed_in(demo: "Session") -> None:
    for dossier in dossiers(demo):
        if dossier.channel is Channel.COUNTER:
            assert dossier.accepted_at is not None
            assert dossier.accepted_at.weekday() <= 5
            assert 7 <= dossier.accepted_at.hour < 17


def test_made_numbers_fit_the_people_they_belong_to(demo: "Session") -> None:
    for person in demo.execute(select(Person).where(Person.sex.is_not(None))).scalars():
        assert person.id_number is not None
        assert not id_mismatches(person.id_number, person.birth_on, Sex(person.sex))


def test_some_results_are_to_go_by_post_and_have_where_to(demo: "Session") -> None:
    posted = select(Dossier.state, Dossier.return_method, Person.post_address).join(
        Person, Person.id == Dossier.applicant_id
    )
    rows = demo.execute(posted.where(Dossier.by_post)).all()
    assert {State.RETURNED, State.PROCESSING} <= {row.state for row in rows}
    assert all(row.post_address for row in rows)
    assert {row.return_method for row in rows if row.state is State.RETURNED} == {ReturnMethod.POST}
    collected = demo.execute(posted.where(~Dossier.by_post, Person.post_address.is_not(None))).all()
    assert collected == []


def test_every_row_of_every_quarter_balances(demo: "Session") -> None:
    for number in range(12):
        period = quarter(2024 + number // 4, number % 4 + 1)
        table = statistics.statutory(demo, Question(period.start, period.end, By.AGENCY, EVERYTHING), NOW)
        assert table.rows
        assert all(line.row.balances for line in (*table.rows, table.total))


def test_every_file_of_a_source_tells_what_became_of_its_rows(demo: "Session") -> None:
    batches = demo.execute(select(ImportBatch)).scalars().all()
    assert batches
    for batch in batches:
        of_source = select(func.count(Dossier.id)).where(Dossier.source_id == batch.source_id)
        assert batch.counts["rows"] == batch.counts["accepted"] == batch.rows_total
        assert batch.rows_total <= demo.execute(of_source).scalar_one()  # the online queue came by wire since
        assert set(batch.counts["reasons"]) <= {"no_due_date", "due_on_day_off"}
    assert any(batch.counts["warnings"] for batch in batches)


def test_what_is_shown_is_there_to_be_shown(demo: "Session") -> None:
    everything = dossiers(demo)
    states = {dossier.state for dossier in everything}
    assert {State.REGISTERED, State.PROCESSING, State.FINISHED, State.RETURNED, State.WITHDRAWN} <= states
    overdue = [d for d in everything if d.closed_at is None and d.overdue_from and d.overdue_from <= NOW]
    assert len(overdue) >= AMOUNT // 100
    sources = {source.id: source for source in demo.execute(select(Source)).scalars()}
    assert {dossier.source_id for dossier in everything} == set(sources)
    for dossier in everything:
        mirrored = sources[dossier.source_id].kind is SourceKind.MIRROR
        assert dossier.source_as_of == (sources[dossier.source_id].as_of if mirrored else None)
        answered = dossier.accepted_at is not None
        assert mirrored or not answered or dossier.channel is not Channel.ONLINE


def test_one_account_a_role_is_shown_and_no_other_can_sign_in(demo: "Session") -> None:
    statement = select(Membership.role, User.password_hash).join(User, User.id == Membership.user_id)
    shown = demo.execute(statement.where(User.demo)).all()
    assert sorted(role for role, _ in shown) == sorted(Role)
    assert all(password for _, password in shown)
    assert not demo.execute(select(User.id).where(~User.demo, User.password_hash.is_not(None))).all()


def test_the_figures_of_the_session_are_entered_by_level(demo: "Session") -> None:
    statement = (
        select(Indicator.code, IndicatorValue.part, IndicatorValue.value, IndicatorValue.den)
        .join(IndicatorValue, IndicatorValue.indicator_id == Indicator.id)
        .where(IndicatorValue.period_start == dt.date(2023, 12, 15))
    )
    assert {(row.code, row.part): (row.value, row.den) for row in demo.execute(statement)} == {
        ("network_environment", "tinh"): (Decimal(96), None),
        ("network_environment", "huyen"): (Decimal(90), None),
        ("network_environment", "xa"): (Decimal(76), None),
        ("health_citizen_card", ""): (Decimal(100), 185),
        ("health_certificates", ""): (Decimal(100), 8),
        ("officials_trained", ""): (Decimal("97.6"), None),
        ("data_network", ""): (Decimal(180), None),
    }
    reckoned = Reckoned(demo, EVERYTHING, NOW)
    assert reckoned.parts(Computed.FIELD_REPORTS, quarter(2024, 1)) == {"": count(48)}


def test_the_session_counted_forty_eight_field_reports_by_either_quarter(demo: "Session") -> None:
    for start, end in (
        (dt.date(2023, 12, 15), dt.date(2024, 3, 14)),
        (dt.date(2024, 1, 1), dt.date(2024, 3, 31)),
    ):
        counted = fieldreports.counted(demo, EVERYTHING, start, end)
        assert (counted.received, counted.balances) == (48, True)


def test_the_command_fills_an_empty_database_once(app: "Flask") -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["demo", "fill", "--dossiers", "40"])
    assert first.exit_code == 0, first.output
    assert "motcua" in first.output
    again = runner.invoke(args=["demo", "fill", "--dossiers", "40"])
    assert again.exit_code == 1
    assert "var/" in again.output
