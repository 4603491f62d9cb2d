"""The online queue's answers: each stops its round, says so to the applicant, and leaves an event."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from tests.support.desk import Office, Worker, new_key, open_office
from tests.support.moments import at, on
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import (
    DuplicateSubmission,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotNow,
    StaleVersion,
)
from tthc_tracker.domain.lifecycle import Channel, EventKind, SourceKind, State
from tthc_tracker.domain.onlinequeue import Part
from tthc_tracker.domain.performance import ReceptionRow
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.domain.receptionfacts import Paper, Party, ReceptionFacts
from tthc_tracker.extensions import Database
from tthc_tracker.models.alert import Alert, OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.reception import ReceptionRound, SupplementRequest
from tthc_tracker.queries import onlinequeue
from tthc_tracker.queries.listing import Filters
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.queries.statistics import statutory
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.services import alerts, answering, receptionchanges, registration
from tthc_tracker.services.acting import Target
from tthc_tracker.services.answering import (
    AcceptDossier,
    MarkAtSource,
    NoteResubmission,
    RefuseDossier,
    Sender,
)
from tthc_tracker.services.registration import RegisterDossier
from tthc_tracker.services.supplements import AskSupplement

SUBMITTED = at("Mon 2026-11-16 09:00")
ANSWERED = at("Mon 2026-11-16 15:00")
LATE = at("Tue 2026-11-17 10:00")
BACK = at("Wed 2026-11-18 08:00")
SENDER = Sender("tthc.test", "s" * 64)
PARTY = Party("Nguyễn Văn An", id_number="044093001234", email="an@nguoidan.test")


@pytest.fixture
def office(database: Database) -> Office:
    with database.transaction() as session:
        return open_office(session)


def register(
    database: Database, office: Office, channel: Channel = Channel.ONLINE, moment: dt.datetime = SUBMITTED
) -> str:
    facts = ReceptionFacts("1.004873", PARTY, channel=channel, arrived_at=moment)
    command = RegisterDossier(new_key(), office.ward, facts)
    with database.transaction() as session:
        return registration.register(
            session, command, person=office.clerk, now=moment + dt.timedelta(minutes=5)
        ).code


@pytest.fixture
def code(database: Database, office: Office) -> str:
    """A dossier submitted online on Monday at 9; its reception is due on Tuesday at 9."""
    return register(database, office)


def asked(code: str, **changes: object) -> AskSupplement:
    facts = {
        "papers": (Paper("Giấy tờ nơi cư trú", 0, 1),), "content": "", "reason": "chưa có giấy tờ cư trú",
        "basis": "thành phần hồ sơ đã công bố", "reply_by": on("Mon 2026-11-30"),
    }  # fmt: skip
    return AskSupplement(Target(code, None), **(facts | changes))


def do(
    database: Database, verb: Callable[..., Dossier], command: object, person: Worker, now: dt.datetime
) -> None:
    told = {} if verb in {answering.note_resubmission, answering.mark_at_source} else {"sender": SENDER}
    with database.transaction() as session:
        verb(session, command, person=person, now=now, **told)


def accept(database: Database, office: Office, code: str, now: dt.datetime = ANSWERED) -> None:
    do(database, answering.accept, AcceptDossier(Target(code, None)), office.clerk, now)


def ask(database: Database, office: Office, command: AskSupplement, now: dt.datetime = ANSWERED) -> None:
    do(database, answering.ask_supplement, command, office.clerk, now)


def resubmit(database: Database, office: Office, code: str, now: dt.datetime = BACK) -> None:
    do(database, answering.note_resubmission, NoteResubmission(Target(code, None)), office.clerk, now)


def stored(database: Database, code: str) -> Dossier:
    with database.reading() as session:
        return session.execute(select(Dossier).where(Dossier.code == code)).scalar_one()


def rounds(database: Database) -> list[tuple[int, dt.datetime, dt.datetime | None, str | None]]:
    columns = (
        ReceptionRound.round,
        ReceptionRound.due_at,
        ReceptionRound.answered_at,
        ReceptionRound.answer,
    )
    with database.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(ReceptionRound.round))]


def events(database: Database) -> list[EventKind]:
    with database.reading() as session:
        return list(session.execute(select(DossierEvent.kind).order_by(DossierEvent.seq)).scalars())


def letters(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.execute(select(OutboxMessage.kind).order_by(OutboxMessage.id)).scalars())


def standing(database: Database, now: dt.datetime) -> int:
    """How many late receptions stand after a scan."""
    with database.transaction() as session:
        alerts.raise_due(session, Directory(session), now=now, token=0)
    late = select(Alert.id).where(Alert.rule == Rule.LATE_RECEPTION)
    with database.reading() as session:
        return len(session.execute(late.where(Alert.closed_at.is_(None))).all())


# --- register


def test_a_registered_dossier_waits_with_its_clock_running(database: Database, code: str) -> None:
    dossier = stored(database, code)
    assert (dossier.state, dossier.accepted_at, dossier.due_at) == (State.REGISTERED, None, None)
    assert (dossier.submitted_at, dossier.reception_due_at) == (SUBMITTED, at("Tue 2026-11-17 09:00"))
    assert dossier.next_check_at == dossier.recorded_at  # whatever has happened, the next scan looks
    assert events(database) == [EventKind.REGISTERED]


def test_the_clock_of_a_posted_dossier_counts_from_when_the_post_brought_it(
    database: Database, office: Office
) -> None:
    dossier = stored(database, register(database, office, Channel.POST))
    assert (dossier.arrived_at, dossier.submitted_at) == (SUBMITTED, None)
    assert dossier.reception_due_at == at("Tue 2026-11-17 09:00")


def test_what_is_handed_in_at_the_counter_is_received_not_registered(
    database: Database, office: Office
) -> None:
    with pytest.raises(InvalidInput, match="tại quầy"):
        register(database, office, Channel.COUNTER)


def test_the_same_form_registers_once(database: Database, office: Office) -> None:
    facts = ReceptionFacts("1.004873", PARTY, channel=Channel.ONLINE, arrived_at=SUBMITTED)
    command = RegisterDossier(new_key(), office.ward, facts)
    for _ in range(2):
        with database.transaction() as session:
            if not session.execute(select(Dossier.id)).first():
                registration.register(session, command, person=office.clerk, now=ANSWERED)
                continue
            with pytest.raises(DuplicateSubmission):
                registration.register(session, command, person=office.clerk, now=ANSWERED)


def test_a_desk_registers_for_itself_only(database: Database, office: Office) -> None:
    command = RegisterDossier(
        new_key(), office.ward, ReceptionFacts("1.004873", PARTY, channel=Channel.ONLINE)
    )
    with database.transaction() as session, pytest.raises(NotAllowed):
        registration.register(session, command, person=office.stranger, now=ANSWERED)


# --- accept


def test_accepting_promises_a_date_and_stops_the_round(database: Database, office: Office, code: str) -> None:
    accept(database, office, code)
    dossier = stored(database, code)
    assert (dossier.state, dossier.accepted_at) == (State.RECEIVED, ANSWERED)
    assert dossier.due_at == at("Thu 2026-11-19 15:00")
    assert (dossier.received_by_id, dossier.receipt_token_hash is None) == (office.clerk.user_id, False)
    assert rounds(database) == [(1, at("Tue 2026-11-17 09:00"), ANSWERED, "receipt")]
    assert events(database) == [EventKind.REGISTERED, EventKind.RECEIVED]
    assert letters(database) == ["applicant_receipt"]


def test_accepting_late_closes_the_alert_and_the_round_stays_late(
    database: Database, office: Office, code: str
) -> None:
    assert standing(database, LATE) == 1
    accept(database, office, code, LATE)
    assert standing(database, LATE) == 0
    dossier = stored(database, code)
    assert dossier.reception_answered_at is not None
    assert dossier.reception_late_from is not None
    assert dossier.reception_answered_at > dossier.reception_late_from


def test_accepting_twice_is_refused_by_the_version_and_by_the_state(
    database: Database, office: Office, code: str
) -> None:
    seen = stored(database, code).version
    accept(database, office, code)
    with pytest.raises(StaleVersion):
        do(database, answering.accept, AcceptDossier(Target(code, seen)), office.clerk, ANSWERED)
    with pytest.raises(NotNow):
        accept(database, office, code)


def test_an_accepted_online_dossier_can_be_put_right(database: Database, office: Office, code: str) -> None:
    accept(database, office, code)
    facts = ReceptionFacts("1.004873", Party("Nguyễn Văn Ân", id_number="044093001234"))
    command = receptionchanges.CorrectReception(Target(code, None), facts, "sai tên")
    with database.transaction() as session:
        receptionchanges.correct(session, command, actor=office.clerk, now=LATE)
    assert stored(database, code).channel is Channel.ONLINE
    assert stored(database, code).due_at == at("Thu 2026-11-19 15:00")


# --- ask once and completely


def test_asking_stops_the_round_and_keeps_what_is_missing(
    database: Database, office: Office, code: str
) -> None:
    ask(database, office, asked(code))
    dossier = stored(database, code)
    assert (dossier.state, dossier.accepted_at) == (State.AWAITING_SUPPLEMENT, None)
    assert rounds(database) == [(1, at("Tue 2026-11-17 09:00"), ANSWERED, "supplement")]
    assert standing(database, LATE) == 0
    with database.reading() as session:
        (request,) = onlinequeue.requests(session, dossier.id)
    assert (request.papers, request.reply_by) == (("Giấy tờ nơi cư trú",), on("Mon 2026-11-30"))
    assert letters(database) == ["applicant_supplement"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"papers": ()}, "papers"),
        ({"reason": "  "}, "reason"),
        ({"basis": ""}, "basis"),
        ({"reply_by": ANSWERED.date()}, "reply_by"),
        ({"reply_by": None}, "reply_by"),
        ({"reply_by": on("Fri 2028-12-01")}, "reply_by"),
        ({"content": "x" * 501}, "content"),
    ],
)
def test_an_incomplete_request_is_refused(
    database: Database, office: Office, code: str, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask(database, office, asked(code, **changes))
    assert refused.value.field == field
    assert stored(database, code).state is State.REGISTERED


def test_a_resubmission_opens_a_round_of_its_own(database: Database, office: Office, code: str) -> None:
    ask(database, office, asked(code))
    resubmit(database, office, code)
    dossier = stored(database, code)
    assert (dossier.state, dossier.reception_round) == (State.REGISTERED, 2)
    assert dossier.reception_due_at == at("Thu 2026-11-19 08:00")
    assert dossier.reception_answered_at is None
    accept(database, office, code, at("Wed 2026-11-18 09:00"))
    assert [row[3] for row in rounds(database)] == ["supplement", "receipt"]
    assert events(database) == [
        EventKind.REGISTERED, EventKind.SUPPLEMENT_ASKED, EventKind.RESUBMITTED, EventKind.RECEIVED,
    ]  # fmt: skip


def test_a_late_first_answer_stays_late_in_the_figures_whatever_follows(
    database: Database, office: Office, code: str
) -> None:
    now = at("Wed 2026-11-18 09:00")
    ask(database, office, asked(code), LATE)
    late_once = ReceptionRow(due=1, late=1)
    assert reception_figures(database, now) == late_once
    resubmit(database, office, code)
    assert reception_figures(database, now) == late_once + ReceptionRow(due=1, waiting=1)
    accept(database, office, code, now)
    assert reception_figures(database, now) == late_once + ReceptionRow(due=1, in_time=1)


def reception_figures(database: Database, now: dt.datetime) -> ReceptionRow:
    question = Question(on("Tue 2026-11-17"), on("Thu 2026-11-19"), By.AGENCY, EVERYTHING)
    with database.reading() as session:
        return statutory(session, question, now).total.reception


def test_late_again_after_a_resubmission_is_another_alert(
    database: Database, office: Office, code: str
) -> None:
    assert standing(database, LATE) == 1
    ask(database, office, asked(code), LATE)
    resubmit(database, office, code)
    assert standing(database, at("Thu 2026-11-19 07:30")) == 0
    assert standing(database, at("Thu 2026-11-19 08:00")) == 1


def test_a_second_request_needs_a_reason_and_is_marked(database: Database, office: Office, code: str) -> None:
    ask(database, office, asked(code))
    resubmit(database, office, code)
    with pytest.raises(InvalidInput) as refused:
        ask(database, office, asked(code), BACK)
    assert refused.value.field == "again_because"
    ask(database, office, asked(code, again_because="giấy tờ nộp bổ sung không hợp lệ"), BACK)
    with database.reading() as session:
        repeated = select(SupplementRequest.round).where(SupplementRequest.again_because != "")
        assert session.execute(repeated).scalars().all() == [2]


@pytest.mark.parametrize("moment", [at("Wed 2026-11-18 08:01"), at("Mon 2026-11-16 14:59")])
def test_a_resubmission_lies_between_the_request_and_now(
    database: Database, office: Office, code: str, moment: dt.datetime
) -> None:
    ask(database, office, asked(code))
    command = NoteResubmission(Target(code, None), moment)
    with pytest.raises(InvalidInput):
        do(database, answering.note_resubmission, command, office.clerk, BACK)


def test_accepting_what_waits_for_its_applicant_is_a_round_answered_at_once(
    database: Database, office: Office, code: str
) -> None:
    ask(database, office, asked(code))
    accept(database, office, code, BACK)
    assert [(row[2], row[3]) for row in rounds(database)] == [(ANSWERED, "supplement"), (BACK, "receipt")]


# --- refuse


def test_refusing_ends_the_dossier_outside_the_statistics(
    database: Database, office: Office, code: str
) -> None:
    do(database, answering.refuse, RefuseDossier(Target(code, None), "trái tuyến"), office.clerk, ANSWERED)
    dossier = stored(database, code)
    assert (dossier.state, dossier.closed_at, dossier.accepted_at) == (State.REFUSED, ANSWERED, None)
    assert rounds(database)[0][3] == "refusal"
    assert letters(database) == ["applicant_refusal"]
    with pytest.raises(NotNow):
        accept(database, office, code)


def test_a_refusal_needs_a_reason(database: Database, office: Office, code: str) -> None:
    with pytest.raises(InvalidInput):
        do(database, answering.refuse, RefuseDossier(Target(code, None), " "), office.clerk, ANSWERED)


# --- who, and where


@pytest.mark.parametrize(
    ("who", "error"), [("stranger", NotFound), ("officer", NotAllowed), ("controller", NotAllowed)]
)
def test_only_the_receiving_desk_answers(
    database: Database, office: Office, code: str, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        do(
            database,
            answering.accept,
            AcceptDossier(Target(code, None)),
            getattr(office, who),
            ANSWERED,
        )


def test_a_clerk_of_the_resolving_agency_does_not_answer_for_the_desk(
    database: Database, office: Office, code: str
) -> None:
    with database.transaction() as session:
        session.execute(update(Dossier).values(resolving_agency_id=office.other))
    with pytest.raises(NotAllowed):
        do(database, answering.accept, AcceptDossier(Target(code, None)), office.stranger, ANSWERED)


@pytest.fixture
def mirrored(database: Database, code: str) -> str:
    with database.transaction() as session:
        portal = session.execute(select(Source.id).where(Source.kind == SourceKind.MIRROR).limit(1))
        session.execute(update(Dossier).values(source_id=portal.scalar_one(), source_as_of=SUBMITTED))
    return code


def test_a_mirrored_dossier_is_only_marked_and_its_facts_stay(
    database: Database, office: Office, mirrored: str
) -> None:
    with pytest.raises(NotNow):
        accept(database, office, mirrored)
    before = stored(database, mirrored)
    do(database, answering.mark_at_source, MarkAtSource(Target(mirrored, None)), office.clerk, ANSWERED)
    after = stored(database, mirrored)
    assert (after.state, after.reception_answered_at) == (before.state, None)
    assert events(database)[-1] is EventKind.MARKED_AT_SOURCE
    assert letters(database) == []
    assert counted(database, office) == {Part.MARKED: 1}


def test_the_mark_ends_with_the_next_file(database: Database, office: Office, mirrored: str) -> None:
    do(database, answering.mark_at_source, MarkAtSource(Target(mirrored, None)), office.clerk, ANSWERED)
    with database.transaction() as session:
        session.execute(update(Dossier).values(source_as_of=LATE))
    assert counted(database, office) == {Part.UNANSWERED: 1, Part.LATE: 1}


def test_a_home_dossier_is_answered_not_marked(database: Database, office: Office, code: str) -> None:
    with pytest.raises(NotNow):
        do(database, answering.mark_at_source, MarkAtSource(Target(code, None)), office.clerk, ANSWERED)


def counted(database: Database, office: Office, now: dt.datetime = LATE) -> dict[Part, int]:
    with database.reading() as session:
        counts = onlinequeue.counts(session, Filters(), office.clerk.scope, now)
    return {part: number for part, number in counts.items() if number}


# --- the queue


def test_the_queue_goes_by_the_oldest_deadline_and_says_what_is_left(
    database: Database, office: Office
) -> None:
    moments = [at("Mon 2026-11-16 15:00"), at("Mon 2026-11-16 09:00"), at("Fri 2026-11-13 16:00")]
    third, second, first = (register(database, office, moment=moment) for moment in moments)
    now = at("Tue 2026-11-17 08:00")
    with database.reading() as session:
        rows = onlinequeue.page(session, Part.UNANSWERED, Filters(), office.clerk.scope, now).rows
        menu = onlinequeue.unanswered(session, office.clerk.scope, now)
    assert [(row.code, row.urgency.value, row.minutes) for row in rows] == [
        (first, "late", 120), (second, "soon", 60), (third, "in_time", 300),
    ]  # fmt: skip
    assert menu == (3, 1)
    assert counted(database, office, now) == {Part.UNANSWERED: 3, Part.LATE: 1, Part.SOON: 1}


def test_pages_follow_each_other_without_a_gap(database: Database, office: Office) -> None:
    codes = {register(database, office, moment=SUBMITTED + dt.timedelta(minutes=n % 3)) for n in range(7)}
    seen: list[str] = []
    after = ""
    with database.reading() as session:
        while True:
            found = onlinequeue.page(
                session, Part.UNANSWERED, Filters(), office.clerk.scope, LATE, after=after, size=3
            )
            seen += [row.code for row in found.rows]
            after = found.after
            if not after:
                break
    assert (len(seen), set(seen)) == (7, codes)


def test_the_queue_is_filtered_and_shows_no_other_desks(
    database: Database, office: Office, code: str
) -> None:
    register(database, office, Channel.POST)
    with database.reading() as session:
        posted = onlinequeue.counts(session, Filters(channel=Channel.POST), office.clerk.scope, ANSWERED)
        strangers = onlinequeue.counts(session, Filters(), office.stranger.scope, ANSWERED)
    assert posted[Part.UNANSWERED] == 1
    assert not any(strangers.values())


def test_who_waits_for_his_applicant_stands_apart_with_the_day(
    database: Database, office: Office, code: str
) -> None:
    ask(database, office, asked(code))
    with database.reading() as session:
        (row,) = onlinequeue.page(session, Part.APPLICANT, Filters(), office.clerk.scope, LATE).rows
    assert (row.code, row.reply_by) == (code, on("Mon 2026-11-30"))
    assert counted(database, office) == {Part.APPLICANT: 1}
