"""The board of indicators: definitions, targets, figures entered and reckoned, and how they stand.

An indicator is seen by its agency's subtree and by those above it; the shipped ones that nobody has taken on
by everybody. What is reckoned is reckoned from the reader's own scope.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import CalendarHorizonError, NotFound
from tthc_tracker.domain.indicators import (
    LOOKED_BACK,
    RHYTHMS,
    WHOLE,
    Computed,
    Direction,
    Entry,
    Figure,
    Measure,
    Outcome,
    Trend,
    entry,
    entry_due_on,
    outcome,
    parts_owed,
    trend,
)
from tthc_tracker.domain.periods import Period, PeriodKind, following, parse_period, period_of, previous
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.agency import Agency, AgencyScope
from tthc_tracker.models.indicator import Indicator
from tthc_tracker.queries import indicatorvalues
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.indicatorfigures import OfAgency, Reckoned
from tthc_tracker.queries.indicatorvalues import Holding, Kept, Targets

OF_AGENCY = "a"
"""What the part of an agency begins with, before its id."""

NETWORK_ENVIRONMENT = "network_environment"

HISTORY = 8
"""Periods that an indicator's page shows."""


@dataclass(frozen=True)
class IndicatorView:
    """An indicator as it is defined. agency_id: on whose board it stands; owner: who enters it."""

    id: int
    code: str
    name: str
    definition: str
    measure: Measure
    unit: str
    direction: Direction
    levels: tuple[Level, ...]
    computed: Computed | None
    agency_id: int | None
    owner_id: int | None
    owner_code: str | None
    owner: str | None
    duty: str
    rhythm: PeriodKind
    due_days: int
    since: dt.date
    version: int

    def told_of(self, period: Period) -> bool:
        """Whether it has a figure of such a period: its own kind, what is computed any, from its first on."""
        return self.since <= period.start and (self.computed is not None or self.rhythm is period.kind)


@dataclass(frozen=True)
class Reading:
    """One part of an indicator in a period, and how it stands."""

    part: str
    figure: Figure | None
    target: Decimal | None
    outcome: Outcome
    trend: Trend
    kept: Kept | None


@dataclass(frozen=True)
class BoardRow:
    """An indicator in a period. due_on: by when it is to be entered; None: not asked, or not known."""

    indicator: IndicatorView
    readings: tuple[Reading, ...]
    entry: Entry
    due_on: dt.date | None


@dataclass(frozen=True)
class Board:
    """All indicators of a period."""

    period: Period
    rows: tuple[BoardRow, ...]

    def counted(self) -> dict[Outcome, int]:
        """How many parts have each outcome."""
        found = dict.fromkeys(Outcome, 0)
        for row in self.rows:
            for reading in row.readings:
                found[reading.outcome] += 1
        return found


@dataclass(frozen=True)
class History:
    """One indicator over its last quarters, the newest first; what was entered for agencies; corrections."""

    indicator: IndicatorView
    rows: tuple[tuple[Period, tuple[Reading, ...]], ...]
    of_agencies: tuple[OfAgency, ...]
    entered: tuple[Kept, ...]  # of these quarters, replaced ones too, the newest first


def period_asked(text: str, today: dt.date) -> Period:
    """The quarter an address names; else the last one that has ended."""
    found = parse_period(text)
    if found is not None and found.kind is PeriodKind.QUARTER:
        return found
    return previous(period_of(PeriodKind.QUARTER, today))


def board_asked(text: str, today: dt.date) -> Period:
    """The period of a board that an address names: of any rhythm; else the last quarter that has ended."""
    found = parse_period(text)
    return found if found is not None and found.kind in RHYTHMS else period_asked("", today)


def period_for(view: IndicatorView, period: Period) -> Period:
    """The period of an indicator's own rhythm in which this one ends; what is computed has it of any."""
    is_told = view.computed is not None or view.rhythm is period.kind
    return period if is_told else period_of(view.rhythm, period.end)


def listed(session: Session, scope: Scope) -> tuple[IndicatorView, ...]:
    """The indicators that a scope sees, in their order."""
    found = session.execute(_views().where(_seen(scope)).order_by(Indicator.position, Indicator.id))
    return tuple(_view(row) for row in found)


def find(session: Session, code: str, scope: Scope) -> IndicatorView:
    """One indicator.

    Raises:
        NotFound: none, or none of this scope's.
    """
    row = session.execute(_views().where(Indicator.code == code, _seen(scope))).one_or_none()
    if row is None:
        raise NotFound(code)
    return _view(row)


