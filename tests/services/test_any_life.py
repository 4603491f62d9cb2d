"""Whatever people do to dossiers, in whatever order, from whatever page: what must always hold, holds.

A state machine over the verbs (reliability 4.12; issue 4 J.2): after each deed, the dates of its dossier are
the engine's from the events alone and its history is a path of the table; a deed that was refused, as from a
page that was out of date, has changed nothing. At the end codes are gapless, each form made one dossier and
the chain of the trail is whole.

It is the longest test of all. So what it asks of the database it asks with statements made once, what must
hold is reckoned where something has changed (elsewhere it is looked at whether anything has), and
what the table offers is told from what was just seen.
"""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import bindparam, func, inspect, select
from sqlalchemy.orm import Session

from tests.chaos import verify
from tests.support.desk import Office, Worker, hire
from tests.support.lives import assert_dates_follow_from_events, kinds_of
from tests.support.moments import at
from tthc_tracker.domain.apologies import ApologyState, LatenessCause
from tthc_tracker.domain.errors import DuplicateSubmission, RefusedUse
from tthc_tracker.domain.handovers import Underway, handing_for
from tthc_tracker.domain.lifecycle import (
    Action,
    EventKind,
    ResultKind,
    ReturnMethod,
    SourceKind,
    State,
    allowed_actions,
)
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.domain.permissions import Permission, Role
from tthc_tracker.domain.processes import StepStanding
from tthc_tracker.domain.receptionfacts import Paper, Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import pauses, processes, trailchecks
from tthc_tracker.queries.dossiers import circumstances
from tthc_tracker.queries.handovers import underway_of
from tthc_tracker.services import (
    acting,
    apologies,
    handovers,
    pausing,
    processing,
    reception,
    receptionchanges,
    release,
    stopping,
    workcorrections,
)
from tthc_tracker.services.acting import HARMLESS, Target
from tthc_tracker.services.apologies import ApproveApology, RejectApology, WriteApology
from tthc_tracker.services.handovers import ConfirmHandover, RejectHandover, SendBack, SendResult, TakeBack
from tthc_tracker.services.pausing import PauseDossier, ResumeDossier
from tthc_tracker.services.processing import AssignDossier, HandOverDossier, NoteDossier
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.receptionchanges import CancelReception, CorrectReception, PrintReceipt
from tthc_tracker.services.release import (
    ConfirmResult,
    FinishDossier,
    ReopenDossier,
    ReturnResult,
    WithdrawDossier,
)
from tthc_tracker.services.stopping import StopDossier
from tthc_tracker.services.supplements import AskSupplement
from tthc_tracker.services.trailkeys import Keyring
from tthc_tracker.services.workcorrections import CorrectAtWork

BEGIN = at("Mon 2026-11-16 09:00")
EXAMPLES, STEPS = 300, 50
DESK = 3  # dossiers of an example: few, so that each gets old
LONGEST_PAUSE = 3 * 24 * 60  # minutes between two deeds, at most

PROCEDURES = ("1.004873", "2.000815")  # three working days; the same day


@dataclass(frozen=True)
class Deed:
    """One attempt: on which page, by whom, when; `back`: how long ago it is said to have happened."""

    target: Target
    office: Office
    person: Worker
    now: dt.datetime
    back: dt.timedelta

    @property
    def by(self) -> Any:
        """Who and when, as most verbs take them."""
        return {"person": self.person, "now": self.now}

    @property
    def said(self) -> dt.datetime | None:
        return self.now - self.back if self.back else None


def _facts(number: int) -> ReceptionFacts:
    return ReceptionFacts(
        PROCEDURES[number % 2], Party(f"Nguyễn Văn Thứ {number}", id_number="044093001234"),
        abstract=f"việc thứ {number}",
    )  # fmt: skip


def _ask(session: Session, deed: Deed) -> None:
    command = AskSupplement(
        deed.target, papers=(Paper("Tờ khai", 1, 0, 0),), content="", reason="thiếu tờ khai", basis="Điều 5",
        reply_by=deed.now.date() + dt.timedelta(days=20), again_because="còn thiếu",
    )  # fmt: skip
    pausing.ask_supplement(session, command, person=deed.person, now=deed.now)


def _hold(reason: PauseReason) -> Callable[[Session, Deed], None]:
    def hold(session: Session, deed: Deed) -> None:
        asked = "Sở Tư pháp" if reason is PauseReason.OPINION else ""
        until = deed.now.date() + dt.timedelta(days=10)
        command = PauseDossier(deed.target, reason, note="chờ", basis="", reply_by=until, asked_of=asked)
        pausing.pause(session, command, person=deed.person, now=deed.now)

    return hold


def _assign(session: Session, deed: Deed) -> None:
    command = AssignDossier(deed.target, deed.office.land_unit, deed.office.officer.user_id)
    processing.assign(session, command, person=deed.person, now=deed.now)


