"""Dossiers as the system that sent them may read them: its own only, in the exchange vocabulary."""

import datetime as dt
from dataclasses import dataclass, fields

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.exchangekept import NOTHING, Kept
from tthc_tracker.domain.exchangeobject import DossierFacts
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportedRow, SourceWords
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion, Sector


@dataclass(frozen=True, slots=True)
class SentDossier:
    """A dossier that a system sent, with its clock as it stands here."""

    facts: DossierFacts
    reception_due_at: dt.datetime | None
    overdue_from: dt.datetime | None
    paused_since: dt.datetime | None

    def is_late(self, now: dt.datetime) -> bool:
        """Whether it is overdue: accepted, open, not paused, past its date."""
        running = self.facts.closed_at is None and self.paused_since is None
        return running and self.overdue_from is not None and self.overdue_from <= now


@dataclass(frozen=True, slots=True)
class Change:
    """A dossier that has changed, and the number of its last change."""

    number: int
    dossier: SentDossier


_receiving, _resolving = aliased(Agency), aliased(Agency)


def _sent(
    source_id: int,
) -> Select[ImportedRow, Dossier, Person, ProcedureVersion, str, str, str, SourceWords | None]:
    return (
        select(
            ImportedRow, Dossier, Person, ProcedureVersion, Sector.name, _receiving.code, _resolving.code,
            SourceWords,
        )
        .join(Dossier, Dossier.id == ImportedRow.dossier_id)
        .join(Person, Person.id == Dossier.owner_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Sector, Sector.id == Dossier.sector_id)
        .join(_receiving, _receiving.id == Dossier.receiving_agency_id)
        .join(_resolving, _resolving.id == Dossier.resolving_agency_id)
        .outerjoin(SourceWords, SourceWords.dossier_id == Dossier.id)
        .where(ImportedRow.source_id == source_id)
    )  # fmt: skip


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
    facts = DossierFacts(
        code=sent.code, procedure_code=version.full_code, procedure_name=version.name, sector_name=sector,
        channel=dossier.channel, owner_name=owner.full_name, owner_kind=owner.kind,
        owner_id=owner.id_number, owner_phone=owner.phone, owner_email=owner.email,
        abstract=dossier.abstract, receiving=receiving, resolving=resolving, state=dossier.state,
        result_kind=dossier.result_kind, submitted_at=dossier.submitted_at, accepted_at=dossier.accepted_at,
        due_at=dossier.current_due_at, closed_at=dossier.closed_at, returned_at=dossier.returned_at,
        kept=kept_of(words),
    )  # fmt: skip
    return SentDossier(facts, dossier.reception_due_at, dossier.overdue_from, dossier.paused_since)


def kept_of(words: SourceWords | None) -> Kept:
    """What a source said besides."""
    if words is None:
        return NOTHING
    return Kept(**{one.name: getattr(words, one.name) for one in fields(Kept)})
