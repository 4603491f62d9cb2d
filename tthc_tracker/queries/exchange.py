"""Dossiers in the exchange vocabulary: its own for the system that sent them, a source's for a file."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.exchangekept import NOTHING, Kept, with_own
from tthc_tracker.domain.exchangeobject import DossierFacts
from tthc_tracker.domain.exchangerow import HANOI
from tthc_tracker.domain.lifecycle import ReturnMethod, SourceKind, State
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportedRow, SourceWords
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion, Sector, Source
from tthc_tracker.queries.scoping import visible


@dataclass(frozen=True, slots=True)
class SentDossier:
    """A dossier that a system sent, with its clock as it stands here."""

    facts: DossierFacts
    reception_due_at: dt.datetime | None
    overdue_from: dt.datetime | None
    paused_since: dt.datetime | None
    limit: TimeLimit | None
    reception_round: int  # how often it was submitted; 0: it has no reception clock

    def is_late(self, now: dt.datetime) -> bool:
        """Whether it is overdue: accepted, open, not paused, past its date."""
        running = self.facts.closed_at is None and self.paused_since is None
        return running and self.overdue_from is not None and self.overdue_from <= now


@dataclass(frozen=True, slots=True)
class Change:
    """A dossier that has changed, and the number of its last change."""

    number: int
    dossier: SentDossier


Chosen = TypeVar("Chosen", bound=Select[*tuple[Any, ...]])

_receiving, _resolving = aliased(Agency), aliased(Agency)


def _sent(
    source_id: int,
) -> Select[ImportedRow, Dossier, Person, ProcedureVersion, str, str, str, SourceWords | None]:
    chosen = select(
        ImportedRow, Dossier, Person, ProcedureVersion, Sector.name, _receiving.code, _resolving.code,
        SourceWords,
    ).join(Dossier, Dossier.id == ImportedRow.dossier_id)  # fmt: skip
    return _with_its(chosen).where(ImportedRow.source_id == source_id)


def _with_its(statement: Chosen) -> Chosen:
    """Joined to what a dossier is told with."""
    joined: Chosen = (
        cast(Any, statement)
        .join(Person, Person.id == Dossier.owner_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Sector, Sector.id == Dossier.sector_id)
        .join(_receiving, _receiving.id == Dossier.receiving_agency_id)
        .join(_resolving, _resolving.id == Dossier.resolving_agency_id)
        .outerjoin(SourceWords, SourceWords.dossier_id == Dossier.id)
    )
    return joined


def sent_dossier(session: Session, source_id: int, code: str) -> SentDossier | None:
    """The dossier that this source sent under this code; None for any other, whoever's it is."""
    found = session.execute(_sent(source_id).where(ImportedRow.code == code)).one_or_none()
    return None if found is None else _dossier(*found)


def changed_since(session: Session, source_id: int, number: int, most: int) -> list[Change]:
    """Dossiers of a source whose last change comes after `number`, in the order of changes."""
    statement = _sent(source_id).where(ImportedRow.change > number).order_by(ImportedRow.change).limit(most)
    return [Change(row[0].change or 0, _dossier(*row)) for row in session.execute(statement).all()]


def _dossier(
    sent: ImportedRow,
    dossier: Dossier,
    owner: Person,
    version: ProcedureVersion,
    sector: str,
    receiving: str,
    resolving: str,
    words: SourceWords | None,
) -> SentDossier:
    facts = _facts(sent.code, dossier, owner, version, sector, receiving, resolving, kept_of(words))
    return SentDossier(
        facts, dossier.reception_due_at, dossier.overdue_from, dossier.paused_since, _limit(dossier),
        dossier.reception_round,
    )  # fmt: skip


def _limit(dossier: Dossier) -> TimeLimit | None:
    if dossier.limit_amount is None or dossier.limit_unit is None:
        return None
    return TimeLimit(dossier.limit_amount, dossier.limit_unit)


