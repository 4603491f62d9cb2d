"""In whose hands the dossiers of an agency lay, and how long: working time by holder, of what it finished."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.custody import Held, HolderKind, minutes_of
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.process import Custody
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries import statisticsends, statisticstransfers
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.custody import Keeper
from tthc_tracker.queries.statisticscells import Question, span_of
from tthc_tracker.queries.statisticsportions import Portion, PortionKind

MOST = 2000
"""The latest finished dossiers whose custody is read: a whole province's would be millions of rows."""

_IDS = bindparam("ids", type_=Ids())


@dataclass(frozen=True)
class HolderShare:
    """What lay with one holder: working minutes, and in how many dossiers."""

    keeper: Keeper
    agency: str
    unit: str
    portion: Portion
    minutes: int
    dossiers: int


@dataclass(frozen=True)
class Holders:
    """Every holder, the longest first. dossiers: of how many; whole: whether those are all there were."""

    rows: tuple[HolderShare, ...]
    dossiers: int
    whole: bool

    @property
    def minutes(self) -> int:
        """All the working time together."""
        return sum(row.minutes for row in self.rows)


def held(session: Session, question: Question, agency_id: int, now: dt.datetime) -> Holders:
    """The working time of what was finished in the period, by holder. Four queries at most.

    By the office hours of the agency. Where its calendar does not reach, nothing is told.
    """
    ids = _latest(session, question, now)
    minutes, dossiers = Counter[Keeper](), Counter[Keeper]()
    calendar = work_calendar(session, agency_id)
    try:
        for stretches in _custody(session, ids[:MOST]).values():
            found = minutes_of(stretches, calendar, now)
            minutes.update(found)
            dossiers.update(found.keys())
    except CalendarHorizonError:
        return Holders((), 0, whole=True)
    rows = _named(session, minutes, dossiers) if minutes else ()
    return Holders(tuple(rows), min(len(ids), MOST), whole=len(ids) <= MOST)


def _latest(session: Session, question: Question, now: dt.datetime) -> list[int]:
    """Those whose holders are known; one more than is read, so that it shows when there are more."""
    span = span_of(question.start, question.end, now)
    resolver = statisticstransfers.resolver_of(session, span)
    statement = (
        select(Dossier.id)
        .where(
            statisticsends.measured(span),
            cells.resolved_by(session, question, resolver),
            exists().where(Custody.dossier_id == Dossier.id),
        )
        .order_by(Dossier.closed_on.desc(), Dossier.id.desc())
        .limit(MOST + 1)
    )
    return list(session.execute(statement).scalars())


def _custody(session: Session, ids: list[int]) -> dict[int, list[Held[Keeper]]]:
    found: dict[int, list[Held[Keeper]]] = defaultdict(list)
    statement = (
        select(
            Custody.dossier_id, Custody.kind, Custody.agency_id, Custody.unit_id, Custody.since, Custody.until
        )
        .where(among(Custody.dossier_id, _IDS), Custody.until.is_not(None))
        .order_by(Custody.dossier_id, Custody.id)
    )
    for row in session.execute(statement, {"ids": ids}):
        found[row.dossier_id].append(
            Held(_keeper(row.kind, row.agency_id, row.unit_id), row.since, row.until)
        )
    return found


def _keeper(kind: HolderKind, agency_id: int | None, unit_id: int | None) -> Keeper:
    """Officers count with their unit; of the applicant and of another agency it is not asked who there."""
    match kind:
        case HolderKind.APPLICANT:
            return Keeper(kind)
        case HolderKind.DESK | HolderKind.OTHER_AGENCY:
            return Keeper(kind, agency_id)
        case _:
            return Keeper(HolderKind.UNIT, agency_id, unit_id)


def _named(
    session: Session, minutes: "Counter[Keeper]", dossiers: "Counter[Keeper]"
) -> Iterable[HolderShare]:
    agencies, units = _names(session, minutes)
    for keeper in sorted(minutes, key=lambda one: (-minutes[one], str(one))):
        code, agency = agencies.get(keeper.agency_id or 0, ("", ""))
        unit = units.get(keeper.unit_id or 0, "")
        portion = _portion(keeper, code)
        yield HolderShare(keeper, agency, unit, portion, minutes[keeper], dossiers[keeper])


def _portion(keeper: Keeper, code: str) -> Portion:
    match keeper.kind:
        case HolderKind.APPLICANT:
            return Portion(PortionKind.APPLICANT)
        case HolderKind.DESK:
            return Portion(PortionKind.DESK, code)
        case HolderKind.OTHER_AGENCY:
            return Portion(PortionKind.ELSEWHERE, code)
        case _ if keeper.unit_id is None:
            return Portion(PortionKind.AGENCY, code)
        case _:
            return Portion(PortionKind.UNIT, str(keeper.unit_id))


def _names(session: Session, keepers: Iterable[Keeper]) -> tuple[dict[int, tuple[str, str]], dict[int, str]]:
    agency_ids = sorted({one.agency_id for one in keepers if one.agency_id})
    unit_ids = sorted({one.unit_id for one in keepers if one.unit_id})
    agencies = select(Agency.id, Agency.code, Agency.name).where(Agency.id.in_(agency_ids))
    units = select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))
    return (
        {row.id: (row.code, row.name) for row in session.execute(agencies)},
        {row.id: row.name for row in session.execute(units)},
    )
