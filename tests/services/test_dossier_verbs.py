"""What may be done to a dossier after its reception, by whom, and what it leaves in the history."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tests.support.desk import Office, Worker, new_key, open_office
from tests.support.moments import at
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow, StaleVersion
from tthc_tracker.domain.lifecycle import (
    Channel,
    EventKind,
    FinishClass,
    ResultKind,
    ReturnMethod,
    State,
)
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries import dossiers
from tthc_tracker.services import processing, reception, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.processing import AssignDossier, HandOverDossier, NoteDossier
from tthc_tracker.services.reception import ReceiveDossier
from tthc_tracker.services.release import (
    FinishDossier,
    NoteDigitised,
    ReopenDossier,
    ReturnResult,
    WithdrawDossier,
)

RECEIVED = at("Mon 2026-11-16 09:00")
LATER = at("Tue 2026-11-17 10:00")
DUE = at("Thu 2026-11-19 09:00")


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


@pytest.fixture
def code(database: Database, office: Office) -> str:
    """A dossier received on Monday, due on Thursday."""
    with database.transaction() as session:
        facts = ReceptionFacts("1.004873", Party("Nguyễn Văn An", id_number="044093001234"))
        command = ReceiveDossier(new_key(), office.ward, facts, RECEIVED)
        return reception.receive(session, command, actor=office.clerk, now=RECEIVED).code


def stored(database: Database, code: str) -> Dossier:
    with database.reading() as session:
        return session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()


def kinds(database: Database, code: str) -> list[EventKind]:
    with database.reading() as session:
        statement = select(DossierEvent.kind).join(Dossier).where(Dossier.code == code)
        return list(session.execute(statement.order_by(DossierEvent.seq)).scalars())


def finish(
    database: Database,
    code: str,
    person: Worker,
    now: dt.datetime,
    *,
    kind: ResultKind = ResultKind.GRANTED,
    reason: str = "",
    finished_at: dt.datetime | None = None,
    electronic: bool | None = None,
    digitised: bool | None = None,
) -> None:
    command = FinishDossier(Target(code, None), kind, "", None, reason, finished_at, electronic, digitised)
    with database.transaction() as session:
        release.finish(session, command, person=person, now=now)


def give_back(database: Database, code: str, person: Worker, now: dt.datetime) -> None:
    command = ReturnResult(Target(code, None), "Nguyễn Văn An", ReturnMethod.COUNTER)
    with database.transaction() as session:
        release.return_result(session, command, person=person, now=now)


def test_a_dossier_goes_from_reception_to_return_with_an_event_a_step(
    database: Database, office: Office, code: str
) -> None:
    target = Target(code, None)
    with database.transaction() as session:
        command = AssignDossier(target, office.land_unit, office.officer.user_id)
        processing.assign(session, command, person=office.clerk, now=LATER)
    finish(database, code, office.officer, at("Wed 2026-11-18 11:00"))
    give_back(database, code, office.clerk, at("Thu 2026-11-19 08:00"))
    dossier = stored(database, code)
    assert (dossier.state, dossier.finish_class) == (State.RETURNED, FinishClass.EARLY)
    assert (dossier.due_at, dossier.returned_to) == (DUE, "Nguyễn Văn An")
    assert kinds(database, code) == [
        EventKind.RECEIVED,
        EventKind.ASSIGNED,
        EventKind.FINISHED,
        EventKind.RETURNED,
    ]
    assert dossier.version == 4


def test_working_minutes_leave_nights_and_the_lunch_break_out(
    database: Database, office: Office, code: str
) -> None:
    finish(database, code, office.officer, at("Tue 2026-11-17 10:00"))
    assert stored(database, code).worked_minutes == (150 + 210) + 180


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        pytest.param(at("Wed 2026-11-18 16:59"), FinishClass.EARLY, id="the day before"),
        pytest.param(at("Thu 2026-11-19 16:59"), FinishClass.ON_TIME, id="after the hour on the due date"),
        pytest.param(at("Fri 2026-11-20 07:00"), FinishClass.LATE, id="the day after"),
    ],
)
def test_a_day_limit_is_classed_by_date(
    database: Database, office: Office, code: str, finished: dt.datetime, expected: FinishClass
) -> None:
    finish(database, code, office.officer, finished)
    assert stored(database, code).finish_class is expected


def test_handing_over_leaves_the_officer_to_the_next_unit(
    database: Database, office: Office, code: str
) -> None:
    with database.transaction() as session:
        command = AssignDossier(Target(code, None), office.land_unit, office.officer.user_id)
        processing.assign(session, command, person=office.clerk, now=LATER)
    with database.transaction() as session:
        command = HandOverDossier(Target(code, None), office.civil_unit, "chuyển đúng phòng")
        processing.hand_over(session, command, person=office.officer, now=LATER)
    dossier = stored(database, code)
    assert (dossier.holding_unit_id, dossier.officer_id, dossier.held_since) == (
        office.civil_unit,
        None,
        LATER,
    )


def test_a_note_keeps_its_text_apart_from_the_event(database: Database, office: Office, code: str) -> None:
    with database.transaction() as session:
        command = NoteDossier(Target(code, None), "gọi ông An 0912345678")
        processing.note(session, command, person=office.officer, now=LATER)
    with database.reading() as session:
        dossier_id = stored(database, code).id
        seen = dossiers.history(session, dossier_id, with_private=True)[0]
        masked = dossiers.history(session, dossier_id, with_private=False)[0]
    assert (seen.facts, seen.private) == ({}, {"note": "gọi ông An 0912345678"})
    assert masked.private is None


def test_a_form_made_before_somebody_elses_change_is_stale(
    database: Database, office: Office, code: str
) -> None:
    with database.transaction() as session:
        processing.note(session, NoteDossier(Target(code, 1), "một"), person=office.clerk, now=LATER)
    with pytest.raises(StaleVersion), database.transaction() as session:
        processing.note(session, NoteDossier(Target(code, 1), "hai"), person=office.officer, now=LATER)
    assert stored(database, code).version == 2


def test_who_sees_nothing_of_a_dossier_is_told_it_is_not_there(
    database: Database, office: Office, code: str
) -> None:
    with pytest.raises(NotFound):
        finish(database, code, office.stranger, LATER)


@pytest.mark.parametrize("who", ["controller", "auditor"])
def test_a_superior_reads_but_does_not_do_the_units_work(
    database: Database, office: Office, code: str, who: str
) -> None:
    with pytest.raises(NotAllowed):
        finish(database, code, getattr(office, who), LATER)


def test_a_result_is_returned_only_when_there_is_one(database: Database, office: Office, code: str) -> None:
    with pytest.raises(NotNow):
        give_back(database, code, office.clerk, LATER)


def test_a_refusal_needs_its_reason_and_counts_as_a_result(
    database: Database, office: Office, code: str
) -> None:
    with pytest.raises(InvalidInput):
        finish(database, code, office.officer, LATER, kind=ResultKind.REFUSED)
    finish(database, code, office.officer, LATER, kind=ResultKind.REFUSED, reason="Không đủ điều kiện")
    dossier = stored(database, code)
    assert (dossier.state, dossier.result_kind, dossier.finish_class) == (
        State.FINISHED, ResultKind.REFUSED, FinishClass.EARLY,
    )  # fmt: skip


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(RECEIVED - dt.timedelta(hours=1), id="before acceptance"),
        pytest.param(DUE, id="in the future"),
    ],
)
def test_a_finish_is_noted_only_between_acceptance_and_now(
    database: Database, office: Office, code: str, moment: dt.datetime
) -> None:
    with pytest.raises(InvalidInput):
        finish(database, code, office.officer, LATER, finished_at=moment)


def test_a_finish_taken_back_lets_the_clock_run_as_before(
    database: Database, office: Office, code: str
) -> None:
    before = stored(database, code)
    finish(database, code, office.officer, LATER)
    with database.transaction() as session:
        release.reopen(session, ReopenDossier(Target(code, None), "nhầm"), person=office.officer, now=LATER)
    after = stored(database, code)
    assert (after.closed_at, after.finish_class, after.due_at) == (None, None, before.due_at)
    assert after.next_check_at is not None


@pytest.mark.parametrize("electronic", [True, False, None])
def test_what_came_online_was_electronic_throughout_if_its_finish_says_so(
    database: Database, office: Office, code: str, electronic: bool | None
) -> None:
    with database.transaction() as session:
        online = {"channel": Channel.ONLINE, "fully_electronic": None}
        session.execute(update(Dossier).where(Dossier.code == code).values(online))
    finish(database, code, office.officer, LATER, electronic=electronic)
    assert stored(database, code).fully_electronic is electronic
    with database.transaction() as session:
        release.reopen(session, ReopenDossier(Target(code, None), "nhầm"), person=office.officer, now=LATER)
    assert stored(database, code).fully_electronic is None


def test_what_was_handed_in_on_paper_was_not(database: Database, office: Office, code: str) -> None:
    with pytest.raises(InvalidInput, match="nộp bằng giấy"):
        finish(database, code, office.officer, LATER, electronic=True)
    finish(database, code, office.officer, LATER, electronic=False)
    assert stored(database, code).fully_electronic is False


@pytest.mark.parametrize(
    ("electronic", "said", "kept"),
    [
        pytest.param(None, True, True, id="a copy is kept"),
        pytest.param(None, False, False, id="none is"),
        pytest.param(None, None, None, id="nobody said"),
        pytest.param(True, None, True, id="an electronic result needs none"),
    ],
)
def test_a_finish_says_whether_its_result_is_kept_digitised(
    database: Database,
    office: Office,
    code: str,
    electronic: bool | None,
    said: bool | None,
    kept: bool | None,
) -> None:
    with database.transaction() as session:
        online = {"channel": Channel.ONLINE, "fully_electronic": None}
        session.execute(update(Dossier).where(Dossier.code == code).values(online))
    finish(database, code, office.officer, LATER, electronic=electronic, digitised=said)
    assert stored(database, code).result_digitised is kept
    with pytest.raises(InvalidInput, match="ghi như vậy rồi"):
        _note_digitised(database, office, code, digitised=kept)
    with database.transaction() as session:
        release.reopen(session, ReopenDossier(Target(code, None), "nhầm"), person=office.officer, now=LATER)
    assert stored(database, code).result_digitised is None
    with pytest.raises(InvalidInput, match="không phải số hóa nữa"):
        finish(database, code, office.officer, LATER, electronic=True, digitised=False)


def test_what_was_said_of_a_result_is_put_right_and_told(
    database: Database, office: Office, code: str
) -> None:
    with pytest.raises(NotNow):
        _note_digitised(database, office, code, digitised=True)
    finish(database, code, office.officer, LATER)
    for digitised in (True, False, None):
        _note_digitised(database, office, code, digitised=digitised)
        assert stored(database, code).result_digitised is digitised
    with pytest.raises(NotAllowed):
        _note_digitised(database, office, code, digitised=True, person=office.auditor)
    with database.reading() as session:
        told = select(DossierEvent.facts).where(DossierEvent.kind == EventKind.RESULT_DIGITISED)
        facts = session.execute(told.order_by(DossierEvent.seq)).scalars().all()
    assert [one["result_digitised"] for one in facts] == [[None, True], [True, False], [False, None]]
    with database.transaction() as session:  # that it was said is no act on the dossier
        release.reopen(session, ReopenDossier(Target(code, None), "nhầm"), person=office.officer, now=LATER)


def _note_digitised(
    database: Database, office: Office, code: str, *, digitised: bool | None, person: Worker | None = None
) -> None:
    command = NoteDigitised(Target(code, None), digitised)
    with database.transaction() as session:
        release.note_digitised(session, command, person=person or office.officer, now=LATER)


def test_a_withdrawal_closes_on_the_decision(database: Database, office: Office, code: str) -> None:
    with database.transaction() as session:
        command = WithdrawDossier(Target(code, None), "người nộp xin rút")
        release.withdraw(session, command, person=office.clerk, now=LATER)
    dossier = stored(database, code)
    assert (dossier.state, dossier.closed_at) == (State.WITHDRAWN, LATER)


def _update(session: object, code: str) -> None:
    session.execute(DossierEvent.__table__.update().values(reason="đổi"))


def _delete_event(session: object, code: str) -> None:
    session.execute(DossierEvent.__table__.delete())


def _delete_dossier(session: object, code: str) -> None:
    session.execute(Dossier.__table__.delete())


@pytest.mark.parametrize(
    "tamper", [_update, _delete_event, _delete_dossier], ids=["change", "delete", "dossier"]
)
def test_the_database_itself_refuses_to_rewrite_history(
    database: Database, office: Office, code: str, tamper: Callable[[object, str], None]
) -> None:
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        tamper(session, code)
