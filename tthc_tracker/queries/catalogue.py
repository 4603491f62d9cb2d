"""Procedures, their versions, limits and papers, and sources, as the pages of the catalogue show them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import Channel, SourceKind
from tthc_tracker.domain.procedures import ServiceLevel
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.feed import SourceFeed
from tthc_tracker.models.procedure import (
    Procedure,
    ProcedureComponent,
    ProcedureLimit,
    ProcedureVersion,
    Sector,
    Source,
)
from tthc_tracker.queries.agencies import PAGE, escape


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A procedure in a list, by its version in force."""

    code: str
    name: str
    sector: str
    levels: tuple[Level, ...]
    amount: Decimal | None
    unit: LimitUnit | None
    cases: int
    confirmed: bool
    valid_from: dt.date


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One time limit of a version."""

    case_code: str
    case_name: str
    channel: Channel | None
    promised_amount: Decimal
    legal_amount: Decimal | None
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class ComponentLine:
    """One paper of a version."""

    position: int
    name: str
    originals: int
    certified: int
    copies: int


@dataclass(frozen=True, slots=True)
class VersionPart:
    """One version of a procedure."""

    id: int
    full_code: str
    name: str
    sector: str
    levels: tuple[Level, ...]
    service_level: ServiceLevel
    rounding: str | None
    same_day: bool
    valid_from: dt.date
    valid_to: dt.date | None
    limits: tuple[LimitLine, ...]
    components: tuple[ComponentLine, ...]


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """A procedure with all its versions, the newest first."""

    code: str
    confirmed: bool
    versions: tuple[VersionPart, ...]


@dataclass(frozen=True, slots=True)
class ProcedureSearch:
    """What the list of procedures is narrowed to."""

    text: str = ""
    sector: str = ""
    level: Level | None = None


def procedures(
    session: Session, search: ProcedureSearch, on: dt.date, *, after: str = "", limit: int = PAGE
) -> list[ProcedureLine]:
    """Procedures in the order of their codes after a code; one more than `limit`, if there are more."""
    first = (
        select(func.min(ProcedureLimit.id))
        .where(ProcedureLimit.version_id == ProcedureVersion.id)
        .correlate(ProcedureVersion)
        .scalar_subquery()
    )
    cases = (
        select(func.count()).where(ProcedureLimit.version_id == ProcedureVersion.id)
        .correlate(ProcedureVersion)
        .scalar_subquery()
    )  # fmt: skip
    statement = (
        select(
            Procedure.code, ProcedureVersion.name, Sector.name, ProcedureVersion.levels,
            ProcedureLimit.promised_amount, ProcedureLimit.unit, cases, Procedure.confirmed,
            ProcedureVersion.valid_from,
        )
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .join(Sector, Sector.id == ProcedureVersion.sector_id)
        .outerjoin(ProcedureLimit, ProcedureLimit.id == first)
        .where(Procedure.code > after, in_force(on))
    )  # fmt: skip
    for part in fold(search.text).split():
        statement = statement.where(ProcedureVersion.search_text.like(f"%{escape(part)}%", escape="/"))
    if search.sector:
        statement = statement.where(Sector.code == search.sector)
    if search.level is not None:
        statement = statement.where(ProcedureVersion.levels.like(f"%{search.level.value}%"))
    rows = session.execute(statement.order_by(Procedure.code).limit(limit + 1))
    return [
        ProcedureLine(code, name, sector, levels_of(levels), *rest)
        for code, name, sector, levels, *rest in rows
    ]


def in_force(on: dt.date) -> ColumnElement[bool]:
    """The versions that hold on a day."""
    return (ProcedureVersion.valid_from <= on) & or_(
        ProcedureVersion.valid_to.is_(None), ProcedureVersion.valid_to >= on
    )


def levels_of(text: str) -> tuple[Level, ...]:
    """The levels of a stored text, `tinh;xa`."""
    return tuple(Level(part) for part in text.split(";") if part)


def procedure_page(session: Session, code: str) -> ProcedurePage | None:
    """One procedure with its versions, limits and papers; None when there is none of this code."""
    procedure = session.execute(select(Procedure).where(Procedure.code == code)).scalar_one_or_none()
    if procedure is None:
        return None
    versions = session.execute(
        select(ProcedureVersion, Sector.name)
        .join(Sector, Sector.id == ProcedureVersion.sector_id)
        .where(ProcedureVersion.procedure_id == procedure.id)
        .order_by(ProcedureVersion.valid_from.desc())
    ).all()
    ids = [version.id for version, _ in versions]
    limits, papers = limits_of(session, ids), components_of(session, ids)
    parts = [version_part(row, sector, limits[row.id], papers[row.id]) for row, sector in versions]
    return ProcedurePage(procedure.code, procedure.confirmed, tuple(parts))


def limits_of(session: Session, version_ids: Collection[int]) -> dict[int, list[LimitLine]]:
    """The time limits of versions, by version, in the order of their cases."""
    statement = select(ProcedureLimit).where(ProcedureLimit.version_id.in_(version_ids))
    found: dict[int, list[LimitLine]] = {version_id: [] for version_id in version_ids}
    order = (ProcedureLimit.version_id, ProcedureLimit.case_code, ProcedureLimit.id)
    for row in session.execute(statement.order_by(*order)).scalars():
        found[row.version_id].append(
            LimitLine(
                row.case_code, row.case_name, row.channel, row.promised_amount, row.legal_amount, row.unit
            )
        )
    return found


def components_of(session: Session, version_ids: Collection[int]) -> dict[int, list[ComponentLine]]:
    """The papers of versions, by version, in their order."""
    statement = select(ProcedureComponent).where(ProcedureComponent.version_id.in_(version_ids))
    found: dict[int, list[ComponentLine]] = {version_id: [] for version_id in version_ids}
    order = (ProcedureComponent.version_id, ProcedureComponent.position)
    for row in session.execute(statement.order_by(*order)).scalars():
        found[row.version_id].append(
            ComponentLine(row.position, row.name, row.originals, row.certified, row.copies)
        )
    return found


def version_part(
    version: ProcedureVersion, sector: str, limits: list[LimitLine], papers: list[ComponentLine]
) -> VersionPart:
    """A version with its sector's name, its limits and papers."""
    return VersionPart(
        id=version.id,
        full_code=version.full_code,
        name=version.name,
        sector=sector,
        levels=levels_of(version.levels),
        service_level=ServiceLevel(version.service_level),
        rounding=version.rounding,
        same_day=version.same_day,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        limits=tuple(limits),
        components=tuple(papers),
    )


def sectors(session: Session) -> list[tuple[str, str]]:
    """Every sector as (code, name), by name."""
    found = select(Sector.code, Sector.name).order_by(Sector.name_folded, Sector.id)
    return [(code, name) for code, name in session.execute(found)]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source and the moment its data speaks of."""

    code: str
    name: str
    kind: SourceKind
    as_of: dt.datetime | None
    url: str
    is_fetched: bool  # by the timed work, from a folder or an address (queries.feeds)


def sources(session: Session) -> list[SourceLine]:
    """Every source, our own desk first."""
    fetched = exists().where(SourceFeed.source_id == Source.id, SourceFeed.enabled)
    columns = (Source.code, Source.name, Source.kind, Source.as_of, Source.url, fetched)
    found = select(*columns).order_by(Source.kind, Source.id)
    return [SourceLine(*row) for row in session.execute(found)]