def _hand_over(session: Session, deed: Deed) -> None:
    unit = deed.office.land_unit if deed.back else deed.office.civil_unit
    command = HandOverDossier(deed.target, unit)
    processing.hand_over(session, command, person=deed.person, now=deed.now)


def _correct(session: Session, deed: Deed) -> None:
    command = CorrectReception(deed.target, _facts(deed.now.minute), "ghi nhầm")
    receptionchanges.correct(session, command, actor=deed.person, now=deed.now)


def _correct_at_work(session: Session, deed: Deed) -> None:
    workcorrections.correct_at_work(
        session, CorrectAtWork(deed.target, _facts(deed.now.minute), "ghi nhầm"), **deed.by
    )


def _finish(session: Session, deed: Deed) -> None:
    command = FinishDossier(deed.target, ResultKind.GRANTED, finished_at=deed.said)
    release.finish(session, command, person=deed.person, now=deed.now)


def _apologise(session: Session, deed: Deed) -> None:
    command = WriteApology(deed.target, LatenessCause.STAFF, "thiếu người")
    apologies.draft(session, command, person=deed.person, now=deed.now)


def _cancel(session: Session, deed: Deed) -> None:
    command = CancelReception(deed.target, "nhập nhầm")
    receptionchanges.cancel(session, command, actor=deed.person, now=deed.now)


def _print(session: Session, deed: Deed) -> None:
    command = PrintReceipt(deed.target.code)
    receptionchanges.print_receipt(session, command, actor=deed.person, now=deed.now)


def _return(session: Session, deed: Deed) -> None:
    command = ReturnResult(deed.target, "Nguyễn Văn An", ReturnMethod.COUNTER)
    release.return_result(session, command, person=deed.person, now=deed.now)


@dataclass(frozen=True)
class Kind:
    """One thing that people do, and the row of the table of the lifecycle that it follows."""

    action: Action
    do: Callable[[Session, Deed], object]


_A = Action
DEEDS = {
    "note": Kind(_A.NOTE, lambda s, d: processing.note(s, NoteDossier(d.target, "đã gọi"), **d.by)),
    "assign": Kind(_A.ASSIGN, _assign),
    "hand over": Kind(_A.HAND_OVER, _hand_over),
    "confirm": Kind(
        _A.CONFIRM_HANDOVER, lambda s, d: handovers.confirm(s, ConfirmHandover(d.target), **d.by)
    ),
    "reject": Kind(
        _A.REJECT_HANDOVER, lambda s, d: handovers.reject(s, RejectHandover(d.target, "nhầm"), **d.by)
    ),
    "take back": Kind(_A.TAKE_BACK, lambda s, d: handovers.take_back(s, TakeBack(d.target), **d.by)),
    "send back": Kind(_A.SEND_BACK, lambda s, d: handovers.send_back(s, SendBack(d.target, "thiếu"), **d.by)),
    "ask supplement": Kind(_A.ASK_SUPPLEMENT, _ask),
    "wait for payment": Kind(_A.ASK_PAYMENT, _hold(PauseReason.PAYMENT)),
    "ask an opinion": Kind(_A.ASK_OPINION, _hold(PauseReason.OPINION)),
    "survey": Kind(_A.PAUSE, _hold(PauseReason.SURVEY)),
    "post": Kind(_A.PAUSE, _hold(PauseReason.POSTING)),
    "resume": Kind(_A.RESUME, lambda s, d: pausing.resume(s, ResumeDossier(d.target, d.said), **d.by)),
    "apologise": Kind(_A.APOLOGISE, _apologise),
    "approve": Kind(_A.APPROVE_APOLOGY, lambda s, d: apologies.approve(s, ApproveApology(d.target), **d.by)),
    "refuse apology": Kind(
        _A.REJECT_APOLOGY, lambda s, d: apologies.reject(s, RejectApology(d.target, "không đủ"), **d.by)
    ),
    "correct": Kind(_A.CORRECT_RECEPTION, _correct),
    "correct at work": Kind(_A.CORRECT_AT_WORK, _correct_at_work),
    "cancel": Kind(_A.CANCEL, _cancel),
    "print": Kind(_A.REPRINT_RECEIPT, _print),
    "send result": Kind(
        _A.SEND_RESULT,
        lambda s, d: handovers.send_result(s, SendResult(d.target, ResultKind.GRANTED), **d.by),
    ),
    "confirm result": Kind(
        _A.CONFIRM_RESULT, lambda s, d: release.confirm_result(s, ConfirmResult(d.target), **d.by)
    ),
    "finish": Kind(_A.FINISH, _finish),
    "reopen": Kind(_A.REOPEN, lambda s, d: release.reopen(s, ReopenDossier(d.target, "nhầm"), **d.by)),
    "return": Kind(_A.RETURN_RESULT, _return),
    "withdraw": Kind(_A.WITHDRAW, lambda s, d: release.withdraw(s, WithdrawDossier(d.target, "rút"), **d.by)),
    "stop": Kind(_A.STOP, lambda s, d: stopping.stop(s, StopDossier(d.target, "dừng", "Điều 10"), **d.by)),
}
LAST = {"cancel", "withdraw", "stop"}  # tried without being offered, or no dossier would get old
RARE = (
    "approve",
    "refuse apology",
    "confirm result",
)  # take two people in turn: offered more often than once
PEOPLE = ("clerk", "clerk", "leader", "officer", "officer", "head", "controller", "stranger")

