"""What lies late and falls due at the units of an agency and those below it: the table of a leader's mail."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import ApologyState
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import Membership
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import deputies, statisticslists
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.dueload import due_between
from tthc_tracker.queries.freshness import told_at
from tthc_tracker.queries.scoping import scope_of, subtree
from tthc_tracker.queries.statisticscells import By, Cell, Question
from tthc_tracker.queries.statisticslists import Behind

MOST_UNITS = 30  # of a mail's fifty rows: the others are for the alerts themselves
LEADERS = (Role.HEAD_OF_AGENCY, Role.CONTROLLER)
FLOW = (Cell.FILED, Cell.COMPLETED)
_DAY = dt.timedelta(days=1)
_NUMBERS = ("overdue", "new", "very_overdue", "today", "next_day", "apologies", "late_reception")

Key = tuple[int, int | None]  # agency, unit


@dataclass(frozen=True)
class UnitLine:
    """A unit, or an agency's dossiers that no unit holds: counts of dossiers.

    new: overdue since the last mail. query: what narrows a list to exactly what stands here.
    """

    agency: str
    unit: str | None
    query: dict[str, str]
    overdue: int = 0
    new: int = 0
    very_overdue: int = 0
    oldest: dt.datetime | None = None  # the earliest deadline of the overdue
    today: int = 0
    next_day: int = 0
    apologies: int = 0
    late_reception: int = 0

    @property
    def place(self) -> str:
        """What the unit is called."""
        return f"{self.unit}, {self.agency}" if self.unit else f"{self.agency} (chưa giao đơn vị)"


@dataclass(frozen=True)
class Overview:
    """The table with its sums. received and resolved: from the day `since` to yesterday, as the summary
    counts them; flow: what narrows its lists to these, None where no link can."""

    lines: tuple[UnitLine, ...]  # worst first, at most MOST_UNITS
    left_out: int
    sums: dict[str, int]
    oldest: dt.datetime | None
    late_units: int
    today: dt.date
    next_day: dt.date
    since: dt.date
    received: int
    resolved: int
    new_since: dt.datetime
    flow: dict[str, str] | None
    sources: list[tuple[str, dt.datetime | None]] = field(default_factory=list)

    @property
    def only_yesterday(self) -> bool:
        """Whether the last working day was yesterday."""
        return self.since == self.today - _DAY

    def behind(self, line: UnitLine, number: str) -> dict[str, str] | None:
        """What narrows its list to exactly what a number of a line counts; None of nothing.

        Late receptions stand in the line of an agency's own, whichever unit may hold them.
        """
        if not getattr(line, number):
            return None
        if number == "late_reception":
            return {"only": line.query["only"]}
        return line.query | self._narrowed(number)

    def behind_sum(self, number: str) -> dict[str, str] | None:
        """The same of the sum of a number over all lines; None too where no one address names all."""
        if not self.sums[number] or self.flow is None:
            return None
        return {"held": self.flow["agency"]} | self._narrowed(number)

    def _narrowed(self, number: str) -> dict[str, str]:
        days = {"today": {"day": self.today.isoformat()}, "next_day": {"day": self.next_day.isoformat()}}
        return {"new": {"since": self.new_since.isoformat()}, **days}.get(number, {})

    @property
    def late(self) -> bool:
        """Whether anything in it is late: what falls due by itself is no reason to write."""
        return bool(self.sums["overdue"] or self.sums["late_reception"])


def led_by(session: Session, user_id: int, on: dt.date) -> list[int]:
    """The agencies that somebody leads or controls on a day, or those whose mail he reads in their place."""
    read = deputies.read_by(session, user_id, on)
    held = select(Membership.agency_id).where(Membership.user_id.in_(read), Membership.role.in_(LEADERS))
    return list(dict.fromkeys(session.execute(held.order_by(Membership.id)).scalars()))


def leaders(session: Session, on: dt.date) -> dict[int, list[int]]:
    """Everybody who leads or controls agencies on a day, with these; a deputy for whom he stands in for."""
    held = select(Membership.user_id, Membership.agency_id).where(Membership.role.in_(LEADERS))
    reader = deputies.readers(session, on)
    found: dict[int, list[int]] = {}
    for user_id, agency_id in session.execute(held.order_by(Membership.id)):
        found.setdefault(reader.get(user_id, user_id), []).append(agency_id)
    return found


def late_agencies(session: Session, now: dt.datetime) -> frozenset[int]:
    """Where anything is overdue, or received late."""
    overdue = select(Dossier.resolving_agency_id).where(_running(), Dossier.overdue_from <= now)
    waiting = select(Dossier.receiving_agency_id).where(_unanswered(now))
    return frozenset(session.execute(overdue.union(waiting)).scalars())


def overview(
    session: Session, agency_ids: Collection[int], *, since: dt.datetime, now: dt.datetime
) -> Overview:
    """The table of these agencies and all below them; `since`: what is overdue from then on is new."""
    agencies = frozenset[int]().union(*(subtree(session, one) for one in agency_ids))
    before, after = _days_beside(session, min(agency_ids), now.date())
    places = _Places.of(session, agencies)
    lines = _lines(session, places, since, now, after)
    lines.sort(key=_worst_first)
    code = _only_code(session, agency_ids)
    asked = Question(before, now.date() - _DAY, By.AGENCY, scope_of(session, agency_ids), code)
    filed, completed = (statisticslists.total(session, Behind(asked, "", cell), now) for cell in FLOW)
    return Overview(
        lines=tuple(lines[:MOST_UNITS]),
        left_out=max(0, len(lines) - MOST_UNITS),
        sums={name: sum(getattr(line, name) for line in lines) for name in _NUMBERS},
        oldest=min((line.oldest for line in lines if line.oldest), default=None),
        late_units=sum(1 for line in lines if line.overdue or line.late_reception),
        today=now.date(), next_day=after, since=before, received=filed, resolved=completed, new_since=since,
        flow=_flow(asked) if code else None, sources=_sources(session, places, now),
    )  # fmt: skip


def _worst_first(line: UnitLine) -> tuple[Any, ...]:
    age = line.oldest.timestamp() if line.oldest else 0
    return (
        -line.overdue, -line.very_overdue, age, -line.late_reception, -line.today, -line.next_day, line.place,
    )  # fmt: skip


def _days_beside(session: Session, agency_id: int, today: dt.date) -> tuple[dt.date, dt.date]:
    """The working days before and after; where the calendar is not known, the days of the week."""
    calendar = work_calendar(session, agency_id)
    try:
        return calendar.nth_working_day_before(today, 1), calendar.nth_working_day_after(today, 1)
    except CalendarHorizonError:
        return today - _DAY, today + _DAY


def _running() -> ColumnElement[bool]:
    return and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None))


def _unanswered(now: dt.datetime) -> ColumnElement[bool]:
    """As queries.supervision has it: the list that a number leads to holds the same."""
    waiting = and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_(None))
    late = and_(Dossier.reception_due_at <= now, Dossier.reception_late_from <= now)
    return and_(waiting, Dossier.reception_answered_at.is_(None), late)


@dataclass(frozen=True)
class _Places:
    """The agencies looked at, and of every unit there whose it is."""

    agencies: frozenset[int]
    agency_of: dict[int, int]

    @classmethod
    def of(cls, session: Session, agencies: frozenset[int]) -> "_Places":
        units = select(Unit.id, Unit.agency_id).where(Unit.agency_id.in_(sorted(agencies))).order_by(Unit.id)
        return cls(agencies, dict(session.execute(units).all()))

    @property
    def open_there(self) -> ColumnElement[bool]:
        """Held by a unit of these agencies, whoever resolves it; or by none, and resolved there.

        Both lists are bound, so that either database finds them by the indexes of open dossiers.
        """
        alone = and_(
            Dossier.holding_unit_id.is_(None), Dossier.resolving_agency_id.in_(sorted(self.agencies))
        )
        return or_(Dossier.holding_unit_id.in_(sorted(self.agency_of)), alone)

    def key(self, unit_id: int | None, agency_id: int) -> Key:
        """Whose row a dossier of this unit, or of none at this agency, counts in."""
        return (agency_id, None) if unit_id is None else (self.agency_of[unit_id], unit_id)


def _lines(
    session: Session, places: _Places, since: dt.datetime, now: dt.datetime, next_day: dt.date
) -> list[UnitLine]:
    unit = Dossier.holding_unit_id
    alone = case((unit.is_(None), Dossier.resolving_agency_id))
    late = Dossier.overdue_from <= now

    def due(day: dt.date) -> ColumnElement[bool]:
        return and_(*due_between(day, day, now.tzinfo))

    counted = (
        select(
            unit, alone, _many(late), _many(and_(late, Dossier.overdue_from > since)),
            _many(Dossier.very_overdue_from <= now), func.min(case((late, Dossier.current_due_at))),
            _many(due(now.date())), _many(due(next_day)),
        )
        .where(_running(), places.open_there)
        .group_by(unit, alone)
    )  # fmt: skip
    found: dict[Key, dict[str, Any]] = {}
    names = ("overdue", "new", "very_overdue", "oldest", "today", "next_day")
    for unit_id, agency_id, *numbers in session.execute(counted):
        found[places.key(unit_id, agency_id)] = dict(zip(names, numbers, strict=True))
    for key, many in _apologies(session, places):
        found.setdefault(key, {})["apologies"] = many
    for agency_id, many in _late_receptions(session, places.agencies, now):
        found.setdefault((agency_id, None), {})["late_reception"] = many
    bare = _named(session, found)
    lines = (replace(bare[key], **numbers) for key, numbers in found.items())
    return [line for line in lines if any(getattr(line, name) for name in _NUMBERS)]


def _many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _apologies(session: Session, places: _Places) -> Iterable[tuple[Key, int]]:
    """Drafts that wait for a signature."""
    unit, alone = (
        Dossier.holding_unit_id,
        case((Dossier.holding_unit_id.is_(None), Dossier.resolving_agency_id)),
    )
    drafts = (
        select(unit, alone, func.count())
        .join(Apology, Apology.dossier_id == Dossier.id)
        .where(Apology.state == ApologyState.DRAFT, Dossier.closed_at.is_(None), places.open_there)
        .group_by(unit, alone)
    )
    for unit_id, agency_id, many in session.execute(drafts):
        yield places.key(unit_id, agency_id), many


def _late_receptions(
    session: Session, agencies: frozenset[int], now: dt.datetime
) -> Iterable[tuple[int, int]]:
    desk = Dossier.receiving_agency_id
    counted = select(desk, func.count()).where(_unanswered(now), desk.in_(sorted(agencies))).group_by(desk)
    return [(agency_id, many) for agency_id, many in session.execute(counted)]


def _named(session: Session, keys: Collection[Key]) -> dict[Key, UnitLine]:
    agencies = {agency_id for agency_id, _ in keys}
    units = {unit_id for _, unit_id in keys if unit_id is not None}
    asked: Select[int, str, str] = select(Agency.id, Agency.code, Agency.name)
    of_agency = {row.id: row for row in session.execute(asked.where(Agency.id.in_(sorted(agencies))))}
    of_unit = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(sorted(units)))).all())
    named = {}
    for agency_id, unit_id in keys:
        agency = of_agency[agency_id]
        unit = of_unit[unit_id] if unit_id is not None else None
        named[agency_id, unit_id] = UnitLine(
            agency.name,
            unit,
            {"only": agency.code, "unit": "0"} if unit_id is None else {"unit": str(unit_id)},
        )
    return named


def _only_code(session: Session, agency_ids: Collection[int]) -> str:
    """Of the one agency that a table is of; '' of several, which no address can name together."""
    found = list(session.execute(select(Agency.code).where(Agency.id.in_(sorted(agency_ids)))).scalars())
    return found[0] if len(found) == 1 else ""


def _flow(asked: Question) -> dict[str, str]:
    return {"agency": asked.agency, "from": asked.start.isoformat(), "to": asked.end.isoformat()}


def _sources(session: Session, places: _Places, now: dt.datetime) -> list[tuple[str, dt.datetime | None]]:
    """The mirrored sources of what is overdue, each with its oldest data."""
    oldest = (
        select(Source.name, func.min(told_at()))
        .join(Dossier, Dossier.source_id == Source.id)
        .where(Source.kind == SourceKind.MIRROR, _running(), Dossier.overdue_from <= now, places.open_there)
        .group_by(Source.name)
        .order_by(Source.name)
    )
    return [(name, moment) for name, moment in session.execute(oldest)]