def board(session: Session, scope: Scope, period: Period, now: dt.datetime, reckoned: Reckoned) -> Board:
    """Every indicator told of such a period: its parts against their targets and the period before."""
    views = [one for one in listed(session, scope) if one.told_of(period)]
    return _board(session, views, period, now, reckoned)


def ended_within(
    session: Session, scope: Scope, quarter: Period, now: dt.datetime, reckoned: Reckoned
) -> tuple[Board, ...]:
    """What is entered by month, half-year or year and ended in a quarter: a board a period, none empty.

    What is computed stands on the quarter's own board.
    """
    views = [one for one in listed(session, scope) if one.computed is None]
    boards = []
    for period in _ending_in(quarter, {one.rhythm for one in views}):
        told = [one for one in views if one.told_of(period)]
        boards += [_board(session, told, period, now, reckoned)] if told else []
    return tuple(boards)


def _ending_in(quarter: Period, rhythms: Collection[PeriodKind]) -> list[Period]:
    """The periods of other rhythms whose last day lies in a quarter, the shortest and the earliest first."""
    found = []
    for rhythm in (one for one in RHYTHMS if one in rhythms and one is not quarter.kind):
        period = period_of(rhythm, quarter.start)
        while period.end <= quarter.end:
            found.append(period)
            period = following(period)
    return found


def _board(
    session: Session, views: Sequence[IndicatorView], period: Period, now: dt.datetime, reckoned: Reckoned
) -> Board:
    both = (period, previous(period))
    kept, targets = (
        indicatorvalues.holding(session, _ids(views), both),
        indicatorvalues.targets(session, _ids(views)),
    )
    rows = []
    for view in views:
        last, now_ = (_figures(view, one, kept, reckoned) for one in reversed(both))
        readings = _readings(view, period, now_, last, targets, kept)
        entered = all(reading.figure is not None for reading in readings)
        state, due_on = _entry(session, view, period, now.date(), entered=entered)
        rows.append(BoardRow(view, readings, state, due_on))
    return Board(period, tuple(rows))


def history(
    session: Session, view: IndicatorView, scope: Scope, period: Period, reckoned: Reckoned
) -> History:
    """An indicator in the periods up to and with this one; by agency in this one."""
    quarters = [period]
    while len(quarters) <= HISTORY and quarters[-1].start > view.since:
        quarters.append(previous(quarters[-1]))
    kept, targets = (
        indicatorvalues.holding(session, [view.id], quarters),
        indicatorvalues.targets(session, [view.id]),
    )
    figures = {one: _figures(view, one, kept, reckoned) for one in quarters}
    rows = tuple(
        (one, _readings(view, one, figures[one], figures.get(previous(one), {}), targets, kept))
        for one in quarters[:HISTORY]
    )
    everything = indicatorvalues.entered(session, view.id, quarters[:HISTORY], scope)
    if view.computed is not None:
        return History(view, rows, reckoned.agencies(view.computed, period), everything)
    return History(view, rows, _of_agencies(everything, period), everything)


@dataclass(frozen=True)
class Entered:
    """A figure of a level that somebody entered, with its evidence: not reckoned from dossiers."""

    level: Level
    percent: Decimal
    evidence: str


def network_environment(session: Session, scope: Scope, period: Period) -> tuple[Entered, ...]:
    """The documents and work files of a quarter that were processed in the network environment, by level."""
    views = [one for one in listed(session, scope) if one.code == NETWORK_ENVIRONMENT]
    kept = indicatorvalues.holding(session, _ids(views), [period])
    found = {part: one for (_, _, part), one in kept.items()}
    return tuple(
        Entered(level, found[level.value].figure.value, found[level.value].evidence)
        for level in Level
        if level.value in found
    )


def owed(session: Session, today: dt.date, terms: Terms) -> dict[tuple[int, Period], tuple[Entry, dt.date]]:
    """By owner and period of the last year what is still to be entered: how it stands, and its day."""
    statement = _views().where(Indicator.computed.is_(None), Indicator.owner_id.is_not(None))
    views = [_view(row) for row in session.execute(statement.order_by(Indicator.id))]
    last = {rhythm: _last(rhythm, today) for rhythm in {view.rhythm for view in views}}
    kept = indicatorvalues.holding(session, _ids(views), [one for each in last.values() for one in each])
    found: dict[tuple[int, Period], tuple[Entry, dt.date]] = {}
    for view in views:
        for period in last[view.rhythm]:
            missing = {
                part for part in parts_owed(view.levels, period) if (view.id, period, part) not in kept
            }
            if view.since > period.start or not missing or view.owner_id is None:
                continue
            state, due_on = _entry(session, view, period, today, entered=False, terms=terms)
            key = view.owner_id, period
            if due_on is not None and (key not in found or due_on < found[key][1]):
                found[key] = state, due_on
    return found


