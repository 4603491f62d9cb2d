"""What holds the clock of an accepted dossier, what it does to the promise; that it fools nobody."""

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.desk import Office, new_key, open_office
from tests.support.lives import assert_dates_follow_from_events, kinds_of, pauses_of
from tests.support.moments import at, on
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.errors import InvalidInput, NotNow
from tthc_tracker.domain.lifecycle import EventKind, FinishClass, ResultKind, State
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.domain.receptionfacts import Paper, Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.alert import Alert, OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.pausing import PauseRule
from tthc_tracker.models.reception import SupplementRequest
from tthc_tracker.services import pausing, reception, release, stopping
from tthc_tracker.services.acting import Target
from tthc_tracker.services.pausing import PauseDossier, ResumeDossier
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import FinishDossier, ReopenDossier, WithdrawDossier
from tthc_tracker.services.stopping import StopDossier
from tthc_tracker.services.supplements import AskSupplement

RECEIVED = at("Mon 2026-11-16 09:00")
DUE = at("Thu 2026-11-19 09:00")
TUESDAY = at("Tue 2026-11-17 09:00")
MAIL = "mail.example.invalid"


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def receive(
    session: Session, office: Office, now: dt.datetime = RECEIVED, code: str = "1.004873", email: str = ""
) -> Dossier:
    facts = ReceptionFacts(code, Party("Nguyễn Văn An", id_number="044093001234", email=email))
    made = reception.receive(
        session, ReceiveDossier(new_key(), office.ward, facts, now), actor=office.clerk, now=now
    )
    return session.get_one(Dossier, made.dossier_id)


def ask(session: Session, office: Office, dossier: Dossier, now: dt.datetime, **changes: Any) -> None:
    facts: dict[str, Any] = {
        "papers": (Paper("Tờ khai", 1, 0, 0),), "content": "", "reason": "thiếu tờ khai", "basis": "Điều 5",
        "reply_by": now.date() + dt.timedelta(days=20),
    }  # fmt: skip
    command = AskSupplement(Target(dossier.code, None), **(facts | changes))
    pausing.ask_supplement(session, command, person=office.officer, now=now, mail_domain=MAIL)


def hold(
    session: Session, office: Office, dossier: Dossier, now: dt.datetime,
    reason: PauseReason = PauseReason.PAYMENT, **changes: Any,
) -> None:  # fmt: skip
    facts: dict[str, Any] = {
        "note": "chờ", "basis": "", "reply_by": now.date() + dt.timedelta(days=10),
        "asked_of": "Sở Tư pháp" if reason is PauseReason.OPINION else "",
    }  # fmt: skip
    command = PauseDossier(Target(dossier.code, None), reason, **(facts | changes))
    pausing.pause(session, command, person=office.officer, now=now, mail_domain=MAIL)


def resume(
    session: Session, office: Office, dossier: Dossier, now: dt.datetime, came: dt.datetime | None = None
) -> Any:
    command = ResumeDossier(Target(dossier.code, None), came)
    return pausing.resume(session, command, person=office.clerk, now=now, mail_domain=MAIL)


def finish(
    session: Session, office: Office, dossier: Dossier, now: dt.datetime,
    kind: ResultKind = ResultKind.GRANTED, finished_at: dt.datetime | None = None,
) -> None:  # fmt: skip
    command = FinishDossier(Target(dossier.code, None), kind, reason="không bổ sung", finished_at=finished_at)
    release.finish(session, command, person=office.officer, now=now)


def letters(session: Session) -> list[str]:
    return list(session.execute(select(OutboxMessage.kind).order_by(OutboxMessage.id)).scalars())


@pytest.mark.parametrize(
    ("asked", "answered", "due", "policy"),
    [
        pytest.param(
            at("Thu 2026-11-19 08:00"), at("Mon 2026-11-23 09:00"), at("Fri 2026-11-27 09:00"),
            PausePolicy.RESTART,
            id="on the third working day the limit begins anew",
        ),
        pytest.param(
            at("Fri 2026-11-20 08:00"), at("Mon 2026-11-23 08:00"), at("Wed 2026-12-02 09:00"),
            PausePolicy.RESUME,
            id="on the fourth it goes on, and the request is flagged",
        ),
    ],
)  # fmt: skip
def test_a_supplement_restarts_the_limit_only_within_three_working_days(
    office: Office, write: Session, asked: dt.datetime, answered: dt.datetime, due: dt.datetime,
    policy: PausePolicy,
) -> None:  # fmt: skip
    code = "1.004873" if policy is PausePolicy.RESTART else _longer(write)
    dossier = receive(write, office, code=code)
    ask(write, office, dossier, asked)
    assert (dossier.state, dossier.paused_since) == (State.AWAITING_SUPPLEMENT, asked)
    resume(write, office, dossier, answered)
    (row,) = pauses_of(write, dossier)
    assert (row.policy, row.asked_late, row.ended_at) == (policy, policy is PausePolicy.RESUME, answered)
    assert (dossier.due_at, dossier.state, dossier.paused_since) == (due, State.PROCESSING, None)


