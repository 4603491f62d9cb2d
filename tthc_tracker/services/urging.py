"""Letters that urge a unit to end what is late (công văn đôn đốc), and its explanation of each dossier.

A letter is one transaction: its number, its rows, an event on each dossier. What it says is kept as printed.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound
from tthc_tracker.domain.handovers import Place
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.urging import UrgingLetter, UrgingRow
from tthc_tracker.queries import urging as reads
from tthc_tracker.services import acting, batches, events, lateness
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.batches import Outcome
from tthc_tracker.services.lateness import ExplainLateness
from tthc_tracker.services.supplements import LONGEST
from tthc_tracker.services.supplements import words as checked
from tthc_tracker.wording import urging as words

LONGEST_SYMBOL = 40
MOST_DAYS = 60  # to answer


@dataclass(frozen=True)
class IssueLetter:
    """A letter of an agency to a place about these dossiers. signer: an account, and the deputyship by which
    it signs for a head (None: a head himself)."""

    agency_id: int
    to: Place
    targets: tuple[Target, ...]
    symbol: str
    answer_by: dt.date
    signer: tuple[int, int | None]


@dataclass(frozen=True)
class Issued:
    """What became of it: the letter's id, None if no dossier could stand on it; and of each dossier."""

    letter_id: int | None
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class ExplainRow:
    """The unit's word on one dossier of a letter: why it is late, and by which day it will be done."""

    letter_id: int
    target: Target
    cause: LatenessCause
    note: str
    promised_on: dt.date | None


def sends_from(person: Person) -> list[int]:
    """The agencies in whose name this person urges."""
    held = (one for one in person.memberships if Permission.URGE_UNITS in one.permissions)
    return list(dict.fromkeys(one.agency_id for one in held))


def issue(session: Session, command: IssueLetter, *, person: Person, now: dt.datetime) -> Issued:
    """Issue a letter about those of the dossiers that are late and lie at the place; the others say why not.

    Raises:
        NotAllowed: not in this agency's name. InvalidInput: symbol, day or signer.
    """
    if command.agency_id not in sends_from(person):
        raise NotAllowed("urges in the name of another agency")
    symbol = _symbol(command.symbol)
    _check_day(command.answer_by, now)
    if command.signer not in {one.key for one in reads.signers(session, command.agency_id, now)}:
        raise InvalidInput("signer", words.NO_SIGNER)
    unit = session.begin_nested()
    letter = UrgingLetter(
        agency_id=command.agency_id, year=now.year, number=_next(session, command.agency_id, now.year),
        symbol=symbol, to_agency_id=command.to.agency_id, to_unit_id=command.to.unit_id, issued_at=now,
        issued_by_id=person.user_id, answer_by=command.answer_by, signer_id=command.signer[0],
        deputyship_id=command.signer[1],
    )  # fmt: skip
    session.add(letter)
    session.flush()
    place = _place_name(session, command.to)

    def put(_session: Session, target: Target) -> None:
        _put(session, letter, target, place, person=person, now=now)

    outcomes = tuple(batches.carry_out(session, command.targets[: batches.MOST], put))
    if not any(one.done for one in outcomes):
        unit.rollback()  # no number is used up
        return Issued(None, outcomes)
    unit.commit()
    return Issued(letter.id, outcomes)


def explain(session: Session, command: ExplainRow, *, person: Person, now: dt.datetime) -> None:
    """Say why a dossier of a letter is late and when it will be done; a later word replaces an earlier one.

    Raises:
        NotFound: no such letter, or this dossier is not on it. NotAllowed: the letter went to others.
        InvalidInput: no word, a day that has passed; it is not late. And what acting.begin raises.
    """
    letter = session.get(UrgingLetter, command.letter_id)
    row = session.execute(_row_of(command)).scalar_one_or_none() if letter else None
    if letter is None or row is None:
        raise NotFound(command.target.code)
    if not reads.answers(person.memberships, letter.to_agency_id, letter.to_unit_id):
        raise NotAllowed("the letter went to another unit")
    note = checked("note", command.note, LONGEST, missing=words.NO_NOTE)
    if command.promised_on is None or command.promised_on < now.date():
        raise InvalidInput("promised_on", words.NO_PROMISE)
    facts = {"letter": reads.number_words(letter), "promised_on": command.promised_on.isoformat()}
    given = ExplainLateness(command.target, command.cause, note)
    lateness.explain(session, given, person=person, now=now, facts=facts)
    dossier = session.get_one(Dossier, row.dossier_id)
    row.answered_at, row.answered_by_id, row.cause = now, person.user_id, command.cause
    row.words, row.promised_on = events.plain(session, dossier, note), command.promised_on


# --- rows


def _put(
    session: Session, letter: UrgingLetter, target: Target, place: str, *, person: Person, now: dt.datetime
) -> None:
    act = acting.begin(session, target, Action.URGE, person=person, now=now)
    dossier = act.dossier
    if not lateness.is_late(dossier, now) or dossier.closed_at is not None or dossier.due_at is None:
        raise InvalidInput("row", words.NOT_LATE)
    lies = (dossier.resolving_agency_id, dossier.holding_unit_id)
    if lies[0] != letter.to_agency_id or letter.to_unit_id not in {None, lies[1]}:
        raise InvalidInput("row", words.ELSEWHERE)
    count = select(func.count()).where(UrgingRow.letter_id == letter.id)
    position = session.execute(count).scalar_one() + 1
    days = (now.date() - dossier.due_at.date()).days
    session.add(UrgingRow(letter_id=letter.id, dossier_id=dossier.id, position=position, days_late=days))
    facts = {"letter": reads.number_words(letter), "reminded": ["", place]}
    events.append(session, dossier, act.move.event, actor=act.actor, now=now, facts=facts)


def _row_of(command: ExplainRow) -> Select[UrgingRow]:
    found = select(UrgingRow).join(DossierCode, DossierCode.dossier_id == UrgingRow.dossier_id)
    its = (UrgingRow.letter_id == command.letter_id, DossierCode.code == command.target.code)
    return found.where(*its).with_for_update(of=UrgingRow)


def _next(session: Session, agency_id: int, year: int) -> int:
    """The next number of an agency; whoever asks for one at the same moment waits."""
    session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update())
    last = select(func.max(UrgingLetter.number))
    last = last.where(UrgingLetter.agency_id == agency_id, UrgingLetter.year == year)
    return (session.execute(last).scalar_one_or_none() or 0) + 1


def _symbol(typed: str) -> str:
    symbol = "".join(typed.split()).strip("/")
    if not symbol or len(symbol) > LONGEST_SYMBOL:
        raise InvalidInput("symbol", words.NO_SYMBOL)
    return symbol


def _check_day(answer_by: dt.date, now: dt.datetime) -> None:
    if not now.date() < answer_by <= now.date() + dt.timedelta(days=MOST_DAYS):
        raise InvalidInput("answer_by", words.WRONG_DAY.format(days=MOST_DAYS))


def _place_name(session: Session, to: Place) -> str:
    agency = session.get_one(Agency, to.agency_id).name
    return f"{session.get_one(Unit, to.unit_id).name}, {agency}" if to.unit_id is not None else agency
