"""Portions of a number: the bands of an age or of a limit used, one source, one holder; each as a condition.

One narrows the dossiers behind a cell (queries.statisticslists), so that every bar of a chart and every row
of a table leads to exactly its dossiers. An address names it `age.2`, `used.3`, `source.portal`,
`desk.H50.01`, `unit.12`, `agency.H50.20`, `elsewhere.H50.02`, `applicant`, `channel.post`, `papers.yes`,
`result.no`, `paused`, `returned`, `cause.staff`, `officer.an.nv`, `service.mot_phan`.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.bands import LIMIT_USED, OVERDUE_DAYS
from tthc_tracker.domain.custody import HolderKind
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.procedures import ServiceLevel
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.apology import Lateness
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import Pause
from tthc_tracker.models.procedure import ProcedureVersion, Source
from tthc_tracker.models.process import Custody
from tthc_tracker.queries import statisticscells as cells
from tthc_tracker.queries.statisticscells import Span

WORKING_DAY = 480  # minutes, as processing times are told
_HOUR = 60


class PortionKind(StrEnum):
    """By what a number is taken aportion."""

    AGE = "age"  # of the overdue: calendar days since the due date
    USED = "used"  # of the finished: the share of the limit that they took
    SOURCE = "source"
    DESK = "desk"
    UNIT = "unit"
    AGENCY = "agency"  # held by an agency without units
    ELSEWHERE = "elsewhere"
    APPLICANT = "applicant"
    CHANNEL = "channel"
    PAPERS = "papers"  # digitised, or not, or not known
    RESULT = "result"  # kept digitised, or not as far as is known, or not known
    PAUSED = "paused"  # at the end of the period
    RETURNED = "returned"  # closed by a refusal, a withdrawal, a stop
    CAUSE = "cause"  # why it is late
    OFFICER = "officer"  # whose it is; for those who lead and oversee
    SERVICE = "service"  # how much of its procedure can be done online


@dataclass(frozen=True)
class Portion:
    """One of them: its kind, and which of that kind (a band's place, a code, a number)."""

    kind: PortionKind
    value: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}.{self.value}" if self.value else self.kind.value

    @classmethod
    def read(cls, said: str) -> "Portion | None":
        """The portion that an address names; None of nothing and of what cannot be read."""
        kind, _, value = said.partition(".")
        if kind not in set(PortionKind) or bool(value) == (kind in _WITHOUT_VALUE):
            return None
        portion = cls(PortionKind(kind), value)
        if portion.kind in _BANDS and not (value.isdecimal() and int(value) < _BANDS[portion.kind]):
            return None
        if portion.kind in _VALUES and value not in _VALUES[portion.kind]:
            return None
        return None if portion.kind is PortionKind.UNIT and not value.isdecimal() else portion


HELD = frozenset({
    PortionKind.DESK, PortionKind.UNIT, PortionKind.AGENCY, PortionKind.ELSEWHERE, PortionKind.APPLICANT,
})  # fmt: skip
"""Those of whoever had the dossier."""
_WITHOUT_VALUE = frozenset({PortionKind.APPLICANT, PortionKind.PAUSED, PortionKind.RETURNED})
_BANDS = {PortionKind.AGE: len(OVERDUE_DAYS), PortionKind.USED: len(LIMIT_USED)}
UNSAID = "none"
"""The cause of which nobody has said."""
PAPERS: Mapping[str, ColumnElement[bool]] = {
    "yes": Dossier.components_digitised.is_(True),
    "no": Dossier.components_digitised.is_(False),
    "unknown": Dossier.components_digitised.is_(None),
    "known": Dossier.components_digitised.is_not(None),
}
RESULTS: Mapping[str, ColumnElement[bool]] = {
    "yes": Dossier.result_digitised.is_(True),
    "no": Dossier.result_digitised.is_not(True),
    "unknown": Dossier.result_digitised.is_(None),
}
"""Of what nobody said it is counted as not digitised."""
_VALUES: Mapping[PortionKind, Collection[str]] = {
    PortionKind.CHANNEL: frozenset(Channel),
    PortionKind.PAPERS: PAPERS.keys(),
    PortionKind.RESULT: RESULTS.keys(),
    PortionKind.CAUSE: frozenset(LatenessCause) | {UNSAID},
    PortionKind.SERVICE: frozenset(ServiceLevel),
}


def condition(portion: Portion, span: Span) -> ColumnElement[bool]:
    """The dossiers of a portion."""
    if portion.kind in HELD:
        return Dossier.id.in_(select(Custody.dossier_id).where(_held(portion)))
    return _CONDITIONS[portion.kind](portion.value, span)


def _of_source(code: str, _span: Span) -> ColumnElement[bool]:
    return Dossier.source_id.in_(select(Source.id).where(Source.code == code))


def _of_officer(username: str, _span: Span) -> ColumnElement[bool]:
    return Dossier.officer_id.in_(select(User.id).where(User.username == username))


