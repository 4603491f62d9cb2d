"""History that lies in an archive: read there while it is in the database, else as it was written down."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, func, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.trail import Kind, Member
from tthc_tracker.models.account import User
from tthc_tracker.models.base import Base
from tthc_tracker.models.history import AuditEntry, DossierEvent, EventPrivate
from tthc_tracker.queries import archives, trailrows
from tthc_tracker.queries.yearclosure import YEAR

EVENTS = DossierEvent.__tablename__
ARCHIVED = "year_archived"


@dataclass
class Archive:
    """A year's history in an archive, as its entry of the audit says, which the trail covers.

    covered: events of it that links name; found: that lie there, None where this role cannot read it.
    """

    year: int
    at: dt.datetime
    by: str
    events: int
    hash: str
    covered: int = 0
    found: int | None = None


class Away:
    """The archived years. One that no entry of the audit speaks of holds nothing."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tables: dict[int, tuple[Any, Any]] = {}
        self._by_year: dict[int, Archive] = {}
        for year in archives.archived_years(session):
            one = _written_down(session, year)
            if one is None:
                continue
            self._by_year[year] = one
            if archives.may_read(session, year):
                self._tables[year] = (
                    _there(session, DossierEvent, year),
                    _there(session, EventPrivate, year),
                )
                event = self._tables[year][0]
                one.found = session.execute(select(func.count()).select_from(event)).scalar_one()

    @property
    def archives(self) -> list[Archive]:
        """The archives, by year."""
        return list(self._by_year.values())

    def holds(self, member: Member) -> bool:
        """Whether a row that is not here is in an archive."""
        return member.kind is not Kind.AUDIT and member.id // YEAR in self._by_year

    def reads(self, member: Member) -> bool:
        """Whether its archive is there to be looked into."""
        return member.id // YEAR in self._tables

    def count(self, member: Member) -> None:
        """Note that a link names it."""
        self._by_year[member.id // YEAR].covered += member.kind is Kind.EVENT

    def rows_of(self, members: Iterable[Member]) -> dict[tuple[Kind, int, int], trailrows.Row]:
        """The rows of these that lie in an archive."""
        wanted: dict[int, list[Member]] = {}
        for member in members:
            if self.holds(member) and self.reads(member):
                wanted.setdefault(member.id // YEAR, []).append(member)
        found: dict[tuple[Kind, int, int], trailrows.Row] = {}
        for year, its in wanted.items():
            found |= trailrows.rows_of(self._session, its, *self._tables[year])
        return found


def _written_down(session: Session, year: int) -> Archive | None:
    entry = (
        select(AuditEntry.at, User.full_name, AuditEntry.facts, AuditEntry.action)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(
            AuditEntry.object_type == "year",
            AuditEntry.object_id == str(year),
            AuditEntry.action.in_((ARCHIVED, "year_restored")),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    row = session.execute(entry).first()
    if row is None or row.action != ARCHIVED:  # one that came back since is archived by no entry
        return None
    events, hashed = row.facts["tables"][EVENTS]
    return Archive(year, row.at, row.full_name or "", events, hashed)


def _there(session: Session, model: type[Any], year: int) -> Any:
    own = Base.metadata.tables[model.__tablename__]
    name = archives.name_in(session, own.name, year)
    there = own.to_metadata(MetaData(), schema=archives.schema_of(year), name=name)
    return aliased(model, there, adapt_on_names=True)
