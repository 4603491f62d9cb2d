"""A change of the calendar moves every open dossier as reckoning each from its events would: all or none."""

import datetime as dt
import secrets
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.support.desk import Office, Worker, hire, new_key, open_office
from tests.support.lives import kinds_of
from tests.support.moments import at, on
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.calendarchanges import ChangeState, Notice
from tthc_tracker.domain.errors import NotAllowed, NotFound, NotNow
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.alert import Alert, OutboxMessage
from tthc_tracker.models.calendarchange import CalendarChange, CalendarMove
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries import openclocks, trailchecks
from tthc_tracker.queries.calendars import national_calendar, work_calendar
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.queries.recounting import told_clock
from tthc_tracker.queries.settings import same_day_cutoff
from tthc_tracker.services import (
    alerts,
    calendarchanges,
    calendarmoves,
    calendarnotices,
    calendars,
    calendartelling,
    calendaruntouched,
    pausing,
    processing,
    reception,
    reckoning,
)
from tthc_tracker.services.acting import Target
from tthc_tracker.services.calendarchanges import ProposeChange
from tthc_tracker.services.calendarmoves import Run
from tthc_tracker.services.calendarreckoning import Reckoner
from tthc_tracker.services.events import Actor
from tthc_tracker.services.pausing import PauseDossier, ResumeDossier
from tthc_tracker.services.processing import NoteDossier
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.trailkeys import NAME, Keyring

MONDAY = at("Mon 2026-11-16 09:00")
NOW = at("Tue 2026-11-17 16:00")
HOLIDAY = "date,kind,windows,basis,agency,weekdays\n2026-11-19,holiday,,Quyết định 12,{agency},\n"
MANY = 240
UNTOUCHED = 4  # of the first 24: over before the holiday begins


class Desk:
    """An office with a few hundred open dossiers, some paused, some resumed."""

    def __init__(self, database: Database, many: int) -> None:
        self.database = database
        with database.transaction() as session:
            self.office: Office = open_office(session)
            self.admin = hire(session, "Hồ Văn Quản Trị", Role.ADMINISTRATOR, self.office.province)
            self.local = hire(session, "Lý Văn Xã", Role.ADMINISTRATOR, self.office.ward)
            for number in range(many):
                self.receive(session, number)

    def receive(self, session: Session, number: int) -> None:
        now = MONDAY + dt.timedelta(minutes=7 * (number % 60))
        email = "an@example.invalid" if number % 3 == 0 else ""
        party = Party("Nguyễn Văn An", id_number="044093001234", email=email)
        facts = ReceptionFacts(("1.004873", "2.000815")[number % 7 == 0], party)
        desk, clerk = self.office.ward, self.office.clerk
        if number % 5 == 0:
            desk, clerk = self.office.other, self.office.stranger
        code = reception.receive(
            session, ReceiveDossier(new_key(), desk, facts, now), actor=clerk, now=now
        ).code
        if number % 11 == 0 and number % 7:
            said = PauseDossier(Target(code, None), PauseReason.PAYMENT, "lệ phí", "", None)
            pausing.pause(session, said, person=clerk, now=at("Mon 2026-11-16 17:00"))
            if number % 2:
                back = at("Tue 2026-11-17 15:00")
                pausing.resume(session, ResumeDossier(Target(code, None)), person=clerk, now=back)

    def propose(self, rows: str = HOLIDAY.format(agency=""), person: Worker | None = None) -> int:
        command = ProposeChange(secrets.token_hex(16), rows, "Nghỉ 20/11", "Quyết định 12/QĐ-TTg")
        with self.database.transaction() as session:
            return calendarchanges.propose(session, command, person=person or self.admin, now=NOW)

    def judge(self, change_id: int) -> None:
        run = Run(change_id)
        while run.more:
            with self.database.transaction() as session:
                calendarmoves.judge_next(session, run, now=NOW)

    def agree(self, change_id: int) -> bool:
        with self.database.transaction() as session:
            return calendarchanges.agree(session, change_id, compared=False, person=self.admin, now=NOW)

    def prepare(self, change_id: int) -> calendartelling.Prepared:
        with self.database.reading() as session:
            return calendartelling.prepare(session, change_id, now=NOW)

    def write(self, change_id: int, prepared: calendartelling.Prepared = calendartelling.NOTHING) -> bool:
        with self.database.transaction() as session:
            return calendarmoves.carry_out(session, change_id, now=NOW, prepared=prepared)

    def in_one(self) -> CalendarChange:
        change_id = self.propose()
        self.judge(change_id)
        assert self.agree(change_id)
        assert self.write(change_id, self.prepare(change_id))
        return self.change(change_id)

    def change(self, change_id: int) -> CalendarChange:
        with self.database.reading() as session:
            found = session.get_one(CalendarChange, change_id)
            session.expunge(found)
            return found

    def dates(self) -> dict[int, tuple[Any, ...]]:
        columns = (Dossier.id, Dossier.due_at, Dossier.current_due_at, Dossier.due_soon_from, Dossier.version)
        with self.database.reading() as session:
            return {row.id: tuple(row)[1:] for row in session.execute(select(*columns).order_by(Dossier.id))}


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, 24)


