"""Steps of a process as dossiers run them: whose clock opens when, what undoes it, who held it how long."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.desk import Office, Worker, hire, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.custody import HolderKind
from tthc_tracker.domain.errors import InvalidInput, NotFound, NotNow
from tthc_tracker.domain.handovers import HandoverAnswer
from tthc_tracker.domain.lifecycle import EventKind, FinishClass, ResultKind
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.processes import RunOutcome, StepHolder
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.queries import custody, dossiers
from tthc_tracker.queries.custody import Holding, Run
from tthc_tracker.services import (
    handovers,
    pausing,
    processes,
    processing,
    reception,
    receptionchanges,
    release,
    steps,
)
from tthc_tracker.services.acting import Target
from tthc_tracker.services.handovers import ConfirmHandover, RejectHandover, SendBack, SendResult, TakeBack
from tthc_tracker.services.pausing import PauseDossier, ResumeDossier
from tthc_tracker.services.processes import NewStep, SaveProcess
from tthc_tracker.services.processing import HandOverDossier
from tthc_tracker.services.receptionchanges import CorrectReception
from tthc_tracker.services.release import ConfirmResult, FinishDossier, ReopenDossier
from tthc_tracker.services.steps import NextStep, ReturnStep

RECEIVED = at("Mon 2026-11-16 09:00")
TEN = at("Mon 2026-11-16 10:00")
TUESDAY = at("Tue 2026-11-17 10:00")
THURSDAY = at("Thu 2026-11-19 09:00")
FRIDAY = at("Fri 2026-11-20 11:00")
PROCEDURE = "1.004873"  # 3 working days


def a_step(name: str, holder: StepHolder, unit: str = "", hours: int = 4, **more: object) -> NewStep:
    limit = TimeLimit(Decimal(hours), LimitUnit.WORKING_HOUR)
    return NewStep(name, holder, None, unit, limit, holder is StepHolder.LEADER, **more)


STEPS = (
    a_step("Tiếp nhận", StepHolder.DESK, hours=2),
    a_step("Thẩm định", StepHolder.UNIT, "DC", hours=8),
    a_step("Ký duyệt", StepHolder.LEADER, hours=4),
)


class Desk:
    """An office whose procedure runs in three steps, and one dossier of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            self.office: Office = open_office(session)
            self.leader = hire(session, "Bùi Thị Lãnh Đạo", Role.HEAD_OF_AGENCY, self.office.ward)
            self.admin = hire(session, "Hồ Văn Quản Trị", Role.ADMINISTRATOR, self.office.province)
        self.save(STEPS)
        self.code = self.receive()

    def save(self, wanted: tuple[NewStep, ...], now: dt.datetime = RECEIVED) -> int:
        with self.database.transaction() as session:
            versions = processes.processes.versions_of(session, self.procedure_id(session), "")
            command = SaveProcess(PROCEDURE, "", versions[-1].number if versions else 0, wanted)
            return processes.save(session, command, actor=self.admin, now=now)

    @staticmethod
    def procedure_id(session) -> int:
        return session.execute(select(Procedure.id).where(Procedure.code == PROCEDURE)).scalar_one()

    def receive(self, resolving: int | None = None, now: dt.datetime = RECEIVED) -> str:
        person = Party("Nguyễn Văn An", id_number="044093001234")
        facts = replace(ReceptionFacts(PROCEDURE, person), resolving_agency_id=resolving)
        command = reception.ReceiveDossier(new_key(), self.office.ward, facts, now)
        with self.database.transaction() as session:
            return reception.receive(session, command, actor=self.office.clerk, now=now).code

    def do(self, verb, command, person: Worker, now: dt.datetime) -> None:
        with self.database.transaction() as session:
            verb(session, command, person=person, now=now)

    @property
    def target(self) -> Target:
        return Target(self.code, None)

    def on(self, person: Worker, now: dt.datetime) -> None:
        self.do(steps.next_step, NextStep(self.target), person, now)

    def confirm(self, person: Worker, now: dt.datetime) -> None:
        self.do(handovers.confirm, ConfirmHandover(self.target), person, now)

    def to_unit(self, now: dt.datetime = TEN) -> None:
        self.on(self.office.clerk, now)
        self.confirm(self.office.officer, now)

    @property
    def runs(self) -> tuple[Run, ...]:
        with self.database.reading() as session:
            found = custody.steps_of(session, self.dossier.id)
            return found.runs if found else ()

    def holding(self, now: dt.datetime) -> Holding:
        with self.database.reading() as session:
            found = custody.holding_of(session, self.dossier, custody.steps_of(session, self.dossier.id), now)
            assert found is not None
            return found

    @property
    def dossier(self) -> Dossier:
        with self.database.reading() as session:
            return session.execute(select(Dossier).where(Dossier.code == self.code)).scalar_one()

    def events(self) -> list[EventKind]:
        with self.database.reading() as session:
            found = select(DossierEvent.kind).join(Dossier).where(Dossier.code == self.code)
            return list(session.execute(found.order_by(DossierEvent.seq)).scalars())


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_the_first_step_runs_from_the_acceptance_and_the_next_from_its_hand_over(desk: Desk) -> None:
    (first,) = desk.runs
    assert (first.name, first.at_desk, first.opened_at) == ("Tiếp nhận", True, RECEIVED)
    assert first.due_at == at("Mon 2026-11-16 11:00")
    desk.on(desk.office.clerk, TEN)  # confirmed or not
    first, second = desk.runs
    assert (first.closed_at, first.outcome, first.finish_class) == (
        TEN, RunOutcome.PASSED, FinishClass.ON_TIME,
    )  # fmt: skip
    assert (second.unit_id, second.opened_at, second.due_at) == (
        desk.office.land_unit, TEN, at("Tue 2026-11-17 10:00"),
    )  # fmt: skip
    assert second.left_minutes == 3 * 480 - 60
    assert desk.dossier.holding_unit_id == desk.office.land_unit
    with pytest.raises(NotNow):  # it waits for the unit's answer: the desk cannot push it further
        desk.on(desk.office.clerk, TEN)