def _last(rhythm: PeriodKind, today: dt.date) -> list[Period]:
    """The periods of a year that have ended, the latest first."""
    found = [previous(period_of(rhythm, today))]
    while len(found) < LOOKED_BACK[rhythm]:
        found.append(previous(found[-1]))
    return found


# --- parts


def _figures(view: IndicatorView, period: Period, kept: Holding, reckoned: Reckoned) -> dict[str, Figure]:
    """What was entered; of what is computed, of the periods in which it was entered still, likewise."""
    entered = {
        part: one.figure
        for (indicator, of, part), one in kept.items()
        if (indicator, of) == (view.id, period)
    }
    return entered if view.computed is None else entered or reckoned.parts(view.computed, period)


def _readings(
    view: IndicatorView,
    period: Period,
    figures: Mapping[str, Figure],
    before: Mapping[str, Figure],
    targets: Targets,
    kept: Holding,
) -> tuple[Reading, ...]:
    """The parts that are owed, and the whole wherever somebody gave it."""
    parts = parts_owed(view.levels, period)
    if WHOLE in figures and WHOLE not in parts:
        parts = (*parts, WHOLE)
    return tuple(
        Reading(
            part=part,
            figure=figures.get(part),
            target=(goal := _target(view, part, period, targets)),
            outcome=outcome(figures.get(part), goal, view.direction),
            trend=trend(figures.get(part), before.get(part), view.direction),
            kept=kept.get((view.id, period, part)),
        )
        for part in parts
    )


def _target(view: IndicatorView, part: str, period: Period, targets: Targets) -> Decimal | None:
    """The last one set for the part by then, else for every part."""
    for of in (part, WHOLE):
        held = [value for since, value in targets.get((view.id, of), ()) if since <= period.start]
        if held:
            return held[-1]
    return None


def _entry(
    session: Session,
    view: IndicatorView,
    period: Period,
    today: dt.date,
    *,
    entered: bool,
    terms: Terms | None = None,
) -> tuple[Entry, dt.date | None]:
    if view.computed is not None or view.owner_id is None:
        return Entry.NOT_ASKED, None
    calendar = work_calendar(session, view.owner_id)
    soon = (terms or Terms(session, today)).of(Rule.INDICATOR_DUE_SOON, view.owner_id).thresholds["days"]
    try:
        due_on = entry_due_on(period, view.due_days, calendar)
        return entry(period, due_on, soon, today, calendar, entered=entered), due_on
    except CalendarHorizonError:  # an unknown year accuses nobody
        return (Entry.ENTERED if entered else Entry.NOT_ASKED), None


def _of_agencies(entered: Iterable[Kept], period: Period) -> tuple[OfAgency, ...]:
    own = [
        one for one in entered
        if one.agency and one.replaced_at is None and one.period_start == period.start
    ]  # fmt: skip
    return tuple(
        OfAgency("", one.agency or "", one.figure) for one in sorted(own, key=lambda one: one.agency or "")
    )


def _ids(views: Sequence[IndicatorView]) -> list[int]:
    return [one.id for one in views]


def _seen(scope: Scope) -> ColumnElement[bool]:
    """Nobody's, of an agency in scope, of one above, or owed by one in scope."""
    if scope.all:
        return true()
    ids = sorted(scope.agency_ids)
    above = select(AgencyScope.ancestor_id).where(AgencyScope.descendant_id.in_(ids))
    return or_(
        Indicator.agency_id.is_(None), Indicator.agency_id.in_(ids), Indicator.agency_id.in_(above),
        Indicator.owner_id.in_(ids),
    )  # fmt: skip


def _views() -> Any:
    return select(Indicator, Agency.code.label("owner_code"), Agency.name.label("owner_name")).outerjoin(
        Agency, Agency.id == Indicator.owner_id
    )


def _view(row: Any) -> IndicatorView:
    one: Indicator = row.Indicator
    return IndicatorView(
        one.id, one.code, one.name, one.definition, one.measure, one.unit, one.direction,
        tuple(level for level in Level if level.value in one.levels), one.computed, one.agency_id,
        one.owner_id, row.owner_code, row.owner_name, one.duty, one.rhythm, one.due_days, one.since,
        one.version,
    )  # fmt: skip