def test_some_hundreds_move_as_reckoning_each_from_its_events_would(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(calendarmoves, "BATCH", 50)
    desk = Desk(database, MANY)
    before = desk.dates()
    change = desk.in_one()
    after = desk.dates()
    moved = {dossier_id for dossier_id in before if before[dossier_id][:2] != after[dossier_id][:2]}
    assert change.counts["examined"] == MANY
    assert change.counts["moves"] == change.counts["later"] == len(moved) > MANY / 2
    with database.transaction() as session:
        assert not national_calendar(session).is_working_day(on("Thu 2026-11-19"))
        for dossier in session.execute(select(Dossier).order_by(Dossier.id)).scalars():
            assert _told(session, dossier) == _stored(dossier)
            assert (kinds_of(session, dossier)[-1] is EventKind.DUE_CHANGED) == (dossier.id in moved)
            was = _clock(dossier)
            assert reckoning.reckon_again(session, dossier, NOW, actor=Actor(None, "")) is None
            assert _clock(dossier) == was
        session.rollback()
    with database.reading() as session:
        keys, span = Keyring(tmp_path / NAME).all(), trailchecks.Span(desk.office.ward)
        assert not trailchecks.verify(session, keys, span).breaks


def _told(session: Session, dossier: Dossier) -> tuple[Any, ...]:
    """What its events alone say by the calendar in force."""
    assert dossier.accepted_at is not None
    agency = dossier.resolving_agency_id
    cutoff = same_day_cutoff(session, agency, dossier.accepted_at.date())
    deadline = told_clock(session, dossier.id).deadline(work_calendar(session, agency), cutoff=cutoff)
    assert deadline is not None
    dates = deadline.due_at, deadline.current_due_at, deadline.late_from, deadline.overdue_from
    return (*dates, deadline.paused_since)


def _stored(dossier: Dossier) -> tuple[Any, ...]:
    dates = dossier.due_at, dossier.current_due_at, dossier.late_from, dossier.overdue_from
    return (*dates, dossier.paused_since)


CLOCK = ("due_at", "due_on", "current_due_at", "late_from", "overdue_from", "due_soon_from",
         "very_overdue_from", "due_provisional", "paused_since", "due_version")  # fmt: skip


def _clock(dossier: Dossier) -> list[Any]:
    return [getattr(dossier, name) for name in CLOCK]


def test_what_is_reckoned_moves_nothing_before_somebody_agrees(desk: Desk) -> None:
    before = desk.dates()
    change_id = desk.propose()
    desk.judge(change_id)
    assert desk.dates() == before
    assert desk.change(change_id).state is ChangeState.JUDGED
    with desk.database.transaction() as session, pytest.raises(NotNow):
        calendarmoves.carry_out(session, change_id, now=NOW)
    with desk.database.reading() as session:
        assert national_calendar(session).is_working_day(on("Thu 2026-11-19"))


def test_a_run_killed_half_way_is_gone_on_with_and_nothing_is_reckoned_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendarmoves, "BATCH", 5)
    change_id, first = desk.propose(), Run(0)
    first.change_id = change_id
    for _ in range(2):
        with desk.database.transaction() as session:
            calendarmoves.judge_next(session, first, now=NOW)
    assert (desk.change(change_id).examined, desk.change(change_id).total) == (UNTOUCHED + 10, 24)
    desk.judge(change_id)  # another process
    assert desk.change(change_id).counts["examined"] == 24
    with desk.database.transaction() as session, pytest.raises(NotNow):
        calendarmoves.judge_next(session, first, now=NOW)


