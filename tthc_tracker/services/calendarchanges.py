"""Propose a change of the calendar, agree to what it comes to, give it up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.calendarchanges import ChangeState
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, NotNow
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.calendarchange import CalendarChange
from tthc_tracker.queries import openclocks
from tthc_tracker.queries.calendarchanges import Change
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit, calendarmoves, calendarrows, calendars, submissions
from tthc_tracker.services.acting import Person
from tthc_tracker.services.calendarmoves import standing_of
from tthc_tracker.services.calendars import Line
from tthc_tracker.services.tablerows import Outcome
from tthc_tracker.wording import calendarchanges as words

LONGEST_DECISION = 300


@dataclass(frozen=True)
class ProposeChange:
    """rows: a calendar file (services.calendars.load_calendar). decision: number, date and text of what
    orders it. unconfirmed: a suggestion that nobody has compared with a decision yet."""

    submission_key: str
    rows: str
    title: str
    decision: str
    unconfirmed: bool = False


def kept_by(session: Session, person: Person) -> frozenset[int | None]:
    """The agencies whose calendar this person keeps; None among them: the nation's, from the top."""
    may = Permission.MANAGE_CALENDAR
    homes = [held.agency_id for held in person.memberships if may in PERMISSIONS_OF[held.role]]
    below: frozenset[int | None] = frozenset().union(*(subtree(session, home) for home in homes))
    tops = select(Agency.id).where(Agency.id.in_(homes), Agency.parent_id.is_(None)).limit(1)
    at_the_top = bool(homes) and session.execute(tops).first() is not None
    return below | {None} if at_the_top else below


def propose(session: Session, command: ProposeChange, *, person: Person, now: dt.datetime) -> int:
    """Keep a change to be reckoned; its number. Nothing moves before somebody has agreed.

    Raises:
        InvalidInput: a field. BadRows: rows that cannot be read. NotAllowed: an agency's that is not his.
        DuplicateSubmission, ConflictingSubmission: the same form again.
    """
    content = submissions.fingerprint({"rows": command.rows, "decision": command.decision})
    submissions.claim(
        session, command.submission_key, user_id=person.user_id, action="calendar", content=content, now=now
    )
    if not command.decision.strip():
        raise InvalidInput("text", words.NO_DECISION)
    if len(command.decision) > LONGEST_DECISION:
        raise InvalidInput("text", words.LONG_DECISION)
    lines = calendars.read_lines(session, command.rows)
    if not lines:
        raise InvalidInput("file", words.NO_ROWS)
    if not {line.agency_id for line in lines} <= kept_by(session, person):
        raise NotAllowed("an agency's calendar that this person does not keep")
    change = CalendarChange(
        state=ChangeState.WAITING, title=command.title[:200], decision=command.decision,
        rows=calendarrows.in_one_form(lines, _codes(session, lines)),
        unconfirmed=command.unconfirmed, made_by_id=person.user_id, made_at=now,
    )  # fmt: skip
    session.add(change)
    session.flush()
    submissions.settle(session, command.submission_key, kind="calendar", result=str(change.id), now=now)
    return change.id


def load_or_propose(session: Session, text: str, *, now: dt.datetime) -> Outcome | int:
    """Load a calendar file where nothing open could move; else keep it as a change, and give its number.

    For a command: whoever may give one on the server needs no permission of ours.

    Raises:
        BadRows: nothing was loaded.
    """
    lines = calendars.read_lines(session, text)
    if not openclocks.any_open(session):
        return calendars.load_calendar(session, text, actor_id=None, now=now)
    change = CalendarChange(
        state=ChangeState.WAITING, title=words.FROM_COMMAND, decision=_bases(lines), made_at=now,
        rows=calendarrows.in_one_form(lines, _codes(session, lines)),
    )  # fmt: skip
    session.add(change)
    session.flush()
    return change.id


def _bases(lines: Sequence[Line]) -> str:
    """What the rows rest on, as far as there is room."""
    named = "; ".join(dict.fromkeys(line.basis for line in lines if line.basis)) or words.FROM_COMMAND
    return named if len(named) <= LONGEST_DECISION else named[: LONGEST_DECISION - 1] + "…"


