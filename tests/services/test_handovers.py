"""Hand-overs: who gives, who confirms, what a refusal restores, when the clock ends, what finishes."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.support.desk import Office, Worker, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.errors import InvalidInput, NotNow, StaleVersion
from tthc_tracker.domain.handovers import CollectAuthority, Direction, HandoverAnswer
from tthc_tracker.domain.lifecycle import EventKind, FinishClass, ResultKind, ReturnMethod, State
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.alert import Alert, OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Collection, Handover
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts, handovers, processing, reception, receptionchanges, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.handovers import ConfirmHandover, RejectHandover, SendBack, SendResult, TakeBack
from tthc_tracker.services.processing import AssignDossier, HandOverDossier, NoteDossier
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.receptionchanges import PrintReceipt
from tthc_tracker.services.release import (
    ConfirmResult,
    FinishDossier,
    RemindApplicant,
    ReopenDossier,
    ReturnResult,
    WithdrawDossier,
)

RECEIVED = at("Mon 2026-11-16 09:00")
LATER = at("Mon 2026-11-16 10:00")
NEXT = at("Tue 2026-11-17 09:00")
PERSON = Party("Nguyễn Văn An", id_number="044093001234", email="an@example.invalid")


class Register:
    """The office at work: verbs by name, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            self.office: Office = open_office(session)
        self.code = self.receive()

    def receive(self, resolving: int | None = None, at_: dt.datetime = RECEIVED) -> str:
        facts = replace(ReceptionFacts("1.004873", PERSON), resolving_agency_id=resolving)
        command = ReceiveDossier(new_key(), self.office.ward, facts, at_)
        with self.database.transaction() as session:
            return reception.receive(session, command, actor=self.office.clerk, now=at_).code

    def do(self, verb, command, person: Worker, now: dt.datetime = LATER, **more) -> None:
        with self.database.transaction() as session:
            verb(session, command, person=person, now=now, **more)

    def target(self) -> Target:
        return Target(self.code, None)

    def give(self, now: dt.datetime = LATER) -> None:
        """The clerk gives the dossier to the land unit."""
        command = HandOverDossier(self.target(), self.office.land_unit, "một bộ")
        self.do(processing.hand_over, command, self.office.clerk, now)

    def confirm(self, person: Worker | None = None, now: dt.datetime = LATER) -> None:
        self.do(handovers.confirm, ConfirmHandover(self.target()), person or self.office.officer, now)

    def send_result(self, now: dt.datetime = NEXT) -> None:
        command = SendResult(self.target(), ResultKind.GRANTED, "12/GXN", now.date())
        self.do(handovers.send_result, command, self.office.officer, now)

    @property
    def dossier(self) -> Dossier:
        with self.database.reading() as session:
            return session.execute(select(Dossier).where(Dossier.code == self.code)).scalar_one()

    @property
    def rows(self) -> list[Handover]:
        with self.database.reading() as session:
            statement = select(Handover).join(Dossier).where(Dossier.code == self.code)
            return list(session.execute(statement.order_by(Handover.id)).scalars())

    @property
    def events(self) -> list[EventKind]:
        with self.database.reading() as session:
            statement = select(DossierEvent.kind).join(Dossier).where(Dossier.code == self.code)
            return list(session.execute(statement.order_by(DossierEvent.seq)).scalars())

    def letters(self, status: str) -> list[str]:
        with self.database.reading() as session:
            kinds = select(OutboxMessage.kind).where(OutboxMessage.status == status)
            return list(session.execute(kinds.order_by(OutboxMessage.id)).scalars())


@pytest.fixture
def desk(database: Database) -> Register:
    return Register(database)


def test_papers_wait_at_the_receiving_unit_until_it_confirms(desk: Register) -> None:
    desk.give()
    (row,) = desk.rows
    assert (row.direction, row.from_agency_id, row.from_unit_id) == (
        Direction.FORWARD,
        desk.office.ward,
        None,
    )
    assert (row.to_unit_id, row.handed_by_id, row.answer) == (
        desk.office.land_unit, desk.office.clerk.user_id, None,
    )  # fmt: skip
    assert desk.dossier.holding_unit_id == desk.office.land_unit
    with pytest.raises(NotNow):
        desk.confirm(desk.office.clerk)
    desk.confirm(now=NEXT)
    (row,) = desk.rows
    assert (row.answer, row.answered_at) == (HandoverAnswer.CONFIRMED, NEXT)
    assert row.answered_by_id == desk.office.officer.user_id
    assert desk.events == [EventKind.RECEIVED, EventKind.HANDED_OVER, EventKind.HANDOVER_CONFIRMED]
    with pytest.raises(NotNow):
        desk.confirm()


