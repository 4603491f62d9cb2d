"""A promise moves by the engine only, with its old and new date in the history, and never silently."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.desk import Office, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent, Pause
from tthc_tracker.services import reception, reckoning
from tthc_tracker.services.events import Actor
from tthc_tracker.services.reception import ReceiveDossier

RECEIVED = at("Mon 2026-11-16 09:00")
DUE = at("Thu 2026-11-19 09:00")


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def receive(session: Session, office: Office, now: dt.datetime = RECEIVED) -> Dossier:
    facts = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="044093001234"))
    command = ReceiveDossier(new_key(), office.ward, facts, now)
    made = reception.receive(session, command, actor=office.clerk, now=now)
    return session.get_one(Dossier, made.dossier_id)


def hold(
    session: Session, dossier: Dossier, start: dt.datetime, end: dt.datetime | None, **more: Any
) -> Pause:
    policy = more.pop("policy", PausePolicy.RESUME)
    pause = Pause(
        dossier_id=dossier.id, policy=policy, reason="payment", started_at=start, ended_at=end, **more
    )
    session.add(pause)
    return pause


def again(session: Session, office: Office, dossier: Dossier, now: dt.datetime) -> reckoning.Moved | None:
    return reckoning.reckon_again(session, dossier, now, actor=Actor(office.clerk.user_id, office.clerk.name))


def moves(session: Session, dossier: Dossier) -> list[dict[str, Any]]:
    statement = select(DossierEvent.facts).where(
        DossierEvent.dossier_id == dossier.id, DossierEvent.kind == EventKind.DUE_CHANGED
    )
    return list(session.execute(statement.order_by(DossierEvent.seq)).scalars())


def test_an_ended_pause_moves_the_promise_with_old_and_new_in_the_history(
    office: Office, write: Session
) -> None:
    dossier = receive(write, office)
    hold(write, dossier, at("Tue 2026-11-17 07:30"), at("Wed 2026-11-18 07:30"))
    moved = again(write, office, dossier, at("Wed 2026-11-18 08:00"))
    new = at("Fri 2026-11-20 09:00")
    assert moved == reckoning.Moved(DUE, new)
    assert (dossier.first_due_at, dossier.due_at, dossier.current_due_at) == (DUE, new, new)
    assert (dossier.late_from, dossier.overdue_from) == (at("Sat 2026-11-21 00:00"),) * 2
    assert (dossier.due_on, dossier.due_version, dossier.paused_since) == (new.date(), 2, None)
    assert dossier.due_soon_from is not None
    assert dossier.due_soon_from > DUE
    assert moves(write, dossier) == [{"due_at": [DUE.isoformat(), new.isoformat()]}]


def test_an_open_pause_holds_the_clock_and_moves_nothing_yet(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    start = at("Tue 2026-11-17 07:30")
    hold(write, dossier, start, None, policy=PausePolicy.RESTART)
    assert again(write, office, dossier, at("Mon 2026-11-23 08:00")) is None
    assert (dossier.due_at, dossier.paused_since, dossier.due_version) == (DUE, start, 1)
    assert moves(write, dossier) == []


@pytest.mark.parametrize(
    ("start", "policy"),
    [
        pytest.param(at("Fri 2026-11-20 08:00"), PausePolicy.RESUME, id="begun when it was late"),
        pytest.param(at("Tue 2026-11-17 08:00"), PausePolicy.RUNS, id="one that does not stop the clock"),
    ],
)
def test_a_pause_that_stops_nothing_leaves_the_clock_running(
    office: Office, write: Session, start: dt.datetime, policy: PausePolicy
) -> None:
    dossier = receive(write, office)
    pause = hold(write, dossier, start, None, policy=policy)
    again(write, office, dossier, at("Fri 2026-11-20 09:00"))
    assert (dossier.paused_since, dossier.due_at) == (None, DUE)
    pause.ended_at = at("Wed 2026-11-25 09:00")
    assert again(write, office, dossier, at("Wed 2026-11-25 09:00")) is None
    assert dossier.due_at == DUE


def test_a_date_that_moves_after_it_had_passed_is_marked_for_the_controller(
    office: Office, write: Session
) -> None:
    dossier = receive(write, office)
    hold(write, dossier, at("Thu 2026-11-19 16:00"), at("Thu 2026-11-19 17:00"))
    again(write, office, dossier, at("Fri 2026-11-20 08:00"))
    assert moves(write, dossier)[0]["after_due"] is True


def test_a_date_does_not_pass_while_a_valid_pause_holds_the_clock(office: Office, write: Session) -> None:
    """A supplement over Tết outlasts most limits: that is no date changed after it had passed."""
    dossier = receive(write, office)
    pause = hold(write, dossier, at("Tue 2026-11-17 07:30"), None)
    again(write, office, dossier, at("Tue 2026-11-17 07:30"))
    pause.ended_at = at("Mon 2026-12-07 07:30")
    moved = again(write, office, dossier, at("Mon 2026-12-07 08:00"))
    assert moved == reckoning.Moved(DUE, at("Wed 2026-12-09 09:00"))
    assert "after_due" not in moves(write, dossier)[0]
    assert write.execute(select(Alert.rule)).scalars().all() == []


def test_a_promise_that_a_source_gave_stays_as_given(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    dossier.due_given = True
    hold(write, dossier, at("Tue 2026-11-17 07:30"), at("Wed 2026-11-18 07:30"))
    assert again(write, office, dossier, at("Wed 2026-11-18 08:00")) is None
    assert (dossier.due_at, moves(write, dossier)) == (DUE, [])


def test_an_unknown_calendar_is_told_and_moves_nothing(office: Office, write: Session) -> None:
    dossier = receive(write, office)
    hold(write, dossier, at("Tue 2026-11-17 07:30"), at("Mon 2029-12-31 07:30"))
    with pytest.raises(InvalidInput, match="chưa có lịch làm việc năm"):
        reckoning.reckon_or_refuse(
            write, dossier, at("Mon 2029-12-31 07:30"), actor=Actor(None, ""), field="at"
        )
    assert dossier.due_at == DUE
