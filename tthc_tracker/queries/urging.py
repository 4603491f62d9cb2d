"""Letters that urge: to whom they may go, what they say, who has answered; how often a dossier was urged."""

import datetime as dt
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.deputies import Signature, SignatureForm
from tthc_tracker.domain.errors import CalendarHorizonError, NotFound
from tthc_tracker.domain.handovers import Place
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Membership, Role, Scope
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.printing import PrintedContent, PrintedSlip
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.models.urging import UrgingLetter, UrgingRow
from tthc_tracker.queries import deputies, printouts, signatures
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.scoping import visible

FORM = "urging_letter"
PAGE = 50
ANSWER_DAYS = 5
_WORKS = frozenset({Role.CLERK, Role.OFFICER, Role.HEAD_OF_UNIT, Role.HEAD_OF_AGENCY})


def subject_of(letter_id: int) -> str:
    """What the kept paper of a letter is of."""
    return f"letter:{letter_id}"


def number_words(letter: UrgingLetter) -> str:
    """Its number as it is printed: `12/UBND-KSTT`."""
    return f"{letter.number}/{letter.symbol}"


# --- how often


def times_urged() -> ScalarSelect[int]:
    """How often a dossier was urged, by word or by letter: a column beside those of the dossier."""
    event = DossierEvent
    its = (event.dossier_id == Dossier.id, event.kind == EventKind.URGED)
    return select(func.count()).select_from(event).where(*its).correlate(Dossier).scalar_subquery()


# --- before it is written


@dataclass(frozen=True)
class Addressee:
    """A place, and those of the chosen dossiers that lie there."""

    to: Place
    name: str
    codes: tuple[str, ...]


def addressees(session: Session, codes: Sequence[str], scope: Scope) -> list[Addressee]:
    """Where these dossiers lie: one letter to each place, the one with most of them first."""
    statement = (
        select(Dossier.code, Dossier.resolving_agency_id, Dossier.holding_unit_id, Agency.name, Unit.name)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .outerjoin(Unit, Unit.id == Dossier.holding_unit_id)
        .where(Dossier.code.in_(codes), visible(scope))
        .order_by(Dossier.overdue_from, Dossier.id)
    )
    found: dict[tuple[Place, str], list[str]] = {}
    for code, agency_id, unit_id, agency, unit in session.execute(statement):
        name = f"{unit}, {agency}" if unit else agency
        found.setdefault((Place(agency_id, unit_id), name), []).append(code)
    every = [Addressee(to, name, tuple(theirs)) for (to, name), theirs in found.items()]
    return sorted(every, key=lambda one: (-len(one.codes), one.name))


@dataclass(frozen=True)
class Signer:
    """Who may sign an agency's letters: a head, or whoever signs in his place now."""

    user_id: int
    deputyship_id: int | None
    name: str
    form: SignatureForm | None

    @property
    def key(self) -> tuple[int, int | None]:
        """What a form chooses."""
        return self.user_id, self.deputyship_id


def signers(session: Session, agency_id: int, now: dt.datetime) -> list[Signer]:
    """The heads of an agency, and those who stand in for them now."""
    row = MembershipRow
    statement = (
        select(User.id, User.full_name)
        .where(
            User.id.in_(
                select(row.user_id).where(row.agency_id == agency_id, row.role == Role.HEAD_OF_AGENCY)
            ),
            User.active,
        )
        .order_by(User.name_folded, User.id)
    )
    heads = [Signer(user_id, None, name, None) for user_id, name in session.execute(statement)]
    ids = {one.user_id for one in heads}
    standing = deputies.standing(session, now.date())
    found = [Signer(one.deputy_id, one.id, one.deputy, one.form) for one in standing if one.user_id in ids]
    return heads + [one for one in found if one.form is not None]


