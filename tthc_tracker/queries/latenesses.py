"""Why dossiers are late: counts per agency and cause, and the dossiers behind a count.

Late by the lawful date (due_at, of the statistics): finished late within a period, or open and late now.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.lifecycle import FinishClass
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.apology import Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import listing, statisticstransfers
from tthc_tracker.queries.described import described
from tthc_tracker.queries.listing import Count, Page
from tthc_tracker.queries.scoping import agency_ids, visible
from tthc_tracker.queries.statisticscells import span_of, units_called

UNSAID = "none"  # in an address: nobody has said why


@dataclass
class AgencyCauses:
    """How many late dossiers an agency has, by cause; None: nobody has said why."""

    code: str
    name: str
    numbers: dict[LatenessCause | None, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.numbers.values())


def by_agency(session: Session, period: Period, scope: Scope, now: dt.datetime) -> list[AgencyCauses]:
    """Every agency with late dossiers, the most first. Two reads: what was finished, what is open."""
    found: dict[str, AgencyCauses] = {}
    resolver = _resolver(session, period, now)
    for late in (_finished(period), _open(now)):
        statement = (
            select(Agency.code, Agency.name, Lateness.cause, func.count())
            .select_from(Dossier)
            .join(Agency, Agency.id == resolver)
            .outerjoin(Lateness, Lateness.dossier_id == Dossier.id)
            .where(late, visible(scope))
            .group_by(Agency.code, Agency.name, Lateness.cause)
            .order_by(Agency.code)
        )
        for code, name, cause, number in session.execute(statement):
            found.setdefault(code, AgencyCauses(code, name)).numbers[cause] += number
    return sorted(found.values(), key=lambda one: (-one.total, one.code))


def by_cause(
    session: Session,
    period: Period,
    scope: Scope,
    agencies: frozenset[int] | None,
    now: dt.datetime,
    *,
    unit: str = "",
) -> dict[LatenessCause | None, int]:
    """The late dossiers of some agencies, or of all (None), or of a unit by cause: the same two reads."""
    numbers: dict[LatenessCause | None, int] = defaultdict(int)
    resolver = _resolver(session, period, now)
    there = and_(true() if agencies is None else resolver.in_(sorted(agencies)), _of_unit(unit))
    for late in (_finished(period), _open(now)):
        statement = (
            select(Lateness.cause, func.count())
            .select_from(Dossier)
            .outerjoin(Lateness, Lateness.dossier_id == Dossier.id)
            .where(late, visible(scope), there)
            .group_by(Lateness.cause)
        )
        for cause, number in session.execute(statement):
            numbers[cause] += number
    return numbers


class LateDossier(NamedTuple):
    """A dossier behind a count. due_at: the lawful date; second: that of a re-appointment."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    accepted_at: dt.datetime
    due_at: dt.datetime
    second: dt.datetime | None
    closed_at: dt.datetime | None
    cause: LatenessCause | None
    note: str | None


def behind(
    session: Session,
    question: Mapping[str, str],
    period: Period,
    scope: Scope,
    now: dt.datetime,
    *,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[LateDossier]:
    """A page of the dossiers behind a count, the earliest lawful date first; `question` names agency (or
    `within`: it and all below), unit and cause as an address does, without them all are meant."""
    statement = _details(_behind(session, question, period, scope, now))
    statement = statement.order_by(Dossier.due_at, Dossier.id).limit(size + 1)
    if start := listing.moment_and_id(after):
        statement = statement.where(tuple_(Dossier.due_at, Dossier.id) > start)
    found = [_late(row) for row in session.execute(statement)]
    rows = tuple(found[:size])
    more = len(found) > size
    return Page(rows, listing.encode_cursor(rows[-1].due_at, rows[-1].id) if more else "")


def count_behind(
    session: Session, question: Mapping[str, str], period: Period, scope: Scope, now: dt.datetime
) -> Count:
    """How many `behind` has, exactly up to ten thousand."""
    return listing.count(session, _behind(session, question, period, scope, now))


def _behind(
    session: Session, question: Mapping[str, str], period: Period, scope: Scope, now: dt.datetime
) -> Any:
    chosen: list[ColumnElement[bool]] = [or_(_finished(period), _open(now)), visible(scope)]
    if agency := question.get("agency", ""):
        chosen.append(Agency.code == agency)
    if (within := agency_ids(session, question.get("within", ""))) is not None:
        chosen.append(_resolver(session, period, now).in_(sorted(within)))
    chosen.append(_of_unit(question.get("unit", "")))
    if (cause := question.get("cause", "")) == UNSAID:
        chosen.append(Lateness.cause.is_(None))
    elif cause in set(LatenessCause):
        chosen.append(Lateness.cause == LatenessCause(cause))
    return (
        select(Dossier.id)
        .select_from(Dossier)
        .join(Agency, Agency.id == _resolver(session, period, now))
        .outerjoin(Lateness, Lateness.dossier_id == Dossier.id)
        .where(*chosen)
    )


def _details(late: Any) -> Any:
    return described(late).add_columns(
        Dossier.code, Dossier.version, Dossier.accepted_at, Dossier.due_at, Dossier.current_due_at,
        Dossier.closed_at, Lateness.cause, Lateness.note,
    )  # fmt: skip


def _late(row: Any) -> LateDossier:
    return LateDossier(
        row.id, row.code, row.version, row.procedure_code, row.procedure,
        listed_name(row.owner, row.owner_kind), row.agency_code, row.agency, row.unit, row.officer,
        row.accepted_at, row.due_at, None if row.current_due_at == row.due_at else row.current_due_at,
        row.closed_at, row.cause, row.note,
    )  # fmt: skip


def _resolver(session: Session, period: Period, now: dt.datetime) -> ColumnElement[int]:
    """Whose a late dossier is: of one that has ended its resolver on that day, as statistics have it; of one
    that is open the agency that has it."""
    ended = statisticstransfers.resolver_of(session, span_of(period.start, period.end, now))
    return case((Dossier.closed_at.is_(None), Dossier.resolving_agency_id), else_=ended)


def _of_unit(key: str) -> ColumnElement[bool]:
    return Dossier.holding_unit_id.in_(units_called(key)) if key else true()


def _finished(period: Period) -> ColumnElement[bool]:
    within = and_(Dossier.closed_on >= period.start, Dossier.closed_on <= period.end)
    return and_(within, Dossier.finish_class == FinishClass.LATE)


def _open(now: dt.datetime) -> ColumnElement[bool]:
    """Overdue, or re-appointed and late on the lawful date: each by an index of its own."""
    running = and_(
        Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.paused_since.is_(None)
    )
    second = and_(Dossier.reappointed_at.is_not(None), Dossier.late_from <= now)
    return and_(running, or_(Dossier.overdue_from <= now, second))
