"""The list of procedures behind a number of the working tables: each as often as the number counts it."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.procedures import ServiceLevel
from tthc_tracker.queries import listing, names, procedurecounts
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.keptlist import Asked, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.queries.procedurecounts import Counted
from tthc_tracker.queries.statistics import headings
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.wording import procedurelists

OF = ("offered", "used", "process")
"""What a number counts: procedures in force, those of which dossiers came, those with a process."""


@dataclass(frozen=True)
class Behind:
    """One number: its table (rows by field or by agency), its row ('' the total), which procedures."""

    question: Question
    key: str
    of: str
    level: Level | None = None
    service: ServiceLevel | None = None


class ProcedureRow(NamedTuple):
    """A procedure at the place where it is counted. agency: '' where that is a level."""

    code: str
    name: str
    sector: str
    level: Level
    agency: str
    service: ServiceLevel
    has_process: bool
    is_used: bool
    dossiers: int
    online: int


def behind(asked: Asked) -> Behind:
    """The number that an address asks for."""
    said = asked.question
    around = questions.read(said, asked.now.date()).with_level("")
    level, service, of = said.get("level", ""), said.get("service", ""), said.get("of", "")
    return Behind(
        around.with_by(By.AGENCY if around.by is By.AGENCY else By.SECTOR).question(asked.scope),
        said.get("key", "")[: questions.KEY],
        of if of in OF else OF[0],
        Level(level) if level in set(Level) else None,
        ServiceLevel(service) if service in set(ServiceLevel) else None,
    )


def _chosen(session: Session, one: Behind, now: dt.datetime) -> list[Counted]:
    """In the order of their codes, and of the places of each."""
    read = procedurecounts.at_agencies if one.question.by is By.AGENCY else procedurecounts.at_levels
    rows = {row for row, heading in headings(session, one.question.by).items() if heading.key == one.key}
    has = {"offered": "is_offered", "used": "is_used", "process": "has_process"}[one.of]
    chosen = (
        each
        for each in read(session, one.question, now)
        if (not one.key or each.row in rows)
        and getattr(each, has)
        and one.level in {None, each.level}
        and one.service in {None, each.service}
    )
    return sorted(chosen, key=_place)


def _place(one: Counted) -> tuple[str, int, str, str]:
    return one.code, one.row, one.level.value, one.service.value


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    one = behind(asked)
    found = _chosen(session, one, asked.now)
    match listing.decode_cursor(after):
        case [str(code), int(row), str(level), str(service)]:
            found = [each for each in found if _place(each) > (code, row, level, service)]
    shown = found[:size]
    sectors = names.sectors.of(session, (each.sector_id for each in shown))
    of_agency = one.question.by is By.AGENCY
    agencies = names.agencies.of(session, (each.row for each in shown if of_agency))
    rows = tuple(
        ProcedureRow(
            each.code, each.name, sectors[each.sector_id], each.level,
            agencies[each.row].name if of_agency else "", each.service, each.has_process, each.is_used,
            each.dossiers, each.online,
        )
        for each in shown
    )  # fmt: skip
    return Page(rows, listing.encode_cursor(*_place(shown[-1])) if len(found) > size else "")


def _count(session: Session, asked: Asked) -> Count:
    return Count(len(_chosen(session, behind(asked), asked.now)), more=False)


_ASKS = ("from", "to", "period", "agency", "by", "key", "of", "level", "service")
COUNTED_PROCEDURES = KeptList(procedurelists.COLUMNS, Permission.VIEW_REPORTS, _ASKS, _page, _count, acts=())
