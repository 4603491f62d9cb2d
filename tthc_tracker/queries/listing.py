"""What every list of dossiers shares: filters as people set them, cursors, counts that end."""

import base64
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.models.agency import Agency, AgencyScope, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure, Sector, Source
from tthc_tracker.queries import underway
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.queries.scoping import subtree

PAGE = 50
COUNT_LIMIT = 10_000
LONGEST_CURSOR = 200
FULL_DAY = 480  # working minutes
BIGGEST_ID = 2**63 - 1
BY = ("agency", "level", "sector", "procedure", "source", "channel", "officer")
NAMES = (*BY, "from", "to")
LINKED = ("only", "held", "unit", "apology", "since", "unseen")
"""What narrows a list by the link of a number only; nobody sets it by hand."""
NOBODYS = 0  # as a unit: no unit holds it
NO_APOLOGY = "none"
UNSEEN = "1"

Member = TypeVar("Member", bound=StrEnum)
Row = TypeVar("Row")
Tab = TypeVar("Tab", bound=StrEnum)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list, and where the next begins ('' on the last)."""

    rows: tuple[Row, ...]
    after: str


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; the names are those of the address and of the commands."""

    agency: str = ""
    level: Level | None = None
    sector: str = ""
    procedure: str = ""
    source: str = ""
    channel: Channel | None = None
    officer: int | None = None
    start: dt.date | None = None  # of the due date
    end: dt.date | None = None
    unit: int | None = None
    unapologised: bool = False  # without the apology that it could have
    since: dt.datetime | None = None  # missed after this moment
    unseen: bool = False  # missing from the last full list of its source
    only: str = ""  # of this agency itself, without those below it and those it took over from
    held: str = ""  # held by a unit of this agency or below it; by none, and resolved there


EVERYTHING = Filters()


def read_filters(args: Mapping[str, str]) -> Filters:
    """The filters of an address or of a saved view; what cannot be read filters nothing."""
    args = {name: args.get(name, "").replace("\0", "") for name in (*NAMES, *LINKED)}
    return Filters(
        agency=args["agency"].strip()[:40],
        level=_member(Level, args["level"]),
        sector=args["sector"][:40],
        procedure=args["procedure"].strip()[:40],
        source=args["source"][:40],
        channel=_member(Channel, args["channel"]),
        officer=number_of(args["officer"]),
        start=_date(args["from"]),
        end=_date(args["to"]),
        unit=number_of(args["unit"]),
        unapologised=args["apology"] == NO_APOLOGY,
        since=_moment(args["since"]),
        unseen=args["unseen"] == UNSEEN,
        only=args["only"].strip()[:40],
        held=args["held"].strip()[:40],
    )


