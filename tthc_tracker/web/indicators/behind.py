"""Where the numbers of a computed indicator lead: to exactly what was counted, where a list holds that."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_login import current_user

from tthc_tracker.domain.indicators import Computed
from tthc_tracker.domain.periods import Period
from tthc_tracker.queries.fieldreportlist import Tab
from tthc_tracker.queries.indicators import Reading
from tthc_tracker.queries.statisticscells import By, Cell

# Numerator and denominator of each; components and cards are counted by what no list narrows to.
_CELLS = {
    Computed.ELECTRONIC: (Cell.ELECTRONIC, Cell.ELECTRONIC_KNOWN),
    Computed.ONLINE: (Cell.ONLINE, Cell.FILED),
    Computed.ONLINE_PAYMENT: (Cell.PAID_ONLINE, Cell.FEE_DUE),
    Computed.ON_TIME: (Cell.IN_TIME, Cell.RESOLVED),
    Computed.RECEPTION: (Cell.RECEPTION_IN_TIME, Cell.RECEPTION_DUE),
}


@dataclass(frozen=True)
class Behind:
    """The addresses of the lists; None: there is none, or nothing was counted."""

    figure: str | None = None
    num: str | None = None
    den: str | None = None


def behind(computed: Computed | None, one: Reading, period: Period) -> Behind:
    """What lies behind one part of an indicator in a period."""
    if computed is None or one.figure is None:
        return Behind()
    if computed is Computed.FIELD_REPORTS:
        return Behind(figure=_reports(period) if one.figure.value else None)
    if cells := _CELLS.get(computed):
        num, den = (_dossiers(cell, one.part, period) for cell in cells)
        return Behind(num=num if one.figure.num else None, den=den if one.figure.den else None)
    return Behind()


def _dossiers(cell: Cell, part: str, period: Period) -> str:
    return url_for("reports.dossiers", **_days(period), by=By.LEVEL.value, key=part or None, cell=cell.value)


def _reports(period: Period) -> str | None:
    """Counted by who handles them; who holds roles at several agencies has no list of just those."""
    if not current_user.scope.all and len({one.agency_id for one in current_user.memberships}) > 1:
        return None
    whose = None if current_user.scope.all else current_user.home_agency_code
    return url_for("fieldreports.index", **_days(period), tab=Tab.ALL.value, agency=whose)


def _days(period: Period) -> dict[str, Any]:
    return {"from": period.start.isoformat(), "to": period.end.isoformat()}
