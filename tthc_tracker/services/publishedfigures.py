"""The on-time rate that a portal publishes, entered beside ours; a newer reading leaves the earlier one."""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import DuplicateSubmission, InvalidInput, NotAllowed
from tthc_tracker.domain.indicators import Measure
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.indicator import PublishedFigure
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit, submissions
from tthc_tracker.services.acting import Person
from tthc_tracker.services.indicatorfigures import figure_of
from tthc_tracker.services.indicators import LONGEST_EVIDENCE
from tthc_tracker.services.supplements import words as checked
from tthc_tracker.wording import publishedfigures as words

LONGEST_PUBLISHER = 100


@dataclass(frozen=True)
class NotePublished:
    """What a portal shows of an agency (a code) for a period: a rate, with its two parts if it has them."""

    submission_key: str
    agency: str
    period: Period
    publisher: str
    num: int | None
    den: int | None
    value: Decimal | None
    seen_on: dt.date | None
    evidence: str


def note(session: Session, command: NotePublished, *, person: Person, now: dt.datetime) -> None:
    """Put it down; an earlier reading of the same portal for the same period stays as replaced.

    Raises:
        NotAllowed: neither of one's agency nor of one below it. InvalidInput: a field.
    """
    content = submissions.fingerprint(asdict(command))
    try:
        submissions.claim(
            session, command.submission_key, user_id=person.user_id, action="published_figure",
            content=content, now=now,
        )  # fmt: skip
    except DuplicateSubmission:
        return
    agency_id = _agency(session, command.agency, person)
    publisher = checked("publisher", command.publisher, LONGEST_PUBLISHER, missing=words.NO_PUBLISHER)
    figure = figure_of(Measure.PERCENT, command.num, command.den, command.value)
    if command.seen_on is None or command.seen_on > now.date():
        raise InvalidInput("seen_on", words.NO_DAY)
    same = (
        PublishedFigure.agency_id == agency_id, PublishedFigure.period_start == command.period.start,
        PublishedFigure.period_end == command.period.end, PublishedFigure.publisher == publisher,
        PublishedFigure.replaced_at.is_(None),
    )  # fmt: skip
    for old in session.execute(select(PublishedFigure).where(*same)).scalars():
        old.replaced_at = now
    session.flush()
    row = PublishedFigure(
        agency_id=agency_id, period_start=command.period.start, period_end=command.period.end,
        publisher=publisher, value=figure.value, num=figure.num, den=figure.den, seen_on=command.seen_on,
        evidence=checked("evidence", command.evidence, LONGEST_EVIDENCE), entered_at=now,
        entered_by_id=person.user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.note(
        session, "published_figure_noted", actor_id=person.user_id, now=now, object_type="published_figure",
        object_id=row.id, agency_id=agency_id,
        facts={"period": command.period.key, "name": publisher, "value": str(figure.value)},
    )  # fmt: skip
    submissions.settle(session, command.submission_key, kind="published_figure", result=str(row.id), now=now)


def _agency(session: Session, code: str, person: Person) -> int:
    """An agency of whose figures he may speak: his own, or one below it."""
    found = session.execute(select(Agency.id).where(Agency.code == code)).scalar_one_or_none()
    if found is None or not person.scope.sees({found}):
        raise InvalidInput("agency", words.NO_AGENCY)
    held = {one.agency_id for one in person.memberships}
    if not may_act(person.memberships, Permission.ENTER_INDICATORS, held, lambda one: subtree(session, one)):
        raise NotAllowed("enters no figures")
    return found
