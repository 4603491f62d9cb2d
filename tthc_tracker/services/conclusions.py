"""Conclusions of a session: noted with who owes what by when, moved with a reason, done with a result."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import DuplicateSubmission, InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.conclusion import Conclusion
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit, submissions
from tthc_tracker.services.acting import Person
from tthc_tracker.services.supplements import words as checked
from tthc_tracker.wording import conclusions as words

LONGEST_WORDS, LONGEST_DUTY, LONGEST_NOTE = 1000, 200, 500


@dataclass(frozen=True)
class NoteConclusion:
    """What the session of an agency about a quarter concluded. owner: the code of who is to do it."""

    submission_key: str
    agency_id: int
    period: Period
    held_on: dt.date | None
    words: str
    owner: str
    duty: str
    due_on: dt.date | None


def note(session: Session, command: NoteConclusion, *, person: Person, now: dt.datetime) -> int:
    """Put a conclusion down; its number. The same form sent again gives the same.

    Raises:
        NotAllowed: another agency's session. InvalidInput: a field.
    """
    content = submissions.fingerprint(asdict(command))
    try:
        submissions.claim(
            session, command.submission_key, user_id=person.user_id, action="conclusion", content=content,
            now=now,
        )  # fmt: skip
    except DuplicateSubmission as again:
        return int(again.outcome or 0)
    _demand(session, person, command.agency_id)
    if command.held_on is None or command.held_on > now.date():
        raise InvalidInput("held_on", words.NOT_HELD)
    if command.due_on is None or command.due_on <= command.held_on:
        raise InvalidInput("due_on", words.NO_DAY)
    row = Conclusion(
        agency_id=command.agency_id, period_key=command.period.key, held_on=command.held_on,
        words=checked("words", command.words, LONGEST_WORDS, missing=words.NO_WORDS),
        owner_id=_owner(session, command.owner, person),
        duty=checked("duty", command.duty, LONGEST_DUTY),
        first_due_on=command.due_on, due_on=command.due_on, noted_at=now, noted_by_id=person.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    facts = {"period": row.period_key, "due_on": row.due_on.isoformat()}
    _audit(session, "conclusion_noted", row, person, now, facts)
    submissions.settle(session, command.submission_key, kind="conclusion", result=str(row.id), now=now)
    return row.id


def move(
    session: Session,
    conclusion_id: int,
    due_on: dt.date | None,
    reason: str,
    *,
    version: int,
    person: Person,
    now: dt.datetime,
) -> None:
    """Give it another day; the first one stays beside it.

    Raises:
        NotFound; NotAllowed: who held the session moves its days. StaleVersion; InvalidInput: a field.
    """
    row = _row(session, conclusion_id, version)
    _demand(session, person, row.agency_id)
    if due_on is None or due_on <= row.held_on:
        raise InvalidInput("due_on", words.NO_DAY)
    said = checked("reason", reason, LONGEST_NOTE, missing=words.NO_REASON)
    facts = {"was_due_on": row.due_on.isoformat(), "due_on": due_on.isoformat(), "reason": said}
    row.due_on = due_on
    row.version += 1
    _audit(session, "conclusion_moved", row, person, now, facts)


def finish(
    session: Session,
    conclusion_id: int,
    done_on: dt.date | None,
    note: str,
    *,
    version: int,
    person: Person,
    now: dt.datetime,
) -> None:
    """Say that it has been carried out, when and with what.

    Raises:
        NotFound; NotAllowed: neither its owner's nor of who held the session. StaleVersion; InvalidInput.
    """
    row = _row(session, conclusion_id, version)
    _demand(session, person, row.owner_id, row.agency_id)
    if done_on is None or not row.held_on <= done_on <= now.date():
        raise InvalidInput("done_on", words.DONE_AHEAD)
    row.done_note = checked("note", note, LONGEST_NOTE, missing=words.NO_RESULT)
    row.done_on, row.done_by_id = done_on, person.user_id
    row.version += 1
    _audit(session, "conclusion_done", row, person, now, {"done_on": done_on.isoformat()})


def may_finish(session: Session, person: Person, *agency_ids: int) -> bool:
    """Whether a person enters results for one of these agencies."""
    return any(
        may_act(
            person.memberships, Permission.ENTER_INDICATORS, {agency_id}, lambda one: subtree(session, one)
        )
        for agency_id in agency_ids
    )


def _demand(session: Session, person: Person, *agency_ids: int) -> None:
    if not may_finish(session, person, *agency_ids):
        raise NotAllowed("another agency's conclusion")


def _row(session: Session, conclusion_id: int, version: int) -> Conclusion:
    found = session.execute(select(Conclusion).where(Conclusion.id == conclusion_id).with_for_update())
    row = found.scalar_one_or_none()
    if row is None:
        raise NotFound(str(conclusion_id))
    if row.version != version:
        raise StaleVersion(str(conclusion_id))
    if row.done_on is not None:
        raise InvalidInput("done_on", words.DONE_ALREADY)
    return row


def _owner(session: Session, code: str, person: Person) -> int:
    found = session.execute(select(Agency.id).where(Agency.code == code)).scalar_one_or_none()
    if found is None or not person.scope.sees({found}):
        raise InvalidInput("owner", words.NO_OWNER)
    return found


def _audit(
    session: Session, action: str, row: Conclusion, person: Person, now: dt.datetime, facts: Mapping[str, str]
) -> None:
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="conclusion", object_id=row.id,
        agency_id=row.owner_id, facts=dict(facts),
    )  # fmt: skip