def test_a_rejection_gives_the_dossier_back_to_whoever_had_it(desk: Register) -> None:
    office = desk.office
    desk.do(
        processing.assign,
        AssignDossier(desk.target(), office.land_unit, office.officer.user_id),
        office.clerk,
    )
    desk.confirm()
    over = HandOverDossier(desk.target(), office.civil_unit)
    desk.do(processing.hand_over, over, office.officer)
    with pytest.raises(NotNow):  # nobody of the land unit answers for the other
        desk.do(handovers.reject, RejectHandover(desk.target(), "x"), office.head)
    with pytest.raises(NotNow):
        desk.do(handovers.reject, RejectHandover(desk.target(), ""), office.officer)
    head_of_civil = move_to_unit(desk, office.head, office.civil_unit)
    with pytest.raises(InvalidInput):
        desk.do(handovers.reject, RejectHandover(desk.target(), "  "), head_of_civil)
    desk.do(handovers.reject, RejectHandover(desk.target(), "không thuộc phòng"), head_of_civil, NEXT)
    dossier = desk.dossier
    assert (dossier.holding_unit_id, dossier.officer_id) == (office.land_unit, office.officer.user_id)
    assert (desk.rows[-1].answer, desk.rows[-1].reason) == (HandoverAnswer.REJECTED, "không thuộc phòng")


def move_to_unit(desk: Register, worker: Worker, unit: int) -> Worker:
    return replace(worker, memberships=tuple(replace(one, unit_id=unit) for one in worker.memberships))


def test_a_wrong_hand_over_is_taken_back_while_nobody_has_answered(desk: Register) -> None:
    desk.give()
    with pytest.raises(NotNow):
        desk.do(handovers.take_back, TakeBack(desk.target()), desk.office.officer)
    desk.do(handovers.take_back, TakeBack(desk.target(), "nhầm phòng"), desk.office.clerk)
    assert desk.dossier.holding_unit_id is None
    assert desk.rows[0].answer is HandoverAnswer.TAKEN_BACK
    desk.give()
    desk.confirm()
    with pytest.raises(NotNow):
        desk.do(handovers.take_back, TakeBack(desk.target()), desk.office.clerk)


def test_assigning_inside_ones_own_unit_needs_no_confirmation(desk: Register) -> None:
    office = desk.office
    command = AssignDossier(desk.target(), office.land_unit, office.officer.user_id)
    desk.do(processing.assign, command, office.head)
    assert desk.rows == []
    assert desk.dossier.officer_id == office.officer.user_id


def test_whoever_works_on_what_waits_for_him_has_taken_it(desk: Register) -> None:
    office = desk.office
    desk.give()
    command = AssignDossier(desk.target(), office.land_unit, office.officer.user_id)
    desk.do(processing.assign, command, office.head, NEXT)
    (row,) = desk.rows
    assert (row.answer, row.answered_by_id) == (HandoverAnswer.CONFIRMED, office.head.user_id)


def test_giving_to_another_unit_takes_the_first_hand_over_back(desk: Register) -> None:
    desk.give()
    command = HandOverDossier(desk.target(), desk.office.civil_unit)
    desk.do(processing.hand_over, command, desk.office.clerk)
    first, second = desk.rows
    assert (first.answer, second.answer) == (HandoverAnswer.TAKEN_BACK, None)
    assert (second.from_unit_id, second.to_unit_id) == (None, desk.office.civil_unit)


def test_what_another_system_owns_is_assigned_without_a_hand_over(desk: Register) -> None:
    with desk.database.transaction() as session:
        portal = session.execute(select(Source.id).where(Source.code == "provincial-portal")).scalar_one()
        session.execute(update(Dossier).values(source_id=portal))
    desk.do(processing.assign, AssignDossier(desk.target(), desk.office.land_unit, None), desk.office.clerk)
    assert desk.rows == []
    assert desk.dossier.holding_unit_id == desk.office.land_unit