def _longer(session: Session) -> str:
    """The same procedure with a limit of ten working days for all."""
    from tthc_tracker.models.procedure import Procedure, ProcedureLimit, ProcedureVersion

    limit = session.execute(
        select(ProcedureLimit)
        .join(ProcedureVersion, ProcedureVersion.id == ProcedureLimit.version_id)
        .join(Procedure, Procedure.id == ProcedureVersion.procedure_id)
        .where(Procedure.code == "1.004873")
    ).scalars().first()  # fmt: skip
    assert limit is not None
    limit.promised_amount = 10
    return "1.004873"


def test_a_pause_over_tet_costs_the_applicant_nothing_and_gains_the_agency_nothing(
    office: Office, write: Session
) -> None:
    dossier = receive(write, office, at("Wed 2026-02-11 09:00"))
    assert dossier.due_at == at("Mon 2026-02-23 09:00")
    hold(write, office, dossier, at("Fri 2026-02-13 16:00"))
    resume(write, office, dossier, at("Mon 2026-02-23 08:00"))
    assert dossier.due_at == at("Mon 2026-02-23 11:00")  # an hour on Friday, half an hour and some on Monday


def test_resumed_outside_hours_only_working_time_counts(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    hold(write, office, dossier, at("Tue 2026-11-17 16:30"))
    moved = resume(write, office, dossier, at("Wed 2026-11-18 08:00"), came=at("Tue 2026-11-17 22:00"))
    assert moved == pausing.Moved(DUE, at("Thu 2026-11-19 09:30"))
    assert kinds_of(write, dossier) == [
        EventKind.RECEIVED, EventKind.PAUSED, EventKind.RESUMED, EventKind.DUE_CHANGED,
    ]  # fmt: skip


def test_an_opinion_runs_on_with_a_limit_of_its_own(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    hold(write, office, dossier, TUESDAY, PauseReason.OPINION)
    (row,) = pauses_of(write, dossier)
    assert (row.policy, row.asked_of, row.expires_at) == (
        PausePolicy.RUNS, "Sở Tư pháp", at("Sat 2026-11-28 00:00"),
    )  # fmt: skip
    assert (dossier.state, dossier.paused_since) == (State.PROCESSING, None)
    assert resume(write, office, dossier, at("Wed 2026-11-18 09:00")) is None
    assert dossier.due_at == DUE


def test_a_procedure_may_have_a_rule_of_its_own_from_a_day_on(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    for key, valid_from, policy in (
        (0, on("Mon 2026-01-05"), PausePolicy.RUNS),
        (dossier.procedure_id, on("Mon 2026-11-16"), PausePolicy.RESTART),
        (dossier.procedure_id, on("Wed 2026-11-18"), PausePolicy.RUNS),
    ):
        write.add(
            PauseRule(
                reason=PauseReason.SURVEY, procedure_id=key or None, procedure_key=key, valid_from=valid_from,
                policy=policy, lasts_days=5, basis="",
            )
        )  # fmt: skip
    hold(write, office, dossier, TUESDAY, PauseReason.SURVEY)
    assert pauses_of(write, dossier)[0].policy is PausePolicy.RESTART


def test_pauses_never_overlap(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    hold(write, office, dossier, TUESDAY, PauseReason.OPINION)
    for reason in (PauseReason.PAYMENT, PauseReason.POSTING, PauseReason.OPINION):
        with pytest.raises(NotNow):
            hold(write, office, dossier, at("Wed 2026-11-18 09:00"), reason)
    with pytest.raises(NotNow):
        ask(write, office, dossier, at("Wed 2026-11-18 09:00"))
    with pytest.raises(InvalidInput, match="không thể trước khi tạm dừng"):
        resume(write, office, dossier, at("Wed 2026-11-18 09:00"), came=at("Tue 2026-11-17 08:59"))
    with pytest.raises(InvalidInput, match="không thể ở tương lai"):
        resume(write, office, dossier, at("Wed 2026-11-18 09:00"), came=at("Wed 2026-11-18 09:01"))


def test_a_pause_put_down_when_it_is_late_rescues_nothing(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    late = at("Fri 2026-11-20 08:00")
    hold(write, office, dossier, late)
    assert (dossier.paused_since, dossier.due_at) == (None, DUE)
    assert not pauses_of(write, dossier)[0].last_day
    noted = select(DossierEvent.facts).where(DossierEvent.kind == EventKind.PAUSED)
    assert write.execute(noted).scalar_one()["too_late"] is True
    assert resume(write, office, dossier, at("Wed 2026-11-25 08:00")) is None
    finish(write, office, dossier, at("Wed 2026-11-25 09:00"))
    assert (dossier.due_at, dossier.finish_class) == (DUE, FinishClass.LATE)


@pytest.mark.parametrize(
    ("asked", "flagged"),
    [
        pytest.param(at("Wed 2026-11-18 16:00"), False, id="the day before"),
        pytest.param(at("Thu 2026-11-19 07:00"), True, id="the morning of the due date"),
        pytest.param(at("Thu 2026-11-19 23:00"), True, id="the night of the due date"),
    ],
)
def test_a_pause_of_the_last_day_counts_and_is_flagged(
    office: Office, write: Session, asked: dt.datetime, flagged: bool
) -> None:
    dossier = receive(write, office)
    hold(write, office, dossier, asked)
    assert (pauses_of(write, dossier)[0].last_day, dossier.paused_since) == (flagged, asked)


def test_a_supplement_is_asked_once_and_completely(office: Office, write: Session) -> None:
    dossier = receive(write, office, email="an@example.invalid")
    for change in ({"papers": ()}, {"reason": " "}, {"basis": ""}, {"reply_by": TUESDAY.date()}):
        with pytest.raises(InvalidInput):
            ask(write, office, dossier, TUESDAY, **change)
    ask(write, office, dossier, TUESDAY)
    resume(write, office, dossier, at("Wed 2026-11-18 08:00"))
    with pytest.raises(InvalidInput, match="một lần"):
        ask(write, office, dossier, at("Wed 2026-11-18 09:00"))
    ask(write, office, dossier, at("Wed 2026-11-18 09:00"), again_because="giấy nộp bổ sung hết hạn")
    asked = list(write.execute(select(SupplementRequest).order_by(SupplementRequest.seq)).scalars())
    assert [row.again_because for row in asked] == ["", "giấy nộp bổ sung hết hạn"]
    assert letters(write) == ["applicant_supplement", "applicant_new_date", "applicant_supplement"]


def test_a_refusal_while_paused_is_a_result_with_a_deadline(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    ask(write, office, dossier, TUESDAY)
    gone = at("Mon 2026-12-21 09:00")
    with pytest.raises(InvalidInput, match="không thể trước lần tạm dừng"):
        finish(write, office, dossier, gone, ResultKind.REFUSED, at("Tue 2026-11-17 08:00"))
    finish(write, office, dossier, gone, ResultKind.REFUSED)
    assert (dossier.state, dossier.result_kind) == (State.FINISHED, ResultKind.REFUSED)
    assert (dossier.finish_class, pauses_of(write, dossier)[0].ended_at) == (FinishClass.EARLY, gone)
    assert dossier.due_at == at("Thu 2026-12-24 09:00")  # asked on the second day: anew from the answer


def test_what_was_stopped_goes_on_with_the_time_in_between_left_out(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    hold(write, office, dossier, TUESDAY, PauseReason.POSTING)
    command = StopDossier(Target(dossier.code, None), "toà án đang giải quyết", "Điều 10", "văn bản số 5")
    stopped = at("Wed 2026-11-18 09:00")
    stopping.stop(write, command, person=office.clerk, now=stopped)
    assert (dossier.state, dossier.closed_at) == (State.STOPPED, stopped)
    assert dossier.due_at == at("Fri 2026-11-20 09:00")  # the day of posting is left out
    back = at("Fri 2026-11-20 09:00")
    resume(write, office, dossier, back)
    assert (dossier.state, dossier.closed_at, dossier.finish_class) == (State.PROCESSING, None, None)
    assert [(row.started_at, row.ended_at) for row in pauses_of(write, dossier)] == [
        (TUESDAY, stopped), (stopped, back),
    ]  # fmt: skip
    assert dossier.due_at == at("Wed 2026-11-25 09:00")  # the 24th is a day off


def test_what_was_held_or_stopped_in_time_has_not_passed_its_date_when_it_goes_on(
    office: Office, write: Session
) -> None:
    held, stopped = receive(write, office), receive(write, office)
    hold(write, office, held, TUESDAY)
    command = StopDossier(Target(stopped.code, None), "toà án đang giải quyết", "Điều 10", "văn bản số 5")
    stopping.stop(write, command, person=office.clerk, now=TUESDAY)
    for dossier in (held, stopped):
        resume(write, office, dossier, at("Mon 2026-12-07 09:00"))
        assert dossier.due_at == at("Wed 2026-12-09 09:00"), "weeks after its old date"
    write.flush()
    assert write.execute(select(Alert.rule)).scalars().all() == [], "nothing to tell the controller of"


@pytest.mark.parametrize("missing", ["reason", "basis"])
def test_a_stop_has_its_reason_and_its_basis(office: Office, write: Session, missing: str) -> None:
    dossier = receive(write, office)
    command = replace(StopDossier(Target(dossier.code, None), "lý do", "căn cứ"), **{missing: " "})
    with pytest.raises(InvalidInput):
        stopping.stop(write, command, person=office.clerk, now=TUESDAY)


# --- J.3: any history, reckoned from the events alone


def live(session: Session, office: Office, chance: random.Random) -> Dossier:
    """A dossier received at random and worked on at random; every step is taken at its own moment."""
    now = RECEIVED + dt.timedelta(minutes=chance.randrange(20 * 24 * 60))
    dossier = receive(session, office, now, chance.choice(["1.004873", "2.000815"]))
    for _ in range(chance.randrange(7)):
        now += dt.timedelta(minutes=chance.choice([0, 7, 240, 1440, 4000, chance.randrange(15000)]))
        try:
            _step(session, office, dossier, now, chance)
        except (NotNow, InvalidInput):
            continue  # refused: nothing has happened
    return dossier


def _step(
    session: Session, office: Office, dossier: Dossier, now: dt.datetime, chance: random.Random
) -> None:
    target = Target(dossier.code, None)
    back = now - dt.timedelta(minutes=chance.randrange(3000))
    match chance.randrange(9):
        case 0 | 1:
            ask(session, office, dossier, now, again_because="còn thiếu")
        case 2 | 3:
            reason = chance.choice([*pausing.ACTIONS])
            hold(session, office, dossier, now, reason)
        case 4 | 5 | 6:
            resume(session, office, dossier, now, chance.choice([None, back]))
        case 7:
            finish(session, office, dossier, now, finished_at=chance.choice([None, back]))
            if chance.random() < 0.6:
                release.reopen(session, ReopenDossier(target, "nhầm"), person=office.officer, now=now)
        case _:
            if chance.random() < 0.7:
                stopping.stop(session, StopDossier(target, "dừng", "căn cứ"), person=office.clerk, now=now)
            else:
                release.withdraw(session, WithdrawDossier(target, "rút"), person=office.clerk, now=now)


def check(session: Session, dossier: Dossier) -> int:
    """That its dates follow from its events; how many pauses it has had."""
    held = assert_dates_follow_from_events(session, dossier)
    assert dossier.due_at is not None
    assert dossier.first_due_at is not None
    assert dossier.due_at >= dossier.first_due_at
    assert dossier.due_version == 1 + kinds_of(session, dossier).count(EventKind.DUE_CHANGED)
    return held


def lives(session: Session, office: Office, many: int, seed: int) -> int:
    chance = random.Random(seed)
    held = 0
    for _ in range(many):
        held += check(session, live(session, office, chance))
        session.flush()
        session.expunge_all()
    return held


def test_any_history_gives_the_stored_date_from_its_events_alone(office: Office, write: Session) -> None:
    assert lives(write, office, 60, seed=4) > 30


@pytest.mark.evidence
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_histories_give_the_stored_dates(database: Database, office: Office, seed: int) -> None:
    with database.transaction() as session:
        assert lives(session, office, 1000, seed) > 500
