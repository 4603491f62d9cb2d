"""Register a dossier that waits for the desk's answer: brought by post, or submitted online."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError, InvalidInput, NotAllowed
from tthc_tracker.domain.lifecycle import REGISTRATION, Channel, State
from tthc_tracker.domain.permissions import may_act
from tthc_tracker.domain.receptionfacts import ReceptionFacts
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import deadlines, events, reception, receptionfacts, search, submissions
from tthc_tracker.services.acting import Person

ACTION = "register"


@dataclass(frozen=True)
class RegisterDossier:
    """A dossier that cannot be accepted at once. `facts.arrived_at`: when it was submitted, or when the post
    brought it (None: now); the reception clock counts from there."""

    submission_key: str
    receiving_agency_id: int
    facts: ReceptionFacts


def register(
    session: Session, command: RegisterDossier, *, person: Person, now: dt.datetime, secret: str = ""
) -> Dossier:
    """Register: persons, code, the first round of the reception clock, its first event.

    `secret`: what receipt tokens are derived from.

    Raises:
        DuplicateSubmission, ConflictingSubmission: the form's key was used. NotAllowed: not this person's
        desk. InvalidInput: a field, by its name in ReceptionFacts. CodeSeriesExhausted: no number left.
    """
    content = submissions.fingerprint(asdict(command))
    key = command.submission_key
    submissions.claim(session, key, user_id=person.user_id, action=ACTION, content=content, now=now)
    desk = command.receiving_agency_id
    if not may_act(person.memberships, REGISTRATION.permission, {desk}, lambda one: subtree(session, one)):
        raise NotAllowed(f"agency {desk}")
    moment = now.replace(second=0, microsecond=0)
    facts = receptionfacts.checked(command.facts, moment, online=True)
    if facts.arrived_at is None:
        raise InvalidInput("channel", "Hồ sơ nộp tại quầy được tiếp nhận ngay, không đăng ký chờ.")
    places = receptionfacts.places(session, desk, facts, moment.date())
    dossier = reception.new_dossier(session, facts, places, person, moment, now)
    dossier.state, dossier.received_by_id = State.REGISTERED, None
    if facts.channel is Channel.ONLINE:
        dossier.submitted_at, dossier.arrived_at = facts.arrived_at, None
    reception.write_new(session, dossier, facts, places.receiving, moment.date(), secret)
    session.flush()
    open_round(session, dossier, facts.arrived_at, field="arrived_at")
    events.append(
        session, dossier, REGISTRATION.event, actor=events.Actor(person.user_id, person.name), now=now,
        occurred_at=facts.arrived_at,
        facts={"procedure": facts.procedure_code, "channel": facts.channel.value},
        private=reception.remarks(facts),
    )  # fmt: skip
    names = receptionfacts.names(facts)
    search.index_dossier(session, dossier.id, names, reception.agencies_of(dossier), dossier.code)
    submissions.settle(session, key, kind="dossier", result=dossier.code, now=now)
    return dossier


def open_round(session: Session, dossier: Dossier, started_at: dt.datetime, *, field: str) -> None:
    """Start a round of the reception clock, or say in that field's words why it cannot be counted."""
    try:
        deadlines.open_reception_round(session, dossier, started_at)
    except CalendarHorizonError as error:
        raise InvalidInput(
            field,
            f"Chưa tính được hạn tiếp nhận: chưa có lịch làm việc năm {error.year}. "
            "Hãy báo quản trị viên nạp lịch.",
        ) from None