WHOEVER = {"print"}  # looks at no version


@dataclass
class Record:
    """What all examples of a run have done: for the oracle at the end, and to show that it was something."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


_ITS_CODE = Dossier.code == bindparam("code")
_DOSSIER = select(Dossier).where(_ITS_CODE)
_events = select(func.count()).where(DossierEvent.dossier_id == Dossier.id).scalar_subquery()
_WHOLE = select(Dossier.__table__, _events).where(_ITS_CODE)
_COLUMNS = [inspect(Dossier).get_property_by_column(column).key for column in Dossier.__table__.columns]
_SOURCE_KIND = select(Source.kind).where(Source.id == bindparam("source_id"))
_SECOND_DATES = select(func.count()).where(
    Apology.dossier_id == bindparam("dossier_id"), Apology.state == ApologyState.APPROVED
)


@dataclass(frozen=True)
class Standing:
    """A dossier as it was last seen: its row with the number of its events, and what the table asks of it."""

    row: tuple[Any, ...]  # taken from `dossier`, which has just been read: it is wide, and asked for once
    dossier: Dossier
    kinds: list[EventKind]
    source: SourceKind
    underway: Underway | None
    steps: StepStanding
    paused: bool


class Life(RuleBasedStateMachine):
    """A desk at which time passes."""

    codes = Bundle("codes")

    def __init__(self, database: Database, office: Office, leader: Worker, record: Record) -> None:
        super().__init__()
        self.database, self.office, self.leader, self.record = database, office, leader, record
        self.now = BEGIN
        self.forms: dict[str, ReceiveDossier] = {}
        self.seen: dict[str, list[int]] = {}
        self.stands: dict[str, Standing] = {}
        self.permitted: dict[tuple[str, frozenset[int]], frozenset[Permission]] = {}
        self.unanswered: list[str] = []  # whose answer got lost on its way: the browser sends again

    @precondition(lambda self: len(self.seen) < DESK)
    @rule(target=codes, number=st.integers(0, 9))
    def receive(self, number: int) -> str:
        form = ReceiveDossier(secrets.token_hex(16), self.office.ward, _facts(number), self.now)
        with self.database.transaction() as session:
            made = reception.receive(session, form, actor=self.office.clerk, now=self.now)
        self.forms[made.code], self.seen[made.code] = form, []
        self.unanswered.append(made.code)
        self.record.acknowledged[form.submission_key] = made.code
        self._holds(made.code)
        return made.code

    @rule(
        code=codes,
        minutes=st.sampled_from((0, 1, 20, 240)) | st.integers(1, LONGEST_PAUSE),
        who=st.sampled_from(PEOPLE),
        freely=st.sampled_from((False, False, False, True)),
        pages_ago=st.sampled_from((0, 0, 0, 0, 1, 3)),
        back=st.sampled_from((0, 0, 0, 90, 2000)),
        data=st.data(),
    )
    def something_is_done(
        self,
        code: str,
        minutes: int,
        who: str,
        freely: bool,
        pages_ago: int,
        back: int,
        data: st.DataObject,
    ) -> None:
        self.now += dt.timedelta(minutes=minutes)
        offered = [] if freely else self._offered(code, who)
        name = data.draw(st.sampled_from(offered or sorted(DEEDS)))
        pages = self.seen[code]
        page = pages[max(-len(pages), -1 - pages_ago)]
        person = self._person(who)
        deed = Deed(Target(code, page), self.office, person, self.now, dt.timedelta(minutes=back))
        stale = any(kind not in HARMLESS for kind in self.stands[code].kinds[page:])
        try:
            with self.database.transaction() as session:
                DEEDS[name].do(session, deed)
        except RefusedUse as refusal:
            self.record.refused[type(refusal).__name__] += 1
            self._is_as_it_was(code)
        else:
            assert not stale or name in WHOEVER, f"{name} from a page that was out of date"
            assert who != "stranger"
            self.record.done[name] += 1
            self._holds(code)

    @precondition(lambda self: self.unanswered)
    @rule()
    def the_same_form_comes_again(self) -> None:
        code = self.unanswered.pop()
        with pytest.raises(DuplicateSubmission) as known, self.database.transaction() as session:
            reception.receive(session, self.forms[code], actor=self.office.clerk, now=self.now)
        assert known.value.outcome == code
        self.record.done["double post"] += 1

    def _offered(self, code: str, who: str) -> list[str]:
        """What the table offers this person just now: without it most attempts would be refused."""
        person, stands = self._person(who), self.stands[code]
        handing = handing_for(stands.underway, person.user_id, person.memberships)
        its = circumstances(
            stands.dossier, stands.source, reversed(stands.kinds), self.now, handing, stands.steps,
            paused=stands.paused,
        )  # fmt: skip
        allowed = allowed_actions(
            stands.dossier.state, self._permitted(who, stands.dossier), circumstances=its
        )
        offered = [name for name, kind in DEEDS.items() if kind.action in allowed]
        offered = [name for name in offered if name not in LAST] or offered
        return offered + [name for name in offered if name in RARE] * 4

    def _permitted(self, who: str, dossier: Dossier) -> frozenset[Permission]:
        key = who, acting.agency_ids(dossier)
        if key not in self.permitted:
            with self.database.reading() as session:
                self.permitted[key] = acting.permitted(session, self._person(who), dossier)
        return self.permitted[key]

    def _person(self, who: str) -> Worker:
        person: Worker = self.leader if who == "leader" else getattr(self.office, who)
        return person

    def _holds(self, code: str) -> None:
        """Something has been done: what must hold of a dossier holds of this one."""
        with self.database.reading() as session:
            dossier = session.execute(_DOSSIER, {"code": code}).scalar_one()
            kinds = kinds_of(session, dossier)
            assert dossier.version == len(kinds)
            assert dossier.state in verify.states_after(kinds), kinds
            assert_dates_follow_from_events(session, dossier)
            approved = session.execute(_SECOND_DATES, {"dossier_id": dossier.id}).scalar_one()
            assert approved == kinds.count(EventKind.REAPPOINTED) <= 1
            self.seen[code].append(dossier.version)
            self.stands[code] = Standing(
                (*(getattr(dossier, name) for name in _COLUMNS), len(kinds)), dossier, kinds,
                session.execute(_SOURCE_KIND, {"source_id": dossier.source_id}).scalar_one(),
                underway_of(handovers.standing(session, dossier.id)), processes.standing(session, dossier.id),
                paused=pauses.open_on(session, dossier.id) is not None,
            )  # fmt: skip

    def _is_as_it_was(self, code: str) -> None:
        """A deed was refused: not a column has changed, and nothing more has happened."""
        stands = self.stands[code]
        with self.database.reading() as session:
            assert session.execute(_WHOLE, {"code": code}).one() == stands.row
        self.seen[code].append(stands.dossier.version)


@pytest.fixture
def leader(database: Database, office: Office) -> Worker:
    """A second person at the desk's agency: what one sends, another confirms."""
    with database.transaction() as session:
        return hire(session, "Hoàng Văn Chủ Tịch", Role.HEAD_OF_AGENCY, office.ward)