def test_a_reception_put_right_goes_on_with_the_step_it_began(desk: Desk) -> None:
    begun = desk.runs
    person = Party("Nguyễn Văn Anh", id_number="044093001234")
    correct = CorrectReception(desk.target, ReceptionFacts(PROCEDURE, person), "Ghi nhầm tên")
    with desk.database.transaction() as session:
        receptionchanges.correct(session, correct, actor=desk.office.clerk, now=TEN)
    assert desk.events() == [EventKind.RECEIVED, EventKind.CORRECTED]
    assert desk.runs == begun


def test_the_signature_is_a_step_of_its_own_and_the_result_ends_it(desk: Desk) -> None:
    desk.to_unit()
    desk.on(desk.office.officer, TUESDAY)
    sign = desk.runs[-1]
    assert (sign.name, sign.signature, desk.dossier.officer_id) == ("Ký duyệt", True, desk.leader.user_id)
    desk.confirm(desk.leader, TUESDAY)
    with pytest.raises(NotNow):  # no step follows
        desk.on(desk.leader, TUESDAY)
    desk.do(handovers.send_result, SendResult(desk.target, ResultKind.GRANTED), desk.leader, THURSDAY)
    assert desk.runs[-1].closed_at is None, "the clock runs until the desk has the result"
    desk.do(release.confirm_result, ConfirmResult(desk.target), desk.office.clerk, THURSDAY)
    assert [(run.name, run.outcome, run.finish_class) for run in desk.runs] == [
        ("Tiếp nhận", RunOutcome.PASSED, FinishClass.ON_TIME),
        ("Thẩm định", RunOutcome.PASSED, FinishClass.ON_TIME),
        ("Ký duyệt", RunOutcome.ENDED, FinishClass.LATE),
    ]
    whole = desk.holding(FRIDAY)
    assert whole.minutes == 3 * 480, "nobody is accounted for after the end"
    assert [stretch.keeper.kind for stretch in whole.stretches] == [
        HolderKind.DESK, HolderKind.UNIT, HolderKind.UNIT,
    ]  # fmt: skip
    assert whole.lateness == 0


