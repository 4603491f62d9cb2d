"""Agencies, their units and successions as their pages show them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.folding import fold
from tthc_tracker.models.agency import Agency, AgencyScope, AgencySuccession, Unit

PAGE = 100
SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency in a list."""

    id: int
    code: str
    name: str
    level: Level
    parent_code: str | None
    parent_name: str | None
    active_from: dt.date | None
    active_to: dt.date | None
    children: int
    units: int

    def is_closed(self, on: dt.date) -> bool:
        """Whether its last day has passed."""
        return self.active_to is not None and self.active_to < on


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit of an agency."""

    id: int
    code: str
    name: str
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class Succession:
    """Who took over from whom, when, by which decision; `code` and `name` are the other agency's."""

    code: str
    name: str
    on: dt.date
    decision: str | None


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """All that is known of one agency."""

    id: int
    code: str
    name: str
    level: Level
    active_from: dt.date | None
    active_to: dt.date | None
    address: str | None
    phone: str | None
    version: int
    path: tuple[tuple[str, str], ...]  # (code, name) of those above it, highest first
    units: tuple[UnitLine, ...]
    predecessors: tuple[Succession, ...]
    successors: tuple[Succession, ...]
    subtree_size: int


@dataclass(frozen=True, slots=True)
class AgencySearch:
    """What the list of agencies is narrowed to; without anything it shows those without a superior."""

    text: str = ""
    level: Level | None = None
    only_active_on: dt.date | None = None
    parent_id: int | None = None

    @property
    def is_search(self) -> bool:
        """Whether somebody looks for agencies anywhere in the tree."""
        return bool(self.text or self.level)


def agencies(
    session: Session, search: AgencySearch, *, after: str = "", limit: int = PAGE
) -> list[AgencyLine]:
    """Agencies in the order of their codes after a code; one more than `limit`, if there are more."""
    statement = _agency_lines().where(Agency.code > after)
    for part in fold(search.text).split():
        pattern = f"%{escape(part)}%"
        matches = or_(
            Agency.name_folded.like(pattern, escape="/"), func.lower(Agency.code).like(pattern, escape="/")
        )
        statement = statement.where(matches)
    if search.level is not None:
        statement = statement.where(Agency.level == search.level)
    if search.only_active_on is not None:
        day = search.only_active_on
        statement = statement.where(or_(Agency.active_to.is_(None), Agency.active_to >= day))
    if not search.is_search:
        statement = statement.where(Agency.parent_id.is_not_distinct_from(search.parent_id))
    rows = session.execute(statement.order_by(Agency.code).limit(limit + 1))
    return [AgencyLine(*row) for row in rows]


def escape(part: str) -> str:
    return part.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _agency_lines() -> Select[Any]:
    parent, child = aliased(Agency), aliased(Agency)
    children = select(func.count()).where(child.parent_id == Agency.id).correlate(Agency).scalar_subquery()
    units = (
        select(func.count())
        .where(Unit.agency_id == Agency.id, Unit.active)
        .correlate(Agency)
        .scalar_subquery()
    )
    return select(
        Agency.id, Agency.code, Agency.name, Agency.level, parent.code, parent.name,
        Agency.active_from, Agency.active_to, children, units,
    ).outerjoin(parent, parent.id == Agency.parent_id)  # fmt: skip


def agency_page(session: Session, code: str) -> AgencyPage | None:
    """One agency with its units and successions; None when there is none of this code."""
    agency = session.execute(select(Agency).where(Agency.code == code)).scalar_one_or_none()
    if agency is None:
        return None
    size = select(func.count()).where(AgencyScope.ancestor_id == agency.id)
    return AgencyPage(
        id=agency.id,
        code=agency.code,
        name=agency.name,
        level=agency.level,
        active_from=agency.active_from,
        active_to=agency.active_to,
        address=agency.address,
        phone=agency.phone,
        version=agency.version,
        path=_path(session, agency.parent_id),
        units=tuple(units_of(session, agency.id)),
        predecessors=_successions(
            session, AgencySuccession.predecessor_id, AgencySuccession.successor_id, agency.id
        ),
        successors=_successions(
            session, AgencySuccession.successor_id, AgencySuccession.predecessor_id, agency.id
        ),
        subtree_size=session.execute(size).scalar_one(),
    )


def _path(session: Session, parent_id: int | None) -> tuple[tuple[str, str], ...]:
    path: list[tuple[str, str]] = []
    while parent_id is not None and len(path) < 10:
        code, name, parent_id = session.execute(
            select(Agency.code, Agency.name, Agency.parent_id).where(Agency.id == parent_id)
        ).one()
        path.insert(0, (code, name))
    return tuple(path)


def units_of(session: Session, agency_id: int) -> list[UnitLine]:
    """The units of an agency, those no longer used at the end."""
    found = (
        select(Unit.id, Unit.code, Unit.name, Unit.active, Unit.version)
        .where(Unit.agency_id == agency_id)
        .order_by(Unit.active.desc(), Unit.code)
    )
    return [UnitLine(*row) for row in session.execute(found)]


def _successions(
    session: Session, other: InstrumentedAttribute[int], own: InstrumentedAttribute[int], agency_id: int
) -> tuple[Succession, ...]:
    found = (
        select(Agency.code, Agency.name, AgencySuccession.on, AgencySuccession.decision)
        .join(Agency, Agency.id == other)
        .where(own == agency_id)
        .order_by(AgencySuccession.on, Agency.code)
    )
    return tuple(Succession(*row) for row in session.execute(found))


def agency_id(session: Session, code: str) -> int | None:
    """The id of an agency by its code."""
    return session.execute(select(Agency.id).where(Agency.code == code)).scalar_one_or_none()


def name_of(session: Session, code: str) -> str:
    """The name of an agency by its code; empty when there is none of this code."""
    return session.execute(select(Agency.name).where(Agency.code == code)).scalar_one_or_none() or ""


def suggest_agencies(session: Session, text: str, on: dt.date) -> Sequence[AgencyLine]:
    """Agencies whose name or code holds what somebody types, those still working only."""
    if not fold(text):
        return []
    return agencies(session, AgencySearch(text, only_active_on=on), limit=SUGGESTIONS)[:SUGGESTIONS]


def codes(session: Session) -> dict[int, str]:
    """The code of every agency there is or was."""
    pairs = select(Agency.id, Agency.code).order_by(Agency.id)
    return dict(session.execute(pairs).all())