Lives = Callable[[settings], None]


@pytest.fixture
def lived(database: Database, office: Office, leader: Worker, keyring: Keyring) -> Lives:
    """Live as the settings say, then hold everything against the oracle."""

    def live(how: settings) -> None:
        record = Record()
        run_state_machine_as_test(
            lambda: Life(database, office, leader, record),
            settings=settings(how, suppress_health_check=list(HealthCheck)),
        )
        assert verify.receptions(database.engine, record.acknowledged) == []
        with database.reading() as session:
            assert trailchecks.verify(session, keyring.all(), trailchecks.Span()).breaks == []
            states = set(session.execute(select(Dossier.state).distinct()).scalars())
        # Nothing is shown by a machine that stood still.
        never = {*DEEDS, "double post"} - record.done.keys()
        assert not never, f"never done: {never}"
        assert record.refused.keys() >= {"NotNow", "NotAllowed", "StaleVersion", "NotFound"}
        assert states >= {State.PROCESSING, State.FINISHED, State.RETURNED, State.WITHDRAWN, State.STOPPED}

    return live


@pytest.mark.long
def test_whatever_is_done_in_whatever_order_the_dossiers_stay_right(lived: Lives) -> None:
    """The same lives each time: whether each deed has been done at all must not be left to chance."""
    lived(settings(max_examples=EXAMPLES, stateful_step_count=STEPS, derandomize=True, database=None))


@pytest.mark.evidence
def test_many_more_lives_of_other_kinds_stay_right(lived: Lives) -> None:
    lived(settings(max_examples=2000, stateful_step_count=100, database=None))
