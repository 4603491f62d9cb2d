"""The late and the late-received of a period by source, by cause: other rows of the statutory partition."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import CTE, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.performance import ResultCell
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.apology import Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsrounds as rounds
from tthc_tracker.queries.scoping import received_within, resolved_within
from tthc_tracker.queries.statisticscells import Cell, Span, span_of

_LATE = (ResultCell.LATE.value, ResultCell.OPEN_OVERDUE.value)
_LATE_AT_THE_DESK = (Cell.RECEPTION_LATE, Cell.RECEPTION_WAITING_LATE)


@dataclass(frozen=True)
class OfSource:
    """What came by a source: resolved late, open and overdue at the end, answered late, waiting too long."""

    name: str
    late: int
    overdue: int
    answered_late: int
    waiting_late: int

    @property
    def total(self) -> int:
        """All four together: what its row is ordered by."""
        return self.late + self.overdue + self.answered_late + self.waiting_late


def by_source(session: Session, scope: Scope, period: Period, now: dt.datetime) -> tuple[OfSource, ...]:
    """Every source that anything late came by, the worst first."""
    late, received = _late(session, scope, period, now), _received_late(session, scope, period, now)
    names = {name for name, _ in (*late, *received)}
    found = [
        OfSource(
            name, late[name, _LATE[0]], late[name, _LATE[1]], received[name, _LATE_AT_THE_DESK[0].value],
            received[name, _LATE_AT_THE_DESK[1].value],
        )
        for name in sorted(names)
    ]  # fmt: skip
    return tuple(sorted((one for one in found if one.total), key=lambda one: (-one.total, one.name)))


def by_cause(
    session: Session, scope: Scope, period: Period, now: dt.datetime
) -> list[tuple[LatenessCause | None, int]]:
    """Why what was late in the period was late, the most first; None, last: nobody has said why."""
    sums: Counter[LatenessCause | None] = Counter()
    span, pauses = _at_the_end(period, now)
    result = cells.result_cell(span, pauses)
    for part in cells.parts_of(span):
        statement = (
            select(Lateness.cause, func.count())
            .select_from(Dossier)
            .outerjoin(Lateness, Lateness.dossier_id == Dossier.id)
            .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
            .where(part, resolved_within(scope), result.in_(_LATE))
            .group_by(Lateness.cause)
        )
        for cause, many in session.execute(statement):
            sums[cause] += many
    return sorted(sums.items(), key=lambda one: (one[0] is None, -one[1], str(one[0])))


def _at_the_end(period: Period, now: dt.datetime) -> tuple[Span, CTE]:
    span = span_of(period.start, period.end, now)
    return span, cells.open_pauses(span)


def _late(session: Session, scope: Scope, period: Period, now: dt.datetime) -> Counter[tuple[str, str]]:
    found = Counter[tuple[str, str]]()
    span, pauses = _at_the_end(period, now)
    result = cells.result_cell(span, pauses).label("result")
    for part in cells.parts_of(span):
        statement = (
            select(Source.name, result, func.count())
            .select_from(Dossier)
            .join(Source, Source.id == Dossier.source_id)
            .outerjoin(pauses, pauses.c.dossier_id == Dossier.id)
            .where(part, resolved_within(scope))
            .group_by(Source.name, result)
        )
        for name, cell, many in session.execute(statement):
            if cell in _LATE:
                found[name, cell] += many
    return found


def _received_late(
    session: Session, scope: Scope, period: Period, now: dt.datetime
) -> Counter[tuple[str, str]]:
    span, found = span_of(period.start, period.end, now), Counter[tuple[str, str]]()
    for cell in _LATE_AT_THE_DESK:
        statement = (
            select(Source.name, func.count())
            .select_from(ReceptionRound)
            .join(Dossier, Dossier.id == ReceptionRound.dossier_id)
            .join(Source, Source.id == Dossier.source_id)
            .where(
                rounds.round_falls_in(span, period.end), rounds.counts_at_reception(), received_within(scope),
                rounds.round_in_cell(cell, now), rounds.dossier_of_round(cell),
            )
            .group_by(Source.name)
        )  # fmt: skip
        for name, many in session.execute(statement):
            found[name, cell.value] += many
    return found
