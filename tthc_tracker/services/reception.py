"""Receive a dossier at the desk: one transaction from the form's key to the first event."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.dossiercode import CodePattern
from tthc_tracker.domain.errors import CalendarHorizonError, InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.lifecycle import BIRTH, Channel, State
from tthc_tracker.domain.permissions import may_act
from tthc_tracker.domain.receipttoken import receipt_token, token_hash
from tthc_tracker.domain.receptionfacts import Paper, ReceptionFacts
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.reception import DossierComponent
from tthc_tracker.queries import procedures, settings
from tthc_tracker.queries.procedures import ProcedureChoice
from tthc_tracker.queries.reception import Desk, desk_source
from tthc_tracker.queries.revisions import revisions
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import (
    deadlines,
    events,
    jointreceptions,
    numbering,
    receptionfacts,
    search,
    singlerows,
    submissions,
)
from tthc_tracker.services.acting import Person as Actor

ACTION = "receive"
CHOOSE_CASE = "Hãy chọn trường hợp của thủ tục: thời hạn khác nhau theo trường hợp."
NO_LIMIT = "Danh mục chưa có thời hạn giải quyết của thủ tục này. Hãy báo quản trị viên bổ sung."


@dataclass(frozen=True)
class ReceiveDossier:
    """A dossier handed in at a desk.

    submission_key: 32 hexadecimal digits made with the form. accepted_at: when it was complete, if that was
    not just now (None); never in the future. along_with: the code of the dossier that the same person handed
    in just before, for one receipt of both.
    """

    submission_key: str
    receiving_agency_id: int
    facts: ReceptionFacts
    accepted_at: dt.datetime | None = None
    along_with: str = ""


@dataclass(frozen=True)
class Prepared:
    """A reception that is looked at and reckoned but not written, for one transaction to write.

    read_at: the revisions at which it was read. While they stand a transaction that reads them would come to
    the same, for all that is asked on the way is kept by revision (tests/services/test_preparing.py).
    """

    dossier: Dossier
    facts: ReceptionFacts
    places: receptionfacts.Places
    accepted_at: dt.datetime
    read_at: dict[str, int]


@dataclass(frozen=True)
class Reception:
    """What a reception made."""

    dossier_id: int
    code: str
    accepted_at: dt.datetime
    due_at: dt.datetime


def receive(
    session: Session,
    command: ReceiveDossier,
    *,
    actor: Actor,
    now: dt.datetime,
    secret: str = "",
    prepared: Prepared | None = None,
) -> Reception:
    """Receive: persons, code, dossier, its promise, its first event; all of it or nothing.

    `secret`: what receipt tokens are derived from; without it the receipt carries the code only.
    `prepared`: what `prepare_early` made of the same command.
    Locks, in this order: the form's key, the desk's counter (docs/decisions).

    Raises:
        DuplicateSubmission, ConflictingSubmission: the form's key was used (services.submissions).
        NotAllowed: not this person's desk. InvalidInput: a field, by its name in ReceptionFacts.
        CodeSeriesExhausted: the desk has no number left today.
    """
    claim(session, command.submission_key, command, actor=actor, now=now)
    if prepared is None or prepared.read_at != revisions(session):
        prepared = _prepare(session, command, actor, now)
    return _write(session, command, prepared, actor, now, secret)


def prepare_early(
    session: Session, command: ReceiveDossier, *, actor: Actor, now: dt.datetime
) -> Prepared | None:
    """All of a reception that nothing has to be locked for, in a unit that only reads.

    SQLite has one writer at a time: what is reckoned while others write keeps nobody waiting. None where
    `receive` has to refuse it: after the form's key, which may have been used.
    """
    try:
        return _prepare(session, command, actor, now)
    except (InvalidInput, NotAllowed):
        return None


def claim(session: Session, key: str, command: Any, *, actor: Actor, now: dt.datetime) -> None:
    """Take the form's key for this command, a dataclass: all that a reception form can ask for is one action.

    Raises:
        DuplicateSubmission, ConflictingSubmission: the form's key was used (services.submissions).
    """
    content = submissions.fingerprint(asdict(command))
    submissions.claim(session, key, user_id=actor.user_id, action=ACTION, content=content, now=now)


def receive_claimed(
    session: Session, command: ReceiveDossier, *, actor: Actor, now: dt.datetime, secret: str = ""
) -> Reception:
    """Receive with a key that the caller has claimed; raises what `receive` raises besides."""
    return _write(session, command, _prepare(session, command, actor, now), actor, now, secret)


def _prepare(session: Session, command: ReceiveDossier, actor: Actor, now: dt.datetime) -> Prepared:
    if not may_act(
        actor.memberships, BIRTH.permission, {command.receiving_agency_id}, lambda one: subtree(session, one)
    ):
        raise NotAllowed(f"agency {command.receiving_agency_id}")
    accepted_at = _accepted_at(command, now)
    facts = receptionfacts.checked(command.facts, accepted_at)
    places = receptionfacts.places(session, command.receiving_agency_id, facts, accepted_at.date())
    dossier = new_dossier(session, facts, places, actor, accepted_at, now)
    dossier.case_code = case_on(session, procedure_on(session, facts, accepted_at.date()), facts.case_code)
    promise_or_refuse(session, dossier, accepted_at)
    return Prepared(dossier, facts, places, accepted_at, revisions(session))


def _write(
    session: Session, command: ReceiveDossier, made: Prepared, actor: Actor, now: dt.datetime, secret: str
) -> Reception:
    dossier, facts, accepted_at = made.dossier, made.facts, made.accepted_at
    number = name_new(session, dossier, facts, made.places.receiving, accepted_at.date(), secret)
    _append(session, dossier, facts, actor, now)  # writes the dossier too
    for row in _beside(dossier, facts, made.places.receiving, accepted_at.date(), number):
        singlerows.write(session, row)
    names = receptionfacts.names(facts)
    search.index_dossier(session, dossier.id, names, agencies_of(dossier), dossier.code)
    if facts.channel is Channel.POST:
        assert facts.arrived_at is not None
        deadlines.open_reception_round(session, dossier, facts.arrived_at)
        session.flush()
        deadlines.answer_reception(session, dossier, "receipt", accepted_at)
    if command.along_with:
        jointreceptions.join(session, dossier, facts.applicant, command.along_with, actor=actor)
    submissions.settle(session, command.submission_key, kind="dossier", result=dossier.code, now=now)
    assert dossier.due_at is not None
    return Reception(dossier.id, dossier.code, accepted_at, dossier.due_at)


def _accepted_at(command: ReceiveDossier, now: dt.datetime) -> dt.datetime:
    accepted_at = (command.accepted_at or now).replace(second=0, microsecond=0)
    if accepted_at > now:
        raise InvalidInput("accepted_at", "Thời điểm tiếp nhận không thể ở tương lai.")
    return accepted_at


def procedure_on(session: Session, facts: ReceptionFacts, day: dt.date) -> ProcedureChoice:
    """The procedure in the version of that day.

    Raises:
        InvalidInput: none of that code, or not in force on that day.
    """
    choice = procedures.by_code(session, facts.procedure_code, day) if facts.procedure_code else None
    if choice is None:
        raise InvalidInput(
            "procedure", "Hãy chọn thủ tục trong danh mục: gõ một phần tên hoặc mã rồi chọn một dòng."
        )
    return choice


def case_on(session: Session, procedure: ProcedureChoice, case_code: str) -> str:
    """The case of a procedure's version, which has to be named where it has only such.

    Raises:
        InvalidInput: none of that code, or none named.
    """
    cases = [code for code, _ in procedures.cases_of(session, procedure.version_id)]
    if cases and case_code not in cases:
        raise InvalidInput("case_code", CHOOSE_CASE)
    return case_code


def new_dossier(
    session: Session,
    facts: ReceptionFacts,
    places: receptionfacts.Places,
    actor: Actor,
    held_since: dt.datetime,
    now: dt.datetime,
) -> Dossier:
    """A dossier as the desk takes it, not written yet; the procedure in the version of that day."""
    procedure = procedure_on(session, facts, held_since.date())
    dossier = Dossier(
        version=0,  # the first event makes it 1
        state=State.RECEIVED,
        recorded_at=now,
        source_id=desk_source(session),
        procedure_id=procedure.procedure_id,
        procedure_version_id=procedure.version_id,
        case_code=facts.case_code and case_on(session, procedure, facts.case_code),
        sector_id=procedure.sector_id,
        channel=facts.channel,
        receiving_agency_id=places.receiving.id,
        resolving_agency_id=places.resolving.id,
        returning_agency_id=places.returning.id,
        held_since=held_since,
        received_by_id=actor.user_id,
        arrived_at=facts.arrived_at,
        reception_round=0,
        due_version=1,
        fully_electronic=None if facts.channel is Channel.ONLINE else False,  # handed in on paper
    )
    receptionfacts.put(dossier, facts)
    return dossier


def promise_or_refuse(session: Session, dossier: Dossier, accepted_at: dt.datetime) -> None:
    """Promise a date, or say in the field's words why none can be promised."""
    try:
        deadlines.promise(session, dossier, accepted_at=accepted_at)
    except NotFound:
        raise InvalidInput("procedure", NO_LIMIT) from None
    except CalendarHorizonError as error:
        raise InvalidInput(
            "procedure",
            f"Chưa tính được ngày hẹn trả: chưa có lịch làm việc năm {error.year}. "
            "Hãy báo quản trị viên nạp lịch.",
        ) from None


