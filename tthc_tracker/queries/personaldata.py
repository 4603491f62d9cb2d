"""What is held on one person: his dossiers, found by the whole number of his identity paper."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.lifecycle import Channel, SourceKind, State
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.retention import Hold, hold_of, kept_until
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.queries import listing, retention
from tthc_tracker.queries.described import with_resolver
from tthc_tracker.queries.listing import Count, Filters
from tthc_tracker.queries.scoping import visible

MOST = 500
"""Dossiers of one number: who has more is an office, and no person."""


@dataclass(frozen=True)
class Theirs:
    """A dossier of the person. owns, filed: as what he stands on it; either, or both."""

    id: int
    code: str
    owns: bool
    filed: bool
    procedure_code: str
    procedure: str
    agency: str
    state: State
    accepted_at: dt.datetime | None
    closed_on: dt.date | None
    procedure_id: int
    mirrored: bool
    receiving_id: int
    resolving_id: int
    returning_id: int

    @property
    def places(self) -> frozenset[int]:
        """Its three organisations: who may do what with it goes by them."""
        return frozenset((self.receiving_id, self.resolving_id, self.returning_id))


def person_ids(session: Session, number: str) -> list[int]:
    """The rows of whoever has this number: each dossier has its own. No number is nobody's."""
    if not number:
        return []
    bearing = select(Person.id).where(Person.id_reversed == number[::-1], Person.id_number == number)
    return list(session.execute(bearing.order_by(Person.id)).scalars())


def dossiers_of(session: Session, number: str, scope: Scope) -> tuple[Theirs, ...]:
    """The dossiers that somebody of this number owns or has filed, within the scope, the newest first."""
    ids = person_ids(session, number)
    bearing = or_(Dossier.owner_id.in_(ids), Dossier.applicant_id.in_(ids))
    statement = _theirs(ids).where(bearing, visible(scope)).order_by(Dossier.id.desc()).limit(MOST)
    return tuple(Theirs(*row) for row in session.execute(statement)) if ids else ()


def these(session: Session, dossier_ids: Collection[int], ids: Collection[int]) -> tuple[Theirs, ...]:
    """Dossiers that are known to be of whoever stands in these rows of `person`, the newest first."""
    statement = _theirs(ids).where(Dossier.id.in_(dossier_ids)).order_by(Dossier.id.desc())
    return tuple(Theirs(*row) for row in session.execute(statement))


def _theirs(ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    owner, applicant = aliased(Person), aliased(Person)
    return (
        select(
            Dossier.id, Dossier.code, owner.id.in_(ids), applicant.id.in_(ids), Procedure.code,
            ProcedureVersion.name, Agency.name, Dossier.state, Dossier.accepted_at, Dossier.closed_on,
            Dossier.procedure_id, Source.kind == SourceKind.MIRROR, Dossier.receiving_agency_id,
            Dossier.resolving_agency_id, Dossier.returning_agency_id,
        )
        .join(owner, owner.id == Dossier.owner_id)
        .join(applicant, applicant.id == Dossier.applicant_id)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .join(Source, Source.id == Dossier.source_id)
    )  # fmt: skip


class TheirRow(NamedTuple):
    """A dossier of the person as a line of a list."""

    id: int
    code: str
    version: int
    owns: bool
    filed: bool
    procedure_code: str
    procedure: str
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    channel: Channel
    state: State
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    lawful_due_at: dt.datetime | None
    closed_at: dt.datetime | None


def listed(
    session: Session, number: str, scope: Scope, filters: Filters, *, before: int | None, most: int
) -> tuple[TheirRow, ...]:
    """At most `most` of them, the newest first: those known before the dossier of that id."""
    ids = person_ids(session, number)
    statement = with_resolver(
        select(
            Dossier.id, Dossier.code, Dossier.version, Dossier.owner_id.in_(ids).label("owns"),
            Dossier.applicant_id.in_(ids).label("filed"), Dossier.channel, Dossier.state,
            Dossier.accepted_at, Dossier.current_due_at, Dossier.due_at, Dossier.closed_at,
        )
    ).where(*_of_person(session, ids, scope, filters))  # fmt: skip
    if before is not None:
        statement = statement.where(Dossier.id < before)
    found = session.execute(statement.order_by(Dossier.id.desc()).limit(most))
    return tuple(_line(row) for row in found)


def count(session: Session, number: str, scope: Scope, filters: Filters) -> Count:
    """How many `listed` has in all."""
    theirs = _of_person(session, person_ids(session, number), scope, filters)
    return listing.count(session, select(Dossier.id).where(*theirs))


def _of_person(session: Session, ids: list[int], scope: Scope, filters: Filters) -> list[ColumnElement[bool]]:
    resolving: Any = Dossier.resolving_agency_id
    theirs = or_(Dossier.owner_id.in_(ids), Dossier.applicant_id.in_(ids))
    return [theirs, visible(scope), *listing.conditions(session, filters, resolving)]


def _line(row: Any) -> TheirRow:
    return TheirRow(
        row.id, row.code, row.version, row.owns, row.filed, row.procedure_code, row.procedure,
        row.agency_code, row.agency, row.unit, row.officer, row.channel, row.state, row.accepted_at,
        row.current_due_at, row.due_at, row.closed_at,
    )  # fmt: skip


@dataclass(frozen=True)
class Held:
    """Whether the data of one of them may be erased, and until when it is kept where a term runs."""

    hold: Hold
    until: dt.date | None


def holds(session: Session, theirs: tuple[Theirs, ...], today: dt.date) -> dict[int, Held]:
    """What holds the personal data of each."""
    held, found = retention.terms(session, today), {}
    for one in theirs:
        months = retention.term_of(held, one.procedure_id)
        hold = hold_of(one.state, one.closed_on, months, today, mirrored=one.mirrored)
        until = None
        if hold is Hold.KEPT and one.closed_on is not None and months is not None:
            until = kept_until(one.closed_on, months)
        found[one.id] = Held(hold, until)
    return found