def proposed_answer(session: Session, agency_id: int, now: dt.datetime) -> dt.date:
    """By when a letter of today is to be answered, unless somebody says otherwise: five working days."""
    try:
        return work_calendar(session, agency_id).nth_working_day_after(now.date(), ANSWER_DAYS)
    except CalendarHorizonError:
        return now.date() + dt.timedelta(days=ANSWER_DAYS)


def last_symbol(session: Session, agency_id: int) -> str:
    """What stood behind the number of an agency's last letter; "" before the first."""
    last = select(UrgingLetter.symbol).where(UrgingLetter.agency_id == agency_id)
    return session.execute(last.order_by(UrgingLetter.id.desc()).limit(1)).scalar_one_or_none() or ""


# --- what it says


@dataclass(frozen=True)
class SheetRow:
    """A dossier on a letter: nobody stands on it but its officer."""

    code: str
    procedure: str
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    days_late: int
    officer: str


@dataclass(frozen=True)
class LetterSheet:
    """Everything on a letter."""

    superior: str
    agency: str
    number: str
    issued_at: dt.datetime
    to: str
    to_agency: str
    answer_by: dt.date
    signature: Signature
    rows: tuple[SheetRow, ...]


def letter_sheet(session: Session, letter_id: int) -> LetterSheet:
    """What a letter says as it is issued; afterwards its kept words do (`kept`)."""
    letter = session.get_one(UrgingLetter, letter_id)
    agency = session.get_one(Agency, letter.agency_id)
    to_agency = session.get_one(Agency, letter.to_agency_id).name
    unit = session.get_one(Unit, letter.to_unit_id).name if letter.to_unit_id is not None else ""
    officer = aliased(User)
    statement = (
        select(
            Dossier.code, ProcedureVersion.name, Dossier.accepted_at, Dossier.due_at, UrgingRow.days_late,
            func.coalesce(officer.full_name, ""),
        )
        .join(Dossier, Dossier.id == UrgingRow.dossier_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .where(UrgingRow.letter_id == letter_id)
        .order_by(UrgingRow.position)
    )  # fmt: skip
    return LetterSheet(
        printouts.agency_name(session, agency.parent_id), agency.name, number_words(letter),
        letter.issued_at, f"{unit}, {to_agency}" if unit else to_agency, to_agency, letter.answer_by,
        signatures.signature(session, letter.signer_id, letter.deputyship_id),
        tuple(SheetRow(*row) for row in session.execute(statement)),
    )  # fmt: skip


def kept(session: Session, letter_id: int, scope: Scope) -> tuple[str, dt.datetime, bytes]:
    """Number, moment and words of a letter as it was issued.

    Raises:
        NotFound: no such letter from or to an agency in scope.
    """
    letter = _seen(session, letter_id, scope)
    statement = (
        select(PrintedContent.body)
        .join(PrintedSlip, PrintedSlip.content_id == PrintedContent.id)
        .where(PrintedSlip.subject == subject_of(letter_id), PrintedSlip.kind == FORM)
        .order_by(PrintedSlip.id)
        .limit(1)
    )
    body = session.execute(statement).scalar_one()
    return number_words(letter), letter.issued_at, zlib.decompress(body)


def _seen(session: Session, letter_id: int, scope: Scope) -> UrgingLetter:
    statement = select(UrgingLetter).where(UrgingLetter.id == letter_id, _within(scope))
    letter = session.execute(statement).scalar_one_or_none()
    if letter is None:
        raise NotFound(str(letter_id))
    return letter


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.all:
        return true()
    ids = sorted(scope.agency_ids)
    return or_(UrgingLetter.agency_id.in_(ids), UrgingLetter.to_agency_id.in_(ids))


# --- the letters, and what is answered


@dataclass(frozen=True)
class LetterLine:
    """A letter in the list: how many dossiers stand on it, how many are explained, how many are still owed
    an explanation (neither explained nor ended)."""

    id: int
    number: str
    issued_at: dt.datetime
    agency: str
    to: str
    answer_by: dt.date
    rows: int
    answered: int
    owed: int


def letters(session: Session, scope: Scope, after: int | None = None, size: int = PAGE) -> list[LetterLine]:
    """The letters from or to the agencies in scope, the newest first; one more than `size`. Two queries."""
    sender, addressee = aliased(Agency), aliased(Agency)
    statement = (
        select(UrgingLetter, sender.name, addressee.name, Unit.name)
        .join(sender, sender.id == UrgingLetter.agency_id)
        .join(addressee, addressee.id == UrgingLetter.to_agency_id)
        .outerjoin(Unit, Unit.id == UrgingLetter.to_unit_id)
        .where(_within(scope), UrgingLetter.id < after if after is not None else true())
        .order_by(UrgingLetter.id.desc())
        .limit(size + 1)
    )
    found = session.execute(statement).all()
    counts = _counts(session, [row[0].id for row in found])
    return [
        LetterLine(
            one.id, number_words(one), one.issued_at, agency, f"{unit}, {to}" if unit else to, one.answer_by,
            *counts.get(one.id, (0, 0, 0)),
        )
        for one, agency, to, unit in found
    ]  # fmt: skip


def _counts(session: Session, ids: Iterable[int]) -> dict[int, tuple[int, int, int]]:
    owed = and_(UrgingRow.answered_at.is_(None), Dossier.closed_at.is_(None))
    statement = (
        select(
            UrgingRow.letter_id, func.count(), func.count(UrgingRow.answered_at), func.count().filter(owed)
        )
        .join(Dossier, Dossier.id == UrgingRow.dossier_id)
        .where(UrgingRow.letter_id.in_(list(ids)))
        .group_by(UrgingRow.letter_id)
    )
    return {
        letter_id: (rows, answered, owes) for letter_id, rows, answered, owes in session.execute(statement)
    }


@dataclass(frozen=True)
class LetterRow:
    """A dossier of a letter with its explanation."""

    code: str
    version: int
    procedure: str
    due_at: dt.datetime | None
    days_late: int
    closed_at: dt.datetime | None
    officer: str | None
    answered_at: dt.datetime | None
    answered_by: str | None
    cause: LatenessCause | None
    words: str
    promised_on: dt.date | None


@dataclass(frozen=True)
class LetterPage:
    """A letter with all its dossiers. may_answer: by this reader."""

    line: LetterLine
    rows: tuple[LetterRow, ...]
    may_answer: bool


def letter(session: Session, letter_id: int, scope: Scope, memberships: Sequence[Membership]) -> LetterPage:
    """One letter.

    Raises:
        NotFound: none from or to an agency in scope.
    """
    one = _seen(session, letter_id, scope)
    (line, *_) = letters(session, scope, after=letter_id + 1, size=1)
    officer, by = aliased(User), aliased(User)
    row = UrgingRow
    statement = (
        select(
            Dossier.code, Dossier.version, ProcedureVersion.name, Dossier.due_at, row.days_late,
            Dossier.closed_at, officer.full_name, row.answered_at, by.full_name, row.cause, row.words,
            row.promised_on,
        )
        .join(Dossier, Dossier.id == row.dossier_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .outerjoin(by, by.id == row.answered_by_id)
        .where(row.letter_id == letter_id)
        .order_by(row.position)
    )  # fmt: skip
    found: Any = session.execute(statement).all()
    rows = tuple(LetterRow(*each) for each in found)
    return LetterPage(line, rows, answers(memberships, one.to_agency_id, one.to_unit_id))


def answers(memberships: Iterable[Membership], agency_id: int, unit_id: int | None) -> bool:
    """Whether somebody works where a letter went: in the unit, or at its agency in no unit."""
    return any(
        held.role in _WORKS
        and held.agency_id == agency_id
        and (None in {unit_id, held.unit_id} or held.unit_id == unit_id)
        for held in memberships
    )
