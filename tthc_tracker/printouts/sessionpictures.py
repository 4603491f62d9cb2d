"""What the pictures of the session's report show; who may draw does so (charts.session)."""

from decimal import Decimal
from typing import Any

from tthc_tracker.domain.performance import RateName
from tthc_tracker.queries.sessionreport import SessionReport
from tthc_tracker.wording.indicators import PARTS

GOALS, LEVELS, LATE = "goals", "levels", "late"
MOST_DRAWN = 12  # agencies in the picture of the late

Goal = tuple[str, Decimal, Decimal | None]
Both = tuple[str, Decimal | None, Decimal | None]
Late = tuple[str, int, int, int, int]


def shown(report: SessionReport) -> dict[str, tuple[Any, ...]]:
    """By the name of each picture what it is drawn from; one that would show nothing is left out."""
    pictures = {
        GOALS: (goals(report),),
        LEVELS: (levels(report), report.target),
        LATE: (late(report)[:MOST_DRAWN],),
    }
    return {name: given for name, given in pictures.items() if given[0]}


def goals(report: SessionReport) -> list[Goal]:
    """Every share that has a figure and a target."""
    found: list[Goal] = []
    for row in report.board.rows:
        view = row.indicator
        for one in row.readings:
            if one.figure is not None and one.target is not None and view.unit == "%":
                name = f"{PARTS[one.part]}: {view.name}" if one.part else view.name
                found.append((name, one.figure.value, one.target))
    return found


def levels(report: SessionReport) -> list[Both]:
    """The on-time rate of each level at the session before and at this one."""
    before = {line.key: line.rates[RateName.ON_TIME].percent for line in report.last_levels}
    return [
        (line.label, before.get(line.key), line.rates[RateName.ON_TIME].percent) for line in report.levels
    ]


def late(report: SessionReport) -> list[Late]:
    """Agencies, the worst first: resolved late, open overdue, answered late, waiting too long."""
    work = {line.key: line.row for line in report.agencies.rows}
    desks = {line.key: line.reception for line in report.agencies.reception_rows}
    names = {line.key: line.label for line in (*report.agencies.rows, *report.agencies.reception_rows)}
    found: list[Late] = []
    for key, name in names.items():
        row, desk = work.get(key), desks.get(key)
        mine = (row.late, row.open_overdue) if row else (0, 0)
        received = (desk.late, desk.waiting_late) if desk else (0, 0)
        if any((*mine, *received)):
            found.append((name, *mine, *received))
    return sorted(found, key=lambda one: (-sum(one[1:]), one[0]))