def test_a_wrong_hand_over_taken_back_leaves_the_step_before_as_if_it_had_not_been(desk: Desk) -> None:
    desk.to_unit()
    over = HandOverDossier(desk.target, desk.office.civil_unit)
    desk.do(processing.hand_over, over, desk.office.officer, TUESDAY)
    assert desk.runs[-1].unit_id == desk.office.civil_unit
    desk.do(handovers.take_back, TakeBack(desk.target), desk.office.officer, THURSDAY)
    first, second, wrong = desk.runs
    assert (second.closed_at, second.opened_at, wrong.outcome) == (None, TEN, RunOutcome.UNDONE)
    assert wrong.finish_class is None
    assert first.outcome is RunOutcome.PASSED


def test_a_rejected_hand_over_goes_on_counting_against_whoever_gave_it(desk: Desk) -> None:
    desk.on(desk.office.clerk, TEN)
    desk.do(handovers.reject, RejectHandover(desk.target, "thiếu giấy tờ"), desk.office.officer, TUESDAY)
    assert [run.outcome for run in desk.runs] == [None, RunOutcome.UNDONE]
    assert desk.runs[0].is_late(TUESDAY)
    assert desk.holding(TUESDAY).stretches[-1].keeper.kind is HolderKind.DESK


def test_a_step_goes_back_with_its_reason_and_gets_its_whole_limit_again(desk: Desk) -> None:
    desk.to_unit()
    desk.on(desk.office.officer, TUESDAY)
    desk.confirm(desk.leader, TUESDAY)
    with pytest.raises(InvalidInput):
        desk.do(steps.return_step, ReturnStep(desk.target, " "), desk.leader, THURSDAY)
    desk.do(steps.return_step, ReturnStep(desk.target, "sai số thửa"), desk.leader, THURSDAY)
    *_, sign, again = desk.runs
    assert (sign.outcome, sign.reason) == (RunOutcome.RETURNED, "sai số thửa")
    assert (again.name, again.opened_at, again.due_at) == ("Thẩm định", THURSDAY, at("Fri 2026-11-20 09:00"))
    assert desk.events()[-1] is EventKind.STEP_RETURNED
    desk.confirm(desk.office.officer, THURSDAY)
    desk.do(handovers.send_back, SendBack(desk.target, "thiếu đơn"), desk.office.officer, FRIDAY)
    assert (desk.runs[-1].name, desk.runs[-1].at_desk) == ("Tiếp nhận", True)
    assert desk.runs[-2].outcome is RunOutcome.RETURNED


def test_a_dossier_keeps_the_process_it_began_with(desk: Desk) -> None:
    assert desk.save((STEPS[0], STEPS[2]), now=TEN) == 2
    assert desk.save((STEPS[0], STEPS[2]), now=TEN) == 2, "the same steps make no version"
    desk.on(desk.office.clerk, TEN)
    assert desk.runs[-1].name == "Thẩm định"
    desk.code = desk.receive(now=TUESDAY)
    desk.on(desk.office.clerk, TUESDAY)
    assert desk.runs[-1].name == "Ký duyệt"


def test_lateness_falls_to_whoever_overran_his_step(desk: Desk) -> None:
    desk.to_unit(TUESDAY)  # the desk had two hours, and took a day and more
    now = at("Mon 2026-11-23 09:00")
    holding = desk.holding(now)
    assert desk.dossier.late_from == at("Fri 2026-11-20 00:00")
    assert holding.lateness == 480 + 120
    late = {share.key.kind: share.late_minutes for share in holding.shares}
    over_desk, over_unit = 420, 300 + 2 * 480 + 120
    assert sum(late.values()) == holding.lateness
    assert late[HolderKind.UNIT] > late[HolderKind.DESK] > 0
    assert abs(late[HolderKind.DESK] - holding.lateness * over_desk / (over_desk + over_unit)) <= 1


def test_an_end_noted_by_mistake_lets_its_step_go_on(desk: Desk) -> None:
    desk.to_unit()
    desk.do(release.finish, FinishDossier(desk.target, ResultKind.GRANTED), desk.office.officer, TUESDAY)
    assert desk.runs[-1].outcome is RunOutcome.ENDED
    desk.do(release.reopen, ReopenDossier(desk.target, "nhầm hồ sơ"), desk.office.officer, THURSDAY)
    assert [run.outcome for run in desk.runs] == [RunOutcome.PASSED, None]
    assert [stretch.until for stretch in desk.holding(FRIDAY).stretches][-1] is None