def test_what_is_over_before_the_first_changed_day_is_put_down_and_would_not_have_moved(
    database: Database,
) -> None:
    desk = Desk(database, MANY)
    change_id = desk.propose()
    with database.transaction() as session:
        change = session.get_one(CalendarChange, change_id)
        made = calendarmoves.would_be(session, calendars.read_lines(session, change.rows))
        assert calendaruntouched.first_day(session, made) == on("Thu 2026-11-19")
        many = calendaruntouched.stage(session, change_id, None, made)
        put = list(session.execute(select(CalendarMove.dossier_id)).scalars())
        reckoner = Reckoner(session, made, change_id, NOW)
        moves = [reckoner.move(one) for one in openclocks.clocks(session, put)]
    assert many == len(put) > MANY / 10
    assert not [move for move in moves if move["touched"]]


def test_a_change_that_counts_nothing_otherwise_reckons_nothing(desk: Desk) -> None:
    change_id = desk.propose(HOLIDAY.format(agency="").replace("2026-11-19", "2026-11-21"))  # a Saturday
    run = Run(change_id)
    with desk.database.transaction() as session:
        calendarmoves.judge_next(session, run, now=NOW)
    assert not run.more
    counts = desk.change(change_id).counts
    assert (counts["examined"], counts["moves"], counts["quiet"]) == (24, 0, 0)


def test_a_kill_while_it_is_written_leaves_all_as_it_was_and_the_next_run_writes_all(desk: Desk) -> None:
    change_id, before = desk.propose(), desk.dates()
    desk.judge(change_id)
    desk.agree(change_id)

    def write_and_die() -> None:
        with desk.database.transaction() as session:
            calendarmoves.carry_out(session, change_id, now=NOW)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        write_and_die()
    assert desk.dates() == before
    assert desk.change(change_id).state is ChangeState.AGREED
    assert desk.write(change_id)
    assert desk.dates() != before


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_whoever_writes_of_a_dossier_that_moves_waits_for_nothing(desk: Desk) -> None:
    change_id = desk.propose()
    desk.judge(change_id)
    desk.agree(change_id)
    with desk.database.transaction() as session:
        assert calendarmoves.carry_out(session, change_id, now=NOW)
        with desk.database.engine.connect() as another:
            another.execute(text("SET LOCAL lock_timeout = '1s'"))
            referred = "SELECT count(*) FROM (SELECT id FROM dossier FOR KEY SHARE) AS seen"
            assert another.execute(text(referred)).scalar_one() > 0


@pytest.mark.parametrize("early", [False, True], ids=["nothing written out", "all written out"])
def test_what_happened_between_reckoning_and_writing_is_moved_too(desk: Desk, *, early: bool) -> None:
    change_id = desk.propose()
    desk.judge(change_id)
    prepared = desk.prepare(change_id) if early else calendartelling.NOTHING
    with desk.database.transaction() as session:
        desk.receive(session, 1)  # new
        desk.receive(session, 11)  # new, and paused
        some = session.execute(
            select(Dossier.code).order_by(Dossier.id.desc()).offset(9).limit(1)
        ).scalar_one()
        said = NoteDossier(Target(some, None), "đã gọi điện")
        processing.note(session, said, person=desk.office.controller, now=NOW)
    desk.agree(change_id)
    desk.write(change_id, prepared)
    with desk.database.reading() as session:
        moved = {}
        for dossier in session.execute(select(Dossier).order_by(Dossier.id)).scalars():
            assert _told(session, dossier) == _stored(dossier)
            moved[dossier.id] = dossier.version
        told = select(DossierEvent.dossier_id, DossierEvent.seq)
        told = told.where(DossierEvent.kind == EventKind.DUE_CHANGED, DossierEvent.recorded_at == NOW)
        events = session.execute(told.order_by(DossierEvent.dossier_id)).all()
    assert len(events) > 10
    assert dict(events).items() <= moved.items(), "the last of its history"


def test_a_reception_that_had_read_the_old_calendar_is_moved_by_the_look_afterwards(desk: Desk) -> None:
    change = desk.in_one()
    with desk.database.transaction() as session:
        straggler = session.execute(select(Dossier).order_by(Dossier.id).offset(1).limit(1)).scalar_one()
        straggler.due_at = straggler.current_due_at = at("Thu 2026-11-19 09:07")
        straggler.version += 1
    with desk.database.transaction() as session:
        assert calendarmoves.settle(session, change.id, now=NOW, last=False) == 1
        assert calendarmoves.settle(session, change.id, now=NOW, last=True) == 0
        assert session.execute(select(func.count()).where(CalendarMove.touched.is_(False))).scalar_one() == 0
    assert desk.change(change.id).settled_at is not None