def write_new(
    session: Session,
    dossier: Dossier,
    facts: ReceptionFacts,
    desk: Desk,
    day: dt.date,
    secret: str,
) -> None:
    """Write a new dossier with its people, its papers, and the desk's next code of the day."""
    number = name_new(session, dossier, facts, desk, day, secret)
    session.add(dossier)
    session.add_all(_beside(dossier, facts, desk, day, number))


def name_new(
    session: Session, dossier: Dossier, facts: ReceptionFacts, desk: Desk, day: dt.date, secret: str
) -> int:
    """Write the people of a new dossier and give it its id and its code; the number in the desk's series."""
    applicant = receptionfacts.person(facts.applicant)
    owner = receptionfacts.person(facts.owner) if facts.owner else applicant
    people = tuple(dict.fromkeys((applicant, owner)))
    dossier.code, names = allocate(session, desk, day, len(people))
    for one, number in zip(people, names.people, strict=True):
        if number is not None:
            one.id = number
        singlerows.write(session, one)
    dossier.applicant_id, dossier.owner_id, dossier.id = applicant.id, owner.id, names.dossier_id
    dossier.receipt_token_hash = token_hash(receipt_token(secret, dossier.code)) if secret else None
    return names.number


def _beside(
    dossier: Dossier, facts: ReceptionFacts, desk: Desk, day: dt.date, number: int
) -> Iterator[DossierCode | DossierComponent]:
    """The rows that stand beside a new dossier: its code, its papers."""
    yield DossierCode(
        code=dossier.code,
        dossier_id=dossier.id,
        kind="primary",
        source_id=dossier.source_id,
        agency_id=desk.id,
        day=day,
        seq=number,
    )
    yield from _papers(dossier.id, facts.papers)