def test_a_step_of_another_agency_is_seen_and_worked_on_there_while_it_runs(desk: Desk) -> None:
    elsewhere = replace(a_step("Xác minh", StepHolder.UNIT, hours=8), agency_id=desk.office.other)
    desk.save((STEPS[0], elsewhere, STEPS[1]))
    desk.code = desk.receive()
    stranger = desk.office.stranger

    def seen() -> bool:
        with desk.database.reading() as session:
            try:
                return dossiers.find(session, desk.code, stranger.scope) is not None
            except NotFound:
                return False

    assert not seen()
    desk.on(desk.office.clerk, TEN)
    assert seen()
    assert desk.dossier.step_agency_id == desk.office.other
    desk.confirm(stranger, TUESDAY)
    assert desk.dossier.officer_id == stranger.user_id, "nobody else there holds it"
    assert desk.holding(TUESDAY).stretches[-1].keeper.agency_id == desk.office.other
    desk.on(stranger, TUESDAY)
    assert seen(), "until the other side has answered"
    assert (desk.dossier.step_agency_id, desk.dossier.holding_unit_id) == (None, desk.office.land_unit)
    desk.do(handovers.reject, RejectHandover(desk.target, "chưa xác minh"), desk.office.officer, THURSDAY)
    assert seen(), "rejected, it is there again"
    assert desk.runs[-2].outcome is None


def test_what_another_agency_has_passed_on_it_may_take_back_until_it_is_confirmed(desk: Desk) -> None:
    elsewhere = replace(a_step("Xác minh", StepHolder.UNIT, hours=8), agency_id=desk.office.other)
    desk.save((STEPS[0], elsewhere, STEPS[1]))
    desk.code = desk.receive()
    stranger = desk.office.stranger
    desk.on(desk.office.clerk, TEN)
    desk.confirm(stranger, TUESDAY)
    desk.on(stranger, TUESDAY)
    desk.do(handovers.take_back, TakeBack(desk.target), stranger, TUESDAY)
    assert (desk.dossier.step_agency_id, desk.dossier.officer_id) == (desk.office.other, stranger.user_id)
    desk.on(stranger, TUESDAY)
    desk.confirm(desk.office.officer, THURSDAY)
    with desk.database.reading() as session, pytest.raises(NotFound):
        dossiers.find(session, desk.code, stranger.scope)
    with pytest.raises(NotFound):
        desk.do(handovers.take_back, TakeBack(desk.target), stranger, THURSDAY)


def test_while_paused_the_applicant_has_it_and_the_step_stands_still(desk: Desk) -> None:
    desk.to_unit()  # its 8 hours end on Tue 10:00
    wait = PauseDossier(desk.target, PauseReason.PAYMENT, "nộp lệ phí", "thông báo nộp tiền", FRIDAY.date())
    desk.do(pausing.pause, wait, desk.office.officer, at("Mon 2026-11-16 16:00"))
    assert desk.holding(TUESDAY).stretches[-1].keeper.kind is HolderKind.APPLICANT
    desk.do(pausing.resume, ResumeDossier(desk.target), desk.office.officer, at("Wed 2026-11-18 16:00"))
    assert desk.runs[-1].due_at == THURSDAY + dt.timedelta(hours=1)
    holding = desk.holding(FRIDAY)
    assert holding.applicant_minutes == 2 * 480
    assert holding.minutes == 480 * 4 + 90 + 30, "the parts sum to the whole"


def test_a_unit_that_the_agency_does_not_have_is_said_with_what_to_do(desk: Desk) -> None:
    desk.save((STEPS[0], a_step("Thẩm định", StepHolder.UNIT, "XYZ")))
    desk.code = desk.receive()
    with pytest.raises(InvalidInput, match="XYZ"):
        desk.on(desk.office.clerk, TEN)
    desk.do(
        processing.hand_over, HandOverDossier(desk.target, desk.office.civil_unit), desk.office.clerk, TEN
    )
    assert (desk.runs[-1].name, desk.runs[-1].unit_id) == ("Thẩm định", desk.office.civil_unit)
    with desk.database.reading() as session:
        (row,) = session.execute(select(Handover)).scalars()
    assert row.answer is not HandoverAnswer.CONFIRMED