def test_a_dossier_goes_back_to_the_desk_with_a_reason(desk: Register) -> None:
    office = desk.office
    with pytest.raises(NotNow):
        desk.do(handovers.send_back, SendBack(desk.target(), "thiếu giấy"), office.officer)
    desk.give()
    desk.confirm()
    with pytest.raises(InvalidInput):
        desk.do(handovers.send_back, SendBack(desk.target(), " "), office.officer)
    desk.do(handovers.send_back, SendBack(desk.target(), "thiếu giấy"), office.officer)
    assert (desk.rows[-1].direction, desk.rows[-1].note) == (Direction.BACK, "thiếu giấy")
    assert desk.dossier.holding_unit_id is None
    desk.confirm(office.clerk)
    assert desk.events[-2:] == [EventKind.SENT_BACK, EventKind.HANDOVER_CONFIRMED]


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        pytest.param(RECEIVED, at("Mon 2026-11-16 17:00"), id="by the closing of the day"),
        pytest.param(
            at("Mon 2026-11-16 15:01"), at("Tue 2026-11-17 08:00"), id="after 15:00 by the next opening"
        ),
    ],
)
def test_the_hand_over_clock_runs_for_another_agency_and_ends_with_its_confirmation(
    desk: Register, accepted: dt.datetime, due: dt.datetime
) -> None:
    office = desk.office
    assert desk.dossier.handover_due_at is None
    desk.code = desk.receive(office.other, accepted)
    assert desk.dossier.handover_due_at == due
    desk.do(processing.hand_over, HandOverDossier(desk.target(), None), office.clerk, accepted)
    assert desk.dossier.handover_confirmed_at is None
    desk.confirm(office.stranger, NEXT)
    dossier = desk.dossier
    assert (dossier.handover_confirmed_at, dossier.officer_id) == (NEXT, office.stranger.user_id)
    with pytest.raises(InvalidInput):
        desk.do(processing.hand_over, HandOverDossier(desk.target(), None), office.clerk, NEXT)


def test_what_another_agency_has_sent_back_is_handed_over_and_confirmed_anew(desk: Register) -> None:
    office = desk.office
    desk.code = desk.receive(office.other)
    whole_agency = HandOverDossier(desk.target(), None)
    desk.do(processing.hand_over, whole_agency, office.clerk)
    desk.confirm(office.stranger)
    desk.do(handovers.send_back, SendBack(desk.target(), "thiếu giấy"), office.stranger)
    desk.confirm(office.clerk, NEXT)
    dossier = desk.dossier
    assert dossier.handover_confirmed_at is None
    assert dossier.handover_due_at == at("Tue 2026-11-17 17:00")
    desk.do(processing.hand_over, whole_agency, office.clerk, NEXT)
    assert (desk.rows[-1].to_agency_id, desk.rows[-1].answer) == (office.other, None)


def test_what_an_agency_takes_for_itself_is_held_by_whoever_took_it(desk: Register) -> None:
    office = desk.office
    desk.code = desk.receive(office.other)
    desk.do(processing.hand_over, HandOverDossier(desk.target(), None), office.stranger)
    assert (desk.dossier.officer_id, desk.dossier.handover_confirmed_at) == (office.stranger.user_id, LATER)


def test_moving_a_dossier_on_takes_a_result_on_its_way_back_and_confirms_nothing(desk: Register) -> None:
    office = desk.office
    desk.give()
    desk.send_result()
    desk.do(processing.assign, AssignDossier(desk.target(), office.civil_unit, None), office.clerk, NEXT)
    result = next(row for row in desk.rows if row.direction is Direction.RESULT)
    assert result.answer is HandoverAnswer.TAKEN_BACK
    assert (desk.dossier.state, desk.dossier.result_kind) == (State.PROCESSING, None)


def test_the_result_is_finished_when_the_desk_has_it(desk: Register) -> None:
    office = desk.office
    desk.give()
    desk.send_result(at("Thu 2026-11-19 16:00"))
    assert (desk.dossier.state, desk.dossier.result_kind) == (State.PROCESSING, None)
    finish = FinishDossier(desk.target(), ResultKind.GRANTED)
    with pytest.raises(NotNow):  # the officer cannot stop the clock past the desk
        desk.do(release.finish, finish, office.officer, NEXT)
    with pytest.raises(NotNow):
        desk.do(release.confirm_result, ConfirmResult(desk.target()), office.officer, NEXT)
    arrived = at("Fri 2026-11-20 08:00")
    desk.do(release.confirm_result, ConfirmResult(desk.target()), office.clerk, arrived, mail_domain="x.vn")
    dossier = desk.dossier
    assert (dossier.state, dossier.closed_at, dossier.finish_class) == (
        State.FINISHED, arrived, FinishClass.LATE,
    )  # fmt: skip
    assert (dossier.result_kind, dossier.result_number) == (ResultKind.GRANTED, "12/GXN")
    assert desk.letters("pending") == [ApplicantLetter.RESULT_READY]


def test_a_wrong_result_is_rejected_and_its_officer_still_holds_the_dossier(desk: Register) -> None:
    desk.give()
    desk.send_result()
    before = desk.dossier
    desk.do(handovers.reject, RejectHandover(desk.target(), "sai tên"), desk.office.clerk, NEXT)
    after = desk.dossier
    assert (after.holding_unit_id, after.state) == (before.holding_unit_id, State.PROCESSING)
    desk.send_result()
    assert [row.answer for row in desk.rows][-2:] == [HandoverAnswer.REJECTED, None]


