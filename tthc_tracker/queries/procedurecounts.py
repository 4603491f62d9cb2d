"""Procedures where the working tables count them: at each of their levels, at each agency with dossiers.

Table and list read the same rows, so that a number opens exactly what it counts.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import Channel, State
from tthc_tracker.domain.procedures import ServiceLevel
from tthc_tracker.domain.statutorytable import DISTRICTS_UNTIL
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Procedure, ProcedureVersion
from tthc_tracker.models.process import Process
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticstransfers
from tthc_tracker.queries.catalogue import in_force
from tthc_tracker.queries.statisticscells import Question, Span, span_of


class Counted(NamedTuple):
    """A procedure at a place. row: the id of the sector or of the agency in whose row it is counted.

    is_offered: in force at the period's end for that level; is_used: dossiers of it came in the period.
    """

    row: int
    code: str
    name: str
    sector_id: int
    level: Level
    service: ServiceLevel
    is_offered: bool
    is_used: bool
    has_process: bool
    dossiers: int = 0
    online: int = 0


class _Known(NamedTuple):
    """A procedure in force. levels: as it is written, `tinh;xa`."""

    id: int
    code: str
    name: str
    sector_id: int
    levels: str
    service: str
    has_process: bool


def at_levels(session: Session, question: Question, now: dt.datetime) -> list[Counted]:
    """Every procedure at each of its levels, in the row of its field: used where desks of that level received
    dossiers of it. Three queries."""
    span = span_of(question.start, question.end, now)
    received = _received(session, question, span)
    return [
        Counted(
            one.sector_id, one.code, one.name, one.sector_id, level, ServiceLevel(one.service),
            is_offered=True, is_used=(one.id, level) in received, has_process=one.has_process,
        )
        for one in _in_force(session, span.end)
        for level in _levels(one.levels, span)
    ]  # fmt: skip


def at_agencies(session: Session, question: Question, now: dt.datetime) -> list[Counted]:
    """At each agency that dossiers came to in the period: the procedures of its level, and those that came,
    by how much of them could be done online. Four queries."""
    span = span_of(question.start, question.end, now)
    came = {(row.agency, row.procedure_id, row.service_level): row for row in _came(session, question, span)}
    agencies = {agency for agency, _, _ in came}
    levels = dict(session.execute(select(Agency.id, Agency.level).where(Agency.id.in_(agencies))).all())
    known = _in_force(session, span.end)
    found = []
    for agency in sorted(agencies):
        for one in known:
            if levels[agency].value in one.levels.split(";"):
                row = came.pop((agency, one.id, one.service), None)
                found.append(_at(agency, levels[agency], one, row, is_offered=True))
    past = {one.id: one for one in _latest(session, {procedure for _, procedure, _ in came})}
    found += [
        _at(agency, levels[agency], past[procedure]._replace(service=service), row, is_offered=False)
        for (agency, procedure, service), row in came.items()
    ]
    return found


def by_row(found: Iterable[Counted]) -> dict[int, Counter[str]]:
    """What the tables count of each row: of every level, of every service level."""
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for one in found:
        its, level, service = sums[one.row], one.level.value, one.service.value
        for name in (level, service):
            its[f"{name}_offered"] += one.is_offered
            its[f"{name}_used"] += one.is_used
        its[f"{level}_process"] += one.has_process
        its[f"{service}_dossiers"] += one.dossiers
        its[f"{service}_online"] += one.online
    return sums


def _at(agency: int, level: Level, one: _Known, came: Any, *, is_offered: bool) -> Counted:
    return Counted(
        agency, one.code, one.name, one.sector_id, level, ServiceLevel(one.service), is_offered=is_offered,
        is_used=came is not None, has_process=one.has_process, dossiers=came.dossiers if came else 0,
        online=came.online if came else 0,
    )  # fmt: skip


def _came(session: Session, question: Question, span: Span) -> list[Any]:
    """The dossiers that were accepted in the period, by resolving agency and procedure."""
    resolver = statisticstransfers.resolver_of(session, span)
    statement = (
        select(
            resolver.label("agency"), ProcedureVersion.service_level, Dossier.procedure_id,
            func.count().label("dossiers"),
            func.count(case((Dossier.channel == Channel.ONLINE, 1))).label("online"),
        )
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .where(
            Dossier.accepted_on.between(span.start, span.end), Dossier.state != State.CANCELLED,
            cells.resolved_by(session, question, resolver),
        )
        .group_by(resolver, ProcedureVersion.service_level, Dossier.procedure_id)
        .order_by(resolver, Dossier.procedure_id, ProcedureVersion.service_level)
    )  # fmt: skip
    return list(session.execute(statement))


def _received(session: Session, question: Question, span: Span) -> set[tuple[int, Level]]:
    """Procedures with the levels at which desks received dossiers of them."""
    statement = (
        select(Dossier.procedure_id, Agency.level)
        .join(Agency, Agency.id == Dossier.receiving_agency_id)
        .where(
            Dossier.accepted_on.between(span.start, span.end),
            Dossier.state != State.CANCELLED,
            cells.received_by(session, question),
        )
        .distinct()
    )
    return {(procedure, Level(level)) for procedure, level in session.execute(statement)}


def _in_force(session: Session, day: dt.date) -> list[_Known]:
    """The procedures in force on a day, in the order of their codes."""
    with_process = set(
        session.execute(select(Process.procedure_id).where(Process.valid_from <= day)).scalars()
    )
    rows = session.execute(_versions().where(in_force(day)).order_by(Procedure.code))
    return [_known(row, has_process=row.id in with_process) for row in rows]


def _latest(session: Session, ids: set[int]) -> list[_Known]:
    """What these procedures were last called."""
    rows = session.execute(
        _versions().where(Procedure.id.in_(ids)).order_by(Procedure.id, ProcedureVersion.valid_from)
    )
    return [_known(row, has_process=False) for row in rows]


def _known(row: Any, *, has_process: bool) -> _Known:
    return _Known(
        row.id, row.code, row.name, row.sector_id, row.levels, row.service_level, has_process=has_process
    )


def _versions() -> Any:
    version = ProcedureVersion
    return select(
        Procedure.id, Procedure.code, version.name, version.sector_id, version.levels, version.service_level
    ).join(version, version.procedure_id == Procedure.id)


def _levels(levels: str, span: Span) -> list[Level]:
    """The levels of a procedure in a province; districts as long as there were any when the period began."""
    ended = span.start > DISTRICTS_UNTIL
    there = (Level.TINH, Level.XA) if ended else (Level.TINH, Level.HUYEN, Level.XA)
    return [level for level in there if level in levels.split(";")]
