"""Where the numbers of a computed indicator lead: to exactly what was counted, where a list holds that."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_login import current_user

from tthc_tracker.domain.indicators import Computed, Figure
from tthc_tracker.domain.periods import Period
from tthc_tracker.queries.fieldreportlist import Tab
from tthc_tracker.queries.indicatorfigures import OfAgency, cells_of
from tthc_tracker.queries.indicators import Reading
from tthc_tracker.queries.statisticscells import By, Cell


@dataclass(frozen=True)
class Behind:
    """The addresses of the lists; None: there is none, or nothing was counted."""

    figure: str | None = None
    num: str | None = None
    den: str | None = None


def behind(computed: Computed | None, one: Reading, period: Period) -> Behind:
    """What lies behind one part of an indicator in a period."""
    if computed is None or one.figure is None or one.kept:  # what was entered was counted elsewhere
        return Behind()
    if computed is Computed.FIELD_REPORTS:
        return Behind(figure=_reports(period) if one.figure.value else None)
    return _of_parts(computed, one.figure, By.LEVEL, one.part, period)


def behind_agency(computed: Computed | None, one: OfAgency, period: Period) -> Behind:
    """What lies behind the computed figure of an agency; nothing behind one that was entered."""
    if computed is None or not one.code:
        return Behind()
    return _of_parts(computed, one.figure, By.AGENCY, one.code, period)


def _of_parts(computed: Computed, figure: Figure, by: By, key: str, period: Period) -> Behind:
    """The lists of numerator and denominator; cards are counted by what no list narrows to."""
    if not (cells := cells_of(computed)):
        return Behind()
    num, den = (_dossiers(cell, by, key, period) for cell in cells)
    return Behind(num=num if figure.num else None, den=den if figure.den else None)


def _dossiers(cell: Cell, by: By, key: str, period: Period) -> str:
    return url_for("reports.dossiers", **_days(period), by=by.value, key=key or None, cell=cell.value)


def _reports(period: Period) -> str | None:
    """Counted by who handles them; who holds roles at several agencies has no list of just those."""
    if not current_user.scope.all and len({one.agency_id for one in current_user.memberships}) > 1:
        return None
    whose = None if current_user.scope.all else current_user.home_agency_code
    return url_for("fieldreports.index", **_days(period), tab=Tab.ALL.value, agency=whose)


def _days(period: Period) -> dict[str, Any]:
    return {"from": period.start.isoformat(), "to": period.end.isoformat()}
