"""Everything that the report of a session says, read at one moment: "Báo cáo phiên họp quý"."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.performance import Rate, RateName
from tthc_tracker.domain.periods import Period, previous
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries import (
    conclusions,
    fieldreports,
    indicators,
    lateshares,
    outages,
    publishedfigures,
    settings,
)
from tthc_tracker.queries.conclusions import ConclusionView
from tthc_tracker.queries.fieldreports import ReportCounts
from tthc_tracker.queries.indicatorfigures import Reckoned
from tthc_tracker.queries.indicators import Board
from tthc_tracker.queries.lateshares import OfSource
from tthc_tracker.queries.outages import OutageView
from tthc_tracker.queries.publishedfigures import Published
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.queries.statistics import Line, Statistics

COMPARED = (
    RateName.ON_TIME, RateName.RECEPTION, RateName.OVERDUE_OPEN, RateName.ONLINE, RateName.ELECTRONIC,
    RateName.COMPONENTS, RateName.RESULTS,
)  # fmt: skip
"""The rates that are held against those of the session before."""


@dataclass(frozen=True)
class Change:
    """A rate and what it was at the session before."""

    name: RateName
    rate: Rate
    before: Rate


@dataclass(frozen=True)
class SessionReport:
    """The report of an agency for a quarter. superior: the agency above, '' for none; others: what is told
    by month, half-year or year and ended in the quarter."""

    agency_id: int
    agency: str
    superior: str
    period: Period
    before: Period
    board: Board
    last_board: Board
    others: tuple[Board, ...]
    total: Line
    last_total: Line
    levels: tuple[Line, ...]
    last_levels: tuple[Line, ...]
    agencies: Statistics
    target: Decimal
    sources: tuple[OfSource, ...]
    causes: list[tuple[LatenessCause | None, int]]
    outages: tuple[OutageView, ...]
    concluded: tuple[ConclusionView, ...]
    published: tuple[Published, ...]
    field_reports: ReportCounts
    reckoned_at: dt.datetime

    @property
    def changes(self) -> tuple[Change, ...]:
        """The rates of both quarters side by side."""
        now, then = self.total.rates, self.last_total.rates
        return tuple(Change(name, now[name], then[name]) for name in COMPARED)


def report(
    session: Session, agency_code: str, period: Period, scope: Scope, now: dt.datetime
) -> SessionReport:
    """The report of an agency and all below it; '' is the highest one of the scope.

    Raises:
        NotFound: no such agency in scope.
    """
    agency = _agency(session, agency_code, scope)
    own, before = scope_of(session, [agency.id]), previous(period)
    reckoned = Reckoned(session, own, now)
    this, last = reckoned.table(period), reckoned.table(before)
    superior = session.get(Agency, agency.parent_id) if agency.parent_id else None
    return SessionReport(
        agency_id=agency.id, agency=agency.name, superior=superior.name if superior else "", period=period,
        before=before, board=indicators.board(session, own, period, now, reckoned),
        last_board=indicators.board(session, own, before, now, reckoned),
        others=indicators.ended_within(session, own, period, now, reckoned),
        total=this.total, last_total=last.total, levels=reckoned.levels(period).rows,
        last_levels=reckoned.levels(before).rows, agencies=this,
        target=Decimal(settings.setting(session, "on_time_target", agency.id, period.end)),
        sources=lateshares.by_source(session, own, period, now),
        causes=lateshares.by_cause(session, own, period, now),
        outages=outages.within(session, own, period.start, period.end),
        concluded=conclusions.of_report(session, own, before.key, period.key, now.date()),
        published=publishedfigures.of_period(session, own, period, now),
        field_reports=fieldreports.counted(session, own, period.start, period.end, now=now), reckoned_at=now,
    )  # fmt: skip


def _agency(session: Session, code: str, scope: Scope) -> Agency:
    """The agency of a code, or the highest that still works of a scope: who has nobody above him in it."""
    if code:
        found = session.execute(select(Agency).where(Agency.code == code)).scalar_one_or_none()
        if found is None or not scope.sees({found.id}):
            raise NotFound(code)
        return found
    own = select(Agency).where(Agency.active_to.is_(None)).order_by(Agency.id)
    if not scope.all:
        own = own.where(Agency.id.in_(sorted(scope.agency_ids)))
    rows = session.execute(own).scalars().all()
    inside = {row.id for row in rows}
    top = next((row for row in rows if row.parent_id is None or row.parent_id not in inside), None)
    if top is None:
        raise NotFound("no agency in scope")
    return top