def agencies_of(dossier: Dossier) -> tuple[int, int, int]:
    """Its three organisations."""
    return dossier.receiving_agency_id, dossier.resolving_agency_id, dossier.returning_agency_id


def write_papers(session: Session, dossier_id: int, papers: tuple[Paper, ...]) -> None:
    """Keep the papers handed in, in their order."""
    session.add_all(_papers(dossier_id, papers))


def _papers(dossier_id: int, papers: tuple[Paper, ...]) -> Iterator[DossierComponent]:
    for position, paper in enumerate(papers, start=1):
        yield DossierComponent(dossier_id=dossier_id, position=position, **asdict(paper))


def allocate(session: Session, desk: Desk, day: dt.date, people: int) -> tuple[str, numbering.Names]:
    """The desk's next code of a local day, past those that an import has brought already; and what else a
    dossier of so many people is called by.

    Raises:
        CodeSeriesExhausted: none is left.
    """
    pattern = CodePattern(settings.setting(session, "code_pattern", desk.id, day))
    session.flush()  # a code may wait there, or the desk's counter
    while True:
        names = numbering.next_names(session, desk.id, day, people)
        code = pattern.format(desk.code, day, names.number)
        if not numbering.is_taken(session, code):
            return code, names


def _append(
    session: Session, dossier: Dossier, facts: ReceptionFacts, actor: Actor, now: dt.datetime
) -> None:
    assert dossier.due_at is not None
    events.append(
        session,
        dossier,
        BIRTH.event,
        actor=events.Actor(actor.user_id, actor.name),
        now=now,
        occurred_at=dossier.accepted_at,
        facts={
            "procedure": facts.procedure_code,
            "channel": facts.channel.value,
            "due_at": dossier.due_at.isoformat(),
            "clock": deadlines.terms_of(dossier),
        },
        private=remarks(facts),
    )


def remarks(facts: ReceptionFacts) -> dict[str, str]:
    """What the desk remarked, for the private part of the first event."""
    said = {
        "note": facts.note,
        "no_id_reason": facts.applicant.no_id_reason,
        "owner_no_id_reason": facts.owner.no_id_reason if facts.owner else "",
    }
    return {name: words for name, words in said.items() if words}
