"""What is shipped: reference rows that every database needs, and the catalogue of Quảng Trị to begin with."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.indicators import Computed, Direction, Measure
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.periods import quarter
from tthc_tracker.models.calendar import CalendarYear
from tthc_tracker.models.fieldreport import FieldReportKind
from tthc_tracker.models.indicator import Indicator
from tthc_tracker.models.procedure import Procedure, Source
from tthc_tracker.services.agencies import load_agencies, load_successions, load_units
from tthc_tracker.services.calendars import load_calendar
from tthc_tracker.services.components import load_components
from tthc_tracker.services.fieldreportfiles import load_kinds
from tthc_tracker.services.formtitles import load_titles, seed_titles
from tthc_tracker.services.pauserules import load_pauses
from tthc_tracker.services.procedures import load_procedures
from tthc_tracker.services.processes import load_processes
from tthc_tracker.services.sources import load_sources
from tthc_tracker.services.tablerows import Outcome, read_table

DATA = Path(__file__).resolve().parent.parent / "data"

CALENDAR = "calendar/national.csv"

FIRST_QUARTER = quarter(2024, 1)
"""The quarter of the session that these indicators are of."""

Loader = Callable[..., Outcome]

LOADERS: dict[str, Loader] = {
    "agencies": load_agencies,
    "units": load_units,
    "successions": load_successions,
    "procedures": load_procedures,
    "components": load_components,
    "processes": load_processes,
    "sources": load_sources,
    "pauses": load_pauses,
    "reportkinds": load_kinds,
    "forms": load_titles,
}
"""What `flask catalogue load` can load, in the order in which one needs the other."""


def seed_reference(session: Session, now: dt.datetime) -> None:
    """Sources, titles of forms, the national calendar and procedures: there from the first migration on.

    What is there already stays as it is: people may have changed it since.
    """
    _seed_basics(session, now)
    if session.execute(select(Procedure.id).limit(1)).first() is None:
        for kind, name in SHIPPED:
            if kind in {"procedures", "components"}:
                LOADERS[kind](session, _shipped(name), actor_id=None, now=now)


def _seed_basics(session: Session, now: dt.datetime) -> None:
    _seed_sources(session)
    seed_titles(session, _shipped("reference/form_titles.csv"))
    _seed_indicators(session)
    if session.execute(select(FieldReportKind.id).limit(1)).first() is None:
        load_kinds(session, _shipped("reference/field_report_kinds.csv"), actor_id=None, now=now)
    if not _has_calendar(session):
        load_calendar(session, _shipped(CALENDAR), actor_id=None, now=now)


def _shipped(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def _seed_sources(session: Session) -> None:
    known = set(session.execute(select(Source.code)).scalars())
    for row in read_table(_shipped("reference/sources.csv"), ("code", "name", "kind", "url")).rows:
        cells = row.cells
        if cells["code"] not in known:
            session.add(
                Source(
                    code=cells["code"], name=cells["name"], kind=SourceKind(cells["kind"]), url=cells["url"]
                )
            )  # fmt: skip


def _seed_indicators(session: Session) -> None:
    known = set(session.execute(select(Indicator.code)).scalars())
    columns = ("code", "name", "definition", "measure", "unit", "direction", "levels", "computed", "due_days")
    for position, row in enumerate(read_table(_shipped("reference/indicators.csv"), columns).rows, 1):
        cells = row.cells
        if cells["code"] not in known:
            session.add(
                Indicator(
                    code=cells["code"], position=position, name=cells["name"], definition=cells["definition"],
                    measure=Measure(cells["measure"]), unit=cells["unit"],
                    direction=Direction(cells["direction"]), levels=cells["levels"].split(),
                    computed=Computed(cells["computed"]) if cells["computed"] else None,
                    due_days=int(cells["due_days"]), since=FIRST_QUARTER.start,
                )
            )  # fmt: skip


def _has_calendar(session: Session) -> bool:
    return session.execute(select(CalendarYear.year).limit(1)).first() is not None


# kind → file under data/; a kind may have several, one after the other
SHIPPED: tuple[tuple[str, str], ...] = (
    ("agencies", "agencies/quang_tri.csv"),
    ("agencies", "agencies/history.csv"),
    ("successions", "agencies/successions.csv"),
    ("units", "agencies/units.csv"),
    ("procedures", "procedures/procedures.csv"),
    ("components", "procedures/components.csv"),
)


def load_shipped(session: Session, now: dt.datetime, *, actor_id: int | None = None) -> dict[str, Outcome]:
    """Load all that is shipped into a database; gives the outcome of each file by its name."""
    _seed_basics(session, now)
    return {
        name: LOADERS[kind](session, _shipped(name), actor_id=actor_id, now=now) for kind, name in SHIPPED
    }