def number_of(text: str) -> int | None:
    """The number of a row as an address has it; None of anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _member(kind: type[Member], text: str) -> Member | None:
    return kind(text) if text in set(kind) else None


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if _holds(found, 0) else None


def _date(text: str) -> dt.date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Count:
    """How many rows there are; beyond COUNT_LIMIT it only says so."""

    number: int
    more: bool


def encode_cursor(*parts: Any) -> str:
    """Where the next page begins, as text for an address."""
    plain = json.dumps([part.isoformat() if isinstance(part, dt.datetime) else part for part in parts])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode_cursor(text: str) -> list[Any] | None:
    """What `encode_cursor` was given (moments as text), or None for anything else."""
    if len(text) > LONGEST_CURSOR:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return parts if isinstance(parts, list) else None


def moment_and_id(cursor: str) -> tuple[dt.datetime, int] | None:
    """A cursor of (moment, id), or None when somebody has written his own."""
    match decode_cursor(cursor):
        case [str(moment), int(number)]:
            try:
                parsed = dt.datetime.fromisoformat(moment)
            except ValueError:
                return None
            return (parsed, number) if _holds(parsed, number) else None
        case _:
            return None


def day_and_id(cursor: str) -> tuple[dt.date, int] | None:
    """A cursor of (day, id), or None when somebody has written his own."""
    match decode_cursor(cursor):
        case [str(day), int(number)] if abs(number) <= BIGGEST_ID:
            try:
                return dt.date.fromisoformat(day), number
            except ValueError:
                return None
        case _:
            return None


def _holds(moment: dt.datetime, number: int) -> bool:
    """Whether the databases can compare with it; 1900 and 2500 leave room for any offset."""
    return moment.tzinfo is not None and 1900 < moment.year < 2500 and abs(number) <= BIGGEST_ID


def conditions(
    session: Session, filters: Filters, organisation: ColumnElement[int]
) -> list[ColumnElement[bool]]:
    """The filters as conditions; `organisation` is the column that the list goes by."""
    return conditions_within(filters, organisation, agencies_of(session, filters))


def agencies_of(session: Session, filters: Filters) -> frozenset[int]:
    """The agencies that the filter for one means; none for one that does not exist."""
    return _agency_ids(session, filters.agency) if filters.agency else frozenset()


def conditions_within(
    filters: Filters, organisation: ColumnElement[int], agencies: frozenset[int]
) -> list[ColumnElement[bool]]:
    """The same without asking the database: `agencies` are those of `agencies_of`."""
    found: list[ColumnElement[bool]] = []
    if filters.agency:
        found.append(organisation.in_(sorted(agencies)))
    if filters.only:
        found.append(organisation.in_(select(Agency.id).where(Agency.code == filters.only)))
    if filters.held:
        found.append(_held_within(filters.held))
    if filters.level:
        found.append(organisation.in_(select(Agency.id).where(Agency.level == filters.level)))
    if filters.sector:
        found.append(Dossier.sector_id.in_(select(Sector.id).where(Sector.code == filters.sector)))
    if filters.procedure:
        found.append(
            Dossier.procedure_id.in_(select(Procedure.id).where(Procedure.code == filters.procedure[:8]))
        )
    if filters.source:
        found.append(Dossier.source_id.in_(select(Source.id).where(Source.code == filters.source)))
    return found + _by_columns(filters)


def _held_within(code: str) -> ColumnElement[bool]:
    """As queries.unitload counts a table of these agencies."""
    below = select(AgencyScope.descendant_id).join(Agency, Agency.id == AgencyScope.ancestor_id)
    agencies = below.where(Agency.code == code)
    alone = and_(Dossier.holding_unit_id.is_(None), Dossier.resolving_agency_id.in_(agencies))
    return or_(Dossier.holding_unit_id.in_(select(Unit.id).where(Unit.agency_id.in_(agencies))), alone)


def _by_columns(filters: Filters) -> list[ColumnElement[bool]]:
    """What a dossier's own columns say without looking up any code."""
    found: list[ColumnElement[bool]] = []
    if filters.channel:
        found.append(Dossier.channel == filters.channel)
    if filters.officer is not None:
        found.append(Dossier.officer_id == filters.officer)
    if filters.unseen:
        found.append(Dossier.unseen_since.is_not(None))
    return found


def held_by(column: InstrumentedAttribute[int | None], unit: int) -> ColumnElement[bool]:
    """That a unit holds it, or none (NOBODYS)."""
    return column.is_(None) if unit == NOBODYS else column == unit


def _agency_ids(session: Session, code: str) -> frozenset[int]:
    agency_id = session.execute(select(Agency.id).where(Agency.code == code)).scalar_one_or_none()
    return subtree(session, agency_id) if agency_id is not None else frozenset()


def count(session: Session, statement: Select[Any]) -> Count:
    """Count the rows of a list, at most COUNT_LIMIT of them."""
    return counted(session, counting(statement), {})


def counting(statement: Select[Any]) -> Select[int]:
    """The statement that counts the rows of another, as far as COUNT_LIMIT."""
    limited = statement.order_by(None).limit(COUNT_LIMIT + 1).subquery()
    return select(func.count()).select_from(limited)


def counts(session: Session, each: Mapping[Tab, Select[Any]]) -> dict[Tab, int]:
    """How many rows each statement has, at most one more than COUNT_LIMIT. One query."""
    numbers = [counting(statement).scalar_subquery() for statement in each.values()]
    return dict(zip(each, session.execute(select(*numbers)).one(), strict=True))


def counted(session: Session, statement: Select[int], values: Mapping[str, Any]) -> Count:
    """What a statement of `counting` comes to."""
    number = underway.answer(session, statement, values).scalar_one()
    return Count(min(number, COUNT_LIMIT), number > COUNT_LIMIT)


def stale_before(session: Session, now: dt.datetime) -> dt.datetime:
    """What a source last said before this is older than one working day of the nation's calendar.

    Where that calendar does not reach back so far, a day by the clock takes its place.
    """
    try:
        return national_calendar(session).back(now, FULL_DAY)
    except CalendarHorizonError:
        return now - dt.timedelta(days=1)


def batches(read: Any, size: int = 1000) -> Iterator[Any]:
    """Every row of a keyset-paged list: `read(after, size)` gives (rows, cursor of the next page or '')."""
    after = ""
    while True:
        rows, after = read(after, size)
        yield from rows
        if not after:
            return