def _of_service(level: str, _span: Span) -> ColumnElement[bool]:
    versions = select(ProcedureVersion.id).where(ProcedureVersion.service_level == level)
    return Dossier.procedure_version_id.in_(versions)


def _paused(span: Span) -> ColumnElement[bool]:
    """A pause is open at the end, whether or not the clock stands still for it."""
    still = or_(Pause.ended_at.is_(None), Pause.ended_at >= span.closes)
    return exists().where(Pause.dossier_id == Dossier.id, Pause.started_at < span.closes, still)


def _caused_by(cause: str) -> ColumnElement[bool]:
    said = exists().where(Lateness.dossier_id == Dossier.id)
    return ~said if cause == UNSAID else said.where(Lateness.cause == LatenessCause(cause))


_CONDITIONS: Mapping[PortionKind, Callable[[str, Span], ColumnElement[bool]]] = {
    PortionKind.AGE: lambda place, span: _of_age(int(place), span.end),
    PortionKind.USED: lambda place, _: and_(has_length_of_limit(), limit_used() == int(place)),
    PortionKind.SOURCE: _of_source,
    PortionKind.CHANNEL: lambda channel, _: Dossier.channel == Channel(channel),
    PortionKind.PAPERS: lambda known, _: PAPERS[known],
    PortionKind.RESULT: lambda known, _: RESULTS[known],
    PortionKind.PAUSED: lambda _, span: _paused(span),
    PortionKind.RETURNED: lambda _, span: cells.closing(span).is_not(None),
    PortionKind.CAUSE: lambda cause, _: _caused_by(cause),
    PortionKind.OFFICER: _of_officer,
    PortionKind.SERVICE: _of_service,
}


def _of_age(place: int, end: dt.date) -> ColumnElement[bool]:
    first = OVERDUE_DAYS[place - 1] if place else None
    last = OVERDUE_DAYS[place]
    bounds: list[ColumnElement[bool]] = []
    if last is not None:
        bounds.append(Dossier.due_on >= end - dt.timedelta(days=last))
    if first is not None:
        bounds.append(Dossier.due_on < end - dt.timedelta(days=first))
    return and_(*bounds)


def has_length_of_limit() -> ColumnElement[bool]:
    """A limit in working time, of more than nothing: calendar days cannot be held against working hours."""
    units = (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR)
    return and_(Dossier.limit_unit.in_(units), Dossier.limit_amount > 0)


def limit_used() -> ColumnElement[int]:
    """The place of the band in which the share of its limit lies that a dossier took."""
    limit = Dossier.limit_amount * case(
        (Dossier.limit_unit == LimitUnit.WORKING_HOUR, _HOUR), else_=WORKING_DAY
    )
    took = Dossier.worked_minutes * 100
    bands = [(took <= limit * last, place) for place, last in enumerate(LIMIT_USED) if last is not None]
    return case(*bands, else_=literal(len(LIMIT_USED) - 1))


_KINDS = {
    PortionKind.DESK: (HolderKind.DESK,),
    PortionKind.UNIT: (HolderKind.UNIT, HolderKind.OFFICER),
    PortionKind.AGENCY: (HolderKind.UNIT, HolderKind.OFFICER),
    PortionKind.ELSEWHERE: (HolderKind.OTHER_AGENCY,),
    PortionKind.APPLICANT: (HolderKind.APPLICANT,),
}


def _held(portion: Portion) -> ColumnElement[bool]:
    kinds = Custody.kind.in_(_KINDS[portion.kind])
    if portion.kind is PortionKind.APPLICANT:
        return kinds
    if portion.kind is PortionKind.UNIT:
        return and_(kinds, Custody.unit_id == int(portion.value))
    there = Custody.agency_id.in_(select(Agency.id).where(Agency.code == portion.value))
    return and_(kinds, there, Custody.unit_id.is_(None) if portion.kind is PortionKind.AGENCY else true())


def days_of(limit: TimeLimit | None) -> Decimal | None:
    """The length of a limit in working days of 8 hours; None of one that is not of working time."""
    if limit is None or limit.amount == 0:
        return None
    match limit.unit:
        case LimitUnit.WORKING_DAY:
            return limit.amount
        case LimitUnit.WORKING_HOUR:
            return limit.amount * _HOUR / WORKING_DAY
        case _:
            return None


def name_of(session: Session, portion: Portion) -> str:
    """What the source, the unit, the officer or the agency of a portion is called; the value itself where
    none is."""
    match portion.kind:
        case PortionKind.SOURCE:
            statement = select(Source.name).where(Source.code == portion.value)
        case PortionKind.OFFICER:
            statement = select(User.full_name).where(User.username == portion.value)
        case PortionKind.UNIT:
            statement = select(Unit.name).where(Unit.id == int(portion.value))
        case _:
            statement = select(Agency.name).where(Agency.code == portion.value)
    return session.execute(statement).scalar_one_or_none() or portion.value