def test_what_ends_on_its_way_leaves_no_hand_over_waiting(desk: Register) -> None:
    desk.give()
    desk.do(release.withdraw, WithdrawDossier(desk.target(), "đổi ý"), desk.office.clerk)
    assert desk.rows[0].answer is HandoverAnswer.LAPSED


def test_a_finish_is_undone_with_its_mail_and_its_alerts_stand_again(desk: Register) -> None:
    office, late = desk.office, at("Mon 2026-11-23 09:00")
    scan(desk, late)
    finish = FinishDossier(desk.target(), ResultKind.GRANTED)
    desk.do(release.finish, finish, office.officer, late, mail_domain="x.vn")
    assert standing_alerts(desk) == 0
    desk.do(release.reopen, ReopenDossier(desk.target(), "ghi nhầm"), office.officer, late)
    assert desk.letters("pending") == []
    assert desk.letters("cancelled") == [ApplicantLetter.RESULT_READY]
    dossier = desk.dossier
    assert (dossier.closed_on, dossier.finish_class, dossier.result_kind) == (None, None, None)
    scan(desk, late)
    assert standing_alerts(desk) == 1
    desk.do(release.finish, finish, office.officer, late, mail_domain="x.vn")
    assert desk.letters("pending") == [ApplicantLetter.RESULT_READY]


def scan(desk: Register, now: dt.datetime) -> None:
    with desk.database.transaction() as session:
        alerts.raise_due(session, Directory(session), now=now)


def standing_alerts(desk: Register) -> int:
    with desk.database.reading() as session:
        return len(session.execute(select(Alert.id).where(Alert.closed_at.is_(None))).all())


def test_a_result_is_collected_by_a_right_that_is_kept(desk: Register) -> None:
    clerk = desk.office.clerk
    desk.do(release.finish, FinishDossier(desk.target(), ResultKind.GRANTED), clerk)
    bare = ReturnResult(
        desk.target(), "Nguyễn Thị Bình", ReturnMethod.COUNTER, authority=CollectAuthority.AUTHORISED
    )
    with pytest.raises(InvalidInput):
        desk.do(release.return_result, bare, clerk)
    with pytest.raises(InvalidInput):
        desk.do(release.return_result, replace(bare, paper_on=NEXT.date()), clerk)
    full = replace(bare, paper_number="05/UQ", paper_on=LATER.date())
    desk.do(release.return_result, full, clerk)
    with desk.database.reading() as session:
        row = session.execute(select(Collection)).scalar_one()
    assert (row.receiver, row.authority, row.paper_number, row.paper_on, row.given_by_id) == (
        "Nguyễn Thị Bình", CollectAuthority.AUTHORISED, "05/UQ", LATER.date(), clerk.user_id,
    )  # fmt: skip
    assert desk.dossier.state is State.RETURNED


def test_an_applicant_is_reminded_once_a_day_and_only_where_there_is_an_address(desk: Register) -> None:
    clerk = desk.office.clerk
    desk.do(release.finish, FinishDossier(desk.target(), ResultKind.GRANTED), clerk)
    desk.do(release.remind, RemindApplicant(desk.target()), clerk, LATER, mail_domain="x.vn")
    assert desk.letters("pending") == [ApplicantLetter.STILL_WAITING]
    with pytest.raises(InvalidInput):
        desk.do(release.remind, RemindApplicant(desk.target()), clerk, LATER, mail_domain="x.vn")
    desk.do(release.remind, RemindApplicant(desk.target()), clerk, NEXT, mail_domain="x.vn")
    assert desk.events[-2:] == [EventKind.REMINDED, EventKind.REMINDED]
    # A reminder is no act on the dossier: its finish can still be undone, and both letters are called back.
    desk.do(release.reopen, ReopenDossier(desk.target(), "ghi nhầm"), clerk, NEXT)
    assert desk.letters("pending") == []


def test_a_reprint_makes_nobodys_form_stale(desk: Register) -> None:
    clerk, seen = desk.office.clerk, desk.dossier.version
    for _ in range(3):
        with desk.database.transaction() as session:
            receptionchanges.print_receipt(session, PrintReceipt(desk.code), actor=clerk, now=LATER)
    assert desk.dossier.version == seen + 2
    desk.do(processing.note, NoteDossier(Target(desk.code, seen), "một"), clerk)
    with pytest.raises(StaleVersion):
        desk.do(processing.note, NoteDossier(Target(desk.code, seen), "hai"), clerk)
    with pytest.raises(StaleVersion):  # a version that never was
        desk.do(processing.note, NoteDossier(Target(desk.code, 99), "ba"), clerk)