def test_a_change_of_one_agency_moves_its_own_dossiers_only(desk: Desk) -> None:
    change_id = desk.propose(HOLIDAY.format(agency="H50.19001"))
    desk.judge(change_id)
    desk.agree(change_id)
    desk.write(change_id)
    with desk.database.reading() as session:
        moved = select(Dossier.resolving_agency_id).join(DossierEvent, DossierEvent.dossier_id == Dossier.id)
        moved = moved.where(DossierEvent.kind == EventKind.DUE_CHANGED, DossierEvent.recorded_at == NOW)
        assert set(session.execute(moved).scalars()) == {desk.office.other}
        examined = session.execute(select(func.count()).select_from(CalendarMove)).scalar_one()
    assert examined == len([number for number in range(24) if number % 5 == 0])


def test_an_administrator_below_changes_his_own_calendar_only(desk: Desk) -> None:
    own = desk.propose(HOLIDAY.format(agency="H50.19000"), desk.local)
    for agency in ("", "H50.19001"):
        with pytest.raises(NotAllowed):
            desk.propose(HOLIDAY.format(agency=agency), desk.local)
    nations = desk.propose()
    for change_id, expected in ((nations, NotFound), (own, NotNow)):
        with desk.database.transaction() as session, pytest.raises(expected):
            calendarchanges.agree(session, change_id, compared=True, person=desk.local, now=NOW)


def test_consequences_that_were_overtaken_are_reckoned_anew_before_anybody_can_agree(desk: Desk) -> None:
    one, other = desk.propose(), desk.propose(HOLIDAY.format(agency="").replace("19", "20"))
    desk.judge(one)
    desk.judge(other)
    desk.agree(one)
    desk.write(one)
    assert not desk.agree(other)
    assert desk.change(other).state is ChangeState.WAITING
    desk.judge(other)
    assert desk.agree(other)


def test_a_date_that_passed_and_moves_ends_its_alerts_and_says_so_in_the_history(desk: Desk) -> None:
    late = at("Fri 2026-11-20 08:00")
    with desk.database.transaction() as session:
        alerts.raise_due(session, Directory(session, late.date()), now=late, token=0)
        standing = select(Alert).where(Alert.rule == Rule.OVERDUE, Alert.closed_at.is_(None))
        before = len(session.execute(standing).all())
    change_id = desk.propose()
    run = Run(change_id)
    with desk.database.transaction() as session:
        calendarmoves.judge_next(session, run, now=late)
    relieved = desk.change(change_id).counts["relieved"]
    assert relieved > 0
    assert desk.change(change_id).counts["late"] == 0
    desk.agree(change_id)
    with desk.database.transaction() as session:
        calendarmoves.carry_out(session, change_id, now=late)
        assert len(session.execute(standing).all()) == before - relieved
        told = select(DossierEvent).where(DossierEvent.kind == EventKind.DUE_CHANGED)
        event = session.execute(told.where(DossierEvent.recorded_at == late)).scalars().first()
        assert event is not None
        assert event.reason == "Lịch làm việc thay đổi. Quyết định 12/QĐ-TTg"
        assert (event.facts["after_due"], event.facts["calendar"]) == (True, change_id)
        assert event.actor_id == desk.admin.user_id
        looked_at = select(Dossier.next_check_at).where(Dossier.id == event.dossier_id)
        assert session.execute(looked_at).scalar_one() == late


def test_letters_wait_for_whoever_signs_there_and_only_true_ones_leave(desk: Desk) -> None:
    change = desk.in_one()
    head, stranger = desk.office.head, desk.office.stranger
    letters = (
        select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == ApplicantLetter.NEW_DATE)
    )
    with desk.database.transaction() as session:
        assert session.execute(letters).scalar_one() == 0
        assert calendarnotices.send_next(session, now=NOW, domain="x.invalid") == (0, False)
        with pytest.raises(NotAllowed):
            calendarnotices.decide(session, change.id, desk.office.ward, send=True, person=stranger, now=NOW)
        many = calendarnotices.decide(session, change.id, desk.office.ward, send=True, person=head, now=NOW)
        assert many > 1
        drafted = select(CalendarMove).where(CalendarMove.notice == Notice.APPROVED)
        one = session.execute(drafted.order_by(CalendarMove.dossier_id).limit(1)).scalar_one()
        session.get_one(Dossier, one.dossier_id).current_due_at = NOW  # it has moved on since
        sent, more = calendarnotices.send_next(session, now=NOW, domain="x.invalid")
        assert (sent, more) == (many - 1, False)
        assert session.execute(letters).scalar_one() == many - 1
