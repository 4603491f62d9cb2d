"""Apology and second date: drafted, signed once, what moves and what stays; the job; lateness."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.services.test_pausing import MAIL, finish, hold, letters, receive, resume
from tests.support.desk import Office, open_office
from tests.support.lives import kinds_of
from tests.support.moments import at
from tthc_tracker.domain.apologies import ApologyState, Ground, LatenessCause
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotNow, StaleVersion
from tthc_tracker.domain.lifecycle import EventKind, FinishClass
from tthc_tracker.extensions import Database
from tthc_tracker.models.apology import Apology, Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries import apologies as reads
from tthc_tracker.queries import statistics, supervision
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.listing import NOBODYS, Filters
from tthc_tracker.queries.recounting import told_clock
from tthc_tracker.queries.settings import same_day_cutoff
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.services import apologies, apologydrafts, lateness
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.apologies import ApproveApology, RejectApology, WriteApology
from tthc_tracker.services.lateness import ExplainLateness

# Received Mon 16/11 09:00 with three working days: due Thu 19/11 09:00, signed by Wed 18/11 17:00.
DUE = at("Thu 2026-11-19 09:00")
SECOND = at("Mon 2026-11-23 09:00")  # half of three: two working days more
TUESDAY, FRIDAY = at("Tue 2026-11-17 09:00"), at("Fri 2026-11-20 08:00")


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def say(
    session: Session, office: Office, dossier: Dossier, now: dt.datetime = TUESDAY, **more: Any
) -> Apology:
    facts: dict[str, Any] = {"cause": LatenessCause.STAFF, "reason": "thiếu người đo đạc", "due_at": None}
    command = WriteApology(Target(dossier.code, None), **(facts | more))
    return apologies.draft(session, command, person=office.officer, now=now)


def approve(
    session: Session, dossier: Dossier, person: Person, now: dt.datetime = TUESDAY, version: int | None = None
) -> Any:
    command = ApproveApology(Target(dossier.code, version))
    return apologies.approve(session, command, person=person, now=now, mail_domain=MAIL)


def stated(session: Session, dossier: Dossier) -> Any:
    session.flush()
    told = told_clock(session, dossier.id)
    calendar = work_calendar(session, dossier.resolving_agency_id)
    assert dossier.accepted_at is not None
    cutoff = same_day_cutoff(session, dossier.resolving_agency_id, dossier.accepted_at.date())
    return told.deadline(calendar, cutoff=cutoff)


def test_an_approval_moves_the_promise_tells_the_applicant_and_leaves_the_lawful_date(
    office: Office, write: Session
) -> None:
    dossier = receive(write, office, email="an@example.invalid")
    row, version = say(write, office, dossier), dossier.due_version
    assert (row.due_at, row.ground, dossier.current_due_at) == (SECOND, Ground.SAID, DUE)
    moved = approve(write, dossier, office.head)
    assert (moved.old, moved.new) == (DUE, SECOND)
    assert (dossier.first_due_at, dossier.due_at, dossier.current_due_at) == (DUE, DUE, SECOND)
    assert (dossier.late_from, dossier.overdue_from) == (
        at("Fri 2026-11-20 00:00"),
        at("Tue 2026-11-24 00:00"),
    )
    assert (dossier.due_version, row.late, row.moved_from) == (version + 1, False, DUE)
    assert kinds_of(write, dossier)[-3:] == [
        EventKind.APOLOGY_DRAFTED, EventKind.REAPPOINTED, EventKind.DUE_CHANGED,
    ]  # fmt: skip
    newest = select(DossierEvent.facts).where(DossierEvent.dossier_id == dossier.id)
    facts = write.execute(newest.order_by(DossierEvent.seq.desc()).limit(1)).scalar_one()
    assert facts == {"current_due_at": [DUE.isoformat(), SECOND.isoformat()]}
    assert letters(write)[-1] == "applicant_apology"
    assert stated(write, dossier).current_due_at == SECOND, "the events alone tell the second date"


def test_a_finish_after_the_lawful_date_is_late_whatever_was_promised(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    say(write, office, dossier)
    approve(write, dossier, office.head)
    finish(write, office, dossier, at("Fri 2026-11-20 10:00"))
    assert dossier.finish_class is FinishClass.LATE


def test_a_pause_after_the_approval_moves_the_second_date_too(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    say(write, office, dossier)
    approve(write, dossier, office.head)
    hold(write, office, dossier, at("Wed 2026-11-18 09:00"))
    resume(write, office, dossier, at("Fri 2026-11-20 09:00"))
    assert (dossier.due_at, dossier.current_due_at) == (
        at("Mon 2026-11-23 09:00"),
        at("Thu 2026-11-26 09:00"),
    )
    assert stated(write, dossier).current_due_at == dossier.current_due_at


def test_a_second_date_is_given_at_most_once(office: Office, write: Session) -> None:
    """NĐ 61/2018 Đ19.9: by the table of the lifecycle, and below it by the database itself."""
    dossier = receive(write, office)
    row = say(write, office, dossier)
    with pytest.raises(InvalidInput, match="đã có dự thảo"):
        say(write, office, dossier)
    approve(write, dossier, office.head)
    for again in (say, lambda *_: approve(write, dossier, office.head)):
        with pytest.raises(NotNow):
            again(write, office, dossier)
    write.add(
        Apology(
            dossier_id=dossier.id, state=ApologyState.APPROVED, ground=row.ground, due_at=SECOND,
            drafted_at=TUESDAY, decided_at=TUESDAY,
        )
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        write.flush()


@pytest.mark.parametrize(
    ("signed", "late"),
    [
        pytest.param(at("Wed 2026-11-18 17:00"), False, id="by the closing of the last working day before"),
        pytest.param(at("Thu 2026-11-19 07:30"), True, id="on the day itself"),
        pytest.param(FRIDAY, True, id="overdue"),
    ],
)
def test_an_apology_signed_too_late_is_marked(
    office: Office, write: Session, signed: dt.datetime, late: bool
) -> None:
    dossier = receive(write, office)
    row = say(write, office, dossier)
    approve(write, dossier, office.head, signed)
    assert row.late is late


def test_only_the_head_of_the_resolving_unit_signs(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    say(write, office, dossier)
    for person in (office.officer, office.clerk, office.controller):
        with pytest.raises(NotAllowed):
            approve(write, dossier, person)
    dossier.holding_unit_id = office.civil_unit  # the head heads the land unit
    with pytest.raises(NotAllowed):
        approve(write, dossier, office.head)


def test_a_draft_changed_under_the_head_is_not_signed_unseen(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    say(write, office, dossier)
    seen = dossier.version
    command = WriteApology(Target(dossier.code, None), LatenessCause.OTHER_AGENCY, "chờ Sở Xây dựng", FRIDAY)
    apologies.edit(write, command, person=office.officer, now=TUESDAY)
    with pytest.raises(StaleVersion):
        approve(write, dossier, office.head, version=seen)
    approve(write, dossier, office.head, version=dossier.version)
    assert dossier.current_due_at == FRIDAY


def test_a_date_that_cannot_be_promised_is_refused(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    for second in (DUE, at("Sat 2026-11-21 09:00"), at("Fri 2026-11-20 19:00")):
        with pytest.raises(InvalidInput, match="Ngày hẹn mới phải sau"):
            say(write, office, dossier, due_at=second)
    short = receive(write, office, code="2.000815")
    with pytest.raises(InvalidInput, match="một ngày trở xuống không hẹn lại"):
        say(write, office, short)


def test_a_rejected_draft_changes_nothing_and_whoever_works_on_it_may_try_again(
    office: Office, write: Session
) -> None:
    dossier = receive(write, office)
    say(write, office, dossier)
    command = RejectApology(Target(dossier.code, None), "làm thêm giờ")
    apologies.reject(write, command, person=office.head, now=TUESDAY)
    assert (dossier.current_due_at, dossier.reappointed_at) == (DUE, None)
    assert draft_all(write, at("Wed 2026-11-18 09:00")).drafted == 0, "nothing drafts itself again"
    assert say(write, office, dossier).state is ApologyState.DRAFT


def draft_all(session: Session, now: dt.datetime, limit: int = 2) -> apologydrafts.Run:
    run = apologydrafts.Run()
    while run.more:
        apologydrafts.draft_due(session, run, now=now, limit=limit)
        session.flush()
    return run


def test_what_usually_takes_longer_than_is_left_is_drafted_once_and_lacks_only_its_reason(
    office: Office, write: Session
) -> None:
    for _ in range(30):  # its like have taken four working days of eight hours
        done = receive(write, office, at("Mon 2026-11-02 09:00"))
        done.worked_minutes, done.finish_class = 4 * 480, FinishClass.LATE
        done.closed_at, done.closed_on = at("Fri 2026-11-06 09:00"), dt.date(2026, 11, 6)
    near = [receive(write, office) for _ in range(3)]
    far = receive(write, office, at("Tue 2026-11-17 08:00"))
    assert draft_all(write, at("Tue 2026-11-17 06:59")).drafted == 0, "before the opening"
    assert draft_all(write, at("Tue 2026-11-17 09:00")).drafted == 3
    assert draft_all(write, at("Tue 2026-11-17 09:30")).drafted == 0
    rows = write.execute(select(Apology)).scalars().all()
    assert {row.dossier_id for row in rows} == {one.id for one in near}, far.id
    assert {(row.ground, row.reason, row.drafted_by_id) for row in rows} == {(Ground.SHORT, "", None)}
    with pytest.raises(InvalidInput, match="chưa có lý do"):
        approve(write, near[0], office.head)


def test_late_without_an_apology_is_counted_per_unit(office: Office, write: Session) -> None:
    for unit in (office.land_unit, office.land_unit, None):
        receive(write, office).holding_unit_id = unit
    said = receive(write, office)
    say(write, office, said, FRIDAY)
    approve(write, said, office.head, FRIDAY)
    receive(write, office, code="2.000815")  # of a limit for which there is no apology
    write.flush()
    found = reads.unapologised(write, office.controller.scope, FRIDAY)
    assert [(one.unit, one.number) for one in found] == [("Phòng Địa chính", 2), (None, 1)]
    for one in found:
        its = Filters(agency=one.agency_code, unit=one.unit_id or NOBODYS, unapologised=True)
        assert (
            supervision.count(write, Listing.OVERDUE, its, office.controller.scope, FRIDAY).number
            == one.number
        )


def test_the_cause_is_asked_of_what_is_late_and_the_last_word_stands(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    target = Target(dossier.code, None)
    with pytest.raises(NotNow):
        lateness.explain(
            write, ExplainLateness(target, LatenessCause.STAFF), person=office.officer, now=TUESDAY
        )
    with pytest.raises(InvalidInput, match="lý do khác là gì"):
        lateness.explain(
            write, ExplainLateness(target, LatenessCause.OTHER), person=office.officer, now=FRIDAY
        )
    for cause, person in (
        (LatenessCause.STAFF, office.officer),
        (LatenessCause.SYSTEM_OUTAGE, office.controller),
    ):
        lateness.explain(write, ExplainLateness(target, cause), person=person, now=FRIDAY)
    row = write.execute(select(Lateness)).scalar_one()
    assert (row.cause, row.given_by_id) == (LatenessCause.SYSTEM_OUTAGE, office.controller.user_id)
    assert kinds_of(write, dossier).count(EventKind.LATENESS_EXPLAINED) == 2
    finish(write, office, dossier, at("Fri 2026-11-20 10:00"))
    lateness.explain(write, ExplainLateness(target, LatenessCause.STAFF), person=office.officer, now=FRIDAY)


def test_an_apology_gives_the_first_word_on_the_cause(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    say(write, office, dossier)
    approve(write, dossier, office.head)
    assert write.get_one(Lateness, dossier.id).cause is LatenessCause.STAFF


def test_statistics_go_by_the_lawful_date_and_can_show_the_second(office: Office, write: Session) -> None:
    """domain rule 10: which one counts is confirmed by nobody, so both can be had."""
    for ends in (at("Fri 2026-11-20 10:00"), None, at("Wed 2026-11-18 10:00")):
        dossier = receive(write, office)
        say(write, office, dossier)
        approve(write, dossier, office.head)
        if ends is not None:
            finish(write, office, dossier, ends, finished_at=ends)
    write.flush()
    question = Question(dt.date(2026, 11, 1), dt.date(2026, 11, 20), By.LEVEL, office.controller.scope)
    cells = {}
    for second in (False, True):
        asked = replace(question, second=second)
        row = statistics.statutory(write, asked, at("Sat 2026-11-21 08:00")).total.row
        cells[second] = (row.early, row.on_time, row.late, row.open_within, row.open_overdue)
        assert row.balances
    assert cells == {False: (1, 0, 1, 0, 1), True: (2, 0, 0, 1, 0)}


def test_a_period_that_ended_before_the_approval_knows_no_second_date(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    monday = at("Mon 2026-11-23 08:00")  # its lawful date was Thursday
    say(write, office, dossier, monday)
    approve(write, dossier, office.head, monday)
    write.flush()
    told = {}
    for end in (dt.date(2026, 11, 20), dt.date(2026, 11, 23)):
        for second in (False, True):
            asked = Question(dt.date(2026, 11, 1), end, By.LEVEL, office.controller.scope, second=second)
            row = statistics.statutory(write, asked, at("Tue 2026-11-24 08:00")).total.row
            told[end.day, second] = (row.reappointed, row.open_within, row.open_overdue)
    assert told == {
        (20, False): (0, 0, 1),
        (20, True): (0, 0, 1),
        (23, False): (1, 0, 1),
        (23, True): (1, 1, 0),
    }