@dataclass(frozen=True)
class SourceSide:
    """A source; home: what it knows is received here."""

    id: int
    home: bool


@dataclass(frozen=True)
class Exported:
    """Which dossiers leave in a file: of a source, of agencies (None: all), accepted on these days or, before
    that, submitted (None: whenever)."""

    source: SourceSide
    agency_ids: frozenset[int] | None = None
    first: dt.date | None = None
    last: dt.date | None = None


def source(session: Session, code: str) -> SourceSide | None:
    """The source of this code; None when there is none."""
    found = session.execute(select(Source.id, Source.kind).where(Source.code == code)).one_or_none()
    return None if found is None else SourceSide(found.id, found.kind is SourceKind.HOME)


def exported(session: Session, which: Exported, after: int, most: int) -> list[tuple[int, DossierFacts]]:
    """At most `most` of them with their ids, in the order of these, from behind `after`; cancelled ones
    are no dossiers."""
    chosen = select(Dossier, Person, ProcedureVersion, Sector, _receiving.code, _resolving.code, SourceWords)
    statement = (
        _with_its(chosen)
        .where(
            Dossier.id > after, Dossier.source_id == which.source.id, Dossier.state != State.CANCELLED,
            *_narrowed(which),
        )
        .order_by(Dossier.id)
        .limit(most)
    )  # fmt: skip
    return [
        (one.id, _facts(one.code, one, owner, version, sector.name, receiving, resolving, kept))
        for one, owner, version, sector, receiving, resolving, words in session.execute(statement)
        for kept in (_with_ours(words, one, sector) if which.source.home else kept_of(words),)
    ]


def _narrowed(which: Exported) -> Iterator[ColumnElement[bool]]:
    if which.agency_ids is not None:
        yield visible(Scope(all=False, agency_ids=which.agency_ids))
    day = func.coalesce(Dossier.accepted_at, Dossier.submitted_at)
    if which.first is not None:
        yield day >= dt.datetime.combine(which.first, dt.time(), HANOI)
    if which.last is not None:
        yield day < dt.datetime.combine(which.last + dt.timedelta(days=1), dt.time(), HANOI)


def _facts(
    code: str,
    dossier: Dossier,
    owner: Person,
    version: ProcedureVersion,
    sector: str,
    receiving: str,
    resolving: str,
    kept: Kept,
) -> DossierFacts:
    return DossierFacts(
        code=code, procedure_code=version.full_code, procedure_name=version.name, sector_name=sector,
        channel=dossier.channel, owner_name=owner.full_name, owner_kind=owner.kind,
        owner_id=owner.id_number, owner_phone=owner.phone, owner_email=owner.email,
        abstract=dossier.abstract, receiving=receiving, resolving=resolving, state=dossier.state,
        result_kind=dossier.result_kind, submitted_at=dossier.submitted_at or dossier.arrived_at,
        accepted_at=dossier.accepted_at,
        due_at=dossier.current_due_at, closed_at=dossier.closed_at, returned_at=dossier.returned_at,
        kept=kept,
    )  # fmt: skip


def _with_ours(words: SourceWords | None, dossier: Dossier, sector: Sector) -> Kept:
    asked = ReturnMethod.POST if dossier.by_post else ReturnMethod.ONLINE if dossier.by_portal else None
    way = dossier.return_method or asked or ReturnMethod.COUNTER
    paid = dossier.fee_method == "online" if dossier.fee_state == "paid" else None
    return with_own(
        kept_of(words), sector_code=sector.code, way=way,
        digitised=dossier.components_digitised, paid_online=paid,
        result_digitised=dossier.result_digitised,
    )  # fmt: skip


def kept_of(words: SourceWords | None) -> Kept:
    """What a source said besides."""
    if words is None:
        return NOTHING
    return Kept(**{one.name: getattr(words, one.name) for one in fields(Kept)})