def decide_alone(
    session: Session, change_id: int, *, yes: bool, now: dt.datetime
) -> tuple[dict[str, int], bool]:
    """Agree to a change of a command, or give it up; what it comes to, and whether it is agreed to.

    One that touches no dossier needs no word.

    Raises:
        NotNow: it has not been reckoned.
    """
    change = session.get_one(CalendarChange, change_id, with_for_update=True)
    if change.state is not ChangeState.JUDGED:
        raise NotNow(change.state.value)
    yes = yes or not (change.counts["moves"] or change.counts["quiet"])
    change.state = ChangeState.AGREED if yes else ChangeState.DROPPED
    change.agreed_at = now if yes else None
    change.settled_at = None if yes else now
    if not yes:
        calendarmoves.forget(session, change.id)
    return dict(change.counts), yes


def _codes(session: Session, lines: Sequence[Line]) -> dict[int, str]:
    ids = {line.agency_id for line in lines if line.agency_id is not None}
    named = select(Agency.id, Agency.code).where(Agency.id.in_(sorted(ids))).order_by(Agency.id)
    return dict(session.execute(named).all())


def seen_by(session: Session, person: Person, changes: Sequence[Change]) -> list[Change]:
    """Those of the changes whose every agency this person keeps."""
    codes = {code for change in changes for code in change.agencies}
    named = select(Agency.code, Agency.id).where(Agency.code.in_(sorted(codes))).order_by(Agency.code)
    known: dict[str, int | None] = {"": None} | dict(session.execute(named).all())
    mine = kept_by(session, person)
    return [
        change for change in changes if all(code in known and known[code] in mine for code in change.agencies)
    ]


def of_person(session: Session, change_id: int, person: Person) -> CalendarChange:
    """A change whose every agency this person keeps, locked.

    Raises:
        NotFound: there is none.
    """
    statement = select(CalendarChange).where(CalendarChange.id == change_id).with_for_update()
    change = session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if change is None:
        raise NotFound(str(change_id))
    agencies = {line.agency_id for line in calendars.read_lines(session, change.rows)}
    if not agencies <= kept_by(session, person):
        raise NotFound(str(change_id))
    return change


def agree(session: Session, change_id: int, *, compared: bool, person: Person, now: dt.datetime) -> bool:
    """Agree to what a change was shown to come to; the job writes it. False: it is reckoned anew first.

    compared: whoever agrees to a suggestion says that he has compared it with the decision.

    Raises:
        NotFound, NotNow: it is not waiting for an answer. InvalidInput: not compared.
    """
    change = of_person(session, change_id, person)
    if change.state is not ChangeState.JUDGED:
        raise NotNow(change.state.value)
    if change.unconfirmed and not compared:
        raise InvalidInput("compared", words.NOT_COMPARED)
    if change.standing != standing_of(session):
        change.state, change.fault = ChangeState.WAITING, words.OVERTAKEN
        return False
    change.state, change.agreed_by_id, change.agreed_at = ChangeState.AGREED, person.user_id, now
    change.fault = ""
    _note(session, "calendar_agreed", change, person, now)
    return True


def drop(session: Session, change_id: int, *, person: Person, now: dt.datetime) -> None:
    """Give up a change that is not in force.

    Raises:
        NotFound, NotNow: it is, or somebody has agreed to it.
    """
    change = of_person(session, change_id, person)
    if change.state not in {ChangeState.WAITING, ChangeState.JUDGED, ChangeState.FAILED}:
        raise NotNow(change.state.value)
    change.state, change.settled_at = ChangeState.DROPPED, now
    calendarmoves.forget(session, change.id)
    _note(session, "calendar_dropped", change, person, now)


def _note(session: Session, action: str, change: CalendarChange, person: Person, now: dt.datetime) -> None:
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="calendar_change",
        object_id=change.id, facts={"decision": change.decision} | change.counts,
    )  # fmt: skip
