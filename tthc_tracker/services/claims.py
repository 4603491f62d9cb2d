"""Rows under a code that another source owns: refused, and what they say is kept beside what is followed.

The dossier stays as its own source has it (docs/law.md, home and mirror). Nothing personal is kept: of the
owner only whether both name the same.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.differing import Field, Said, differing
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.rowfaults import Refusal
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.match import SourceClaim
from tthc_tracker.models.procedure import Procedure
from tthc_tracker.services import differences
from tthc_tracker.services.importjudging import Judged, Known, Register

_TOLD = ("state", "channel", "submitted_at", "accepted_at", "due_at", "closed_at", "returned_at")
SAME, OTHER = "same", "other"
"""What is kept of an owner."""


def note(
    session: Session, register: Register, judged: Iterable[Judged], *, batch_id: int | None,
    as_of: dt.datetime, now: dt.datetime,
) -> None:  # fmt: skip
    """Keep what the refused rows of a batch say of other sources' dossiers."""
    claiming = {  # of two rows of one code the later is what the source says
        item.code: (item, item.known)
        for item in judged
        if item.refusal is Refusal.CONFLICT_WITH_SOURCE and item.known is not None
    }
    if not claiming:
        return
    _one_at_a_time(session, [known.dossier.id for _, known in claiming.values()])
    source_id, codes = register.source.id, list(claiming)
    its = (SourceClaim.source_id == source_id, SourceClaim.code.in_(codes))
    claims = {one.code: one for one in session.execute(select(SourceClaim).where(*its)).scalars()}
    kept = differences.known_of(session, source_id, codes)
    for item, known in claiming.values():
        claim = claims.get(item.code)
        if claim is None:
            claim = SourceClaim(source_id=source_id, code=item.code, batch_id=batch_id, first_at=as_of)
            claim.as_of = as_of
            session.add(claim)
        if claim.as_of <= as_of:  # an older file says nothing new
            _tell(claim, register, item, known, as_of)
            found = differing(_followed(known), _said(claim))
            put = kept.get(item.code, {})
            differences.put(session, known.dossier.id, source_id, item.code, found, put, now)
        known.dossier.claimed = True


def _one_at_a_time(session: Session, dossier_ids: Sequence[int]) -> None:
    """Of two that claim the same at one moment the second reads what the first has kept."""
    these = select(Dossier.id).where(Dossier.id.in_(dossier_ids)).order_by(Dossier.id)
    session.execute(these.with_for_update(key_share=True)).all()


def _tell(claim: SourceClaim, register: Register, item: Judged, known: Known, as_of: dt.datetime) -> None:
    row = item.row
    for name in _TOLD:
        setattr(claim, name, getattr(row, name))
    claim.dossier_id, claim.as_of, claim.procedure_code = known.dossier.id, as_of, item.procedure
    claim.receiving_id = register.agencies[item.receiving]
    claim.resolving_id = register.agencies[item.resolving]
    claim.same_owner = fold(row.owner_name) == fold(known.owner_name)


def follow(session: Session, dossier: Dossier, now: dt.datetime) -> None:
    """Note where those who claim it differ, now that something has happened to it."""
    claims = select(SourceClaim).where(SourceClaim.dossier_id == dossier.id).order_by(SourceClaim.source_id)
    code = select(Procedure.code).where(Procedure.id == dossier.procedure_id)
    own = _own(dossier, session.execute(code).scalar_one())
    for claim in session.execute(claims).scalars():
        differences.note(session, dossier, claim.source_id, claim.code, (own, _said(claim)), now)


def _followed(known: Known) -> Said:
    return _own(known.dossier, known.procedure_code)


def _own(dossier: Dossier, procedure_code: str) -> Said:
    return differences.own(dossier) | {
        Field.CODE: "", Field.PROCEDURE: procedure_code, Field.OWNER: SAME,
        Field.RECEIVING: str(dossier.receiving_agency_id), Field.RESOLVING: str(dossier.resolving_agency_id),
    }  # fmt: skip


def _said(claim: SourceClaim) -> Said:
    told: dict[Field, Any] = {Field(name): getattr(claim, name) for name in _TOLD}
    return told | {
        Field.CODE: claim.code, Field.PROCEDURE: claim.procedure_code,
        Field.OWNER: SAME if claim.same_owner else OTHER,
        Field.RECEIVING: str(claim.receiving_id), Field.RESOLVING: str(claim.resolving_id),
    }  # fmt: skip


def forget_unsaid(session: Session, batch: ImportBatch) -> None:
    """What a full list no longer holds its source claims no more."""
    its = (SourceClaim.source_id == batch.source_id, SourceClaim.as_of < batch.data_as_of)
    _forget(session, batch.source_id, session.execute(select(SourceClaim.code).where(*its)).scalars().all())


def take_back(session: Session, batch_id: int) -> None:
    """A file is taken back: what it was the first to claim nobody claims."""
    its = select(SourceClaim.source_id, SourceClaim.code).where(SourceClaim.batch_id == batch_id)
    found = session.execute(its.order_by(SourceClaim.code)).all()
    for source_id in sorted({source for source, _ in found}):
        _forget(session, source_id, [code for source, code in found if source == source_id])


def lead_to(session: Session, codes: Sequence[str], leaving: int, to: int) -> None:
    """What is said under codes that go over to another dossier is said of that one."""
    its = (SourceClaim.code.in_(codes), SourceClaim.dossier_id == leaving)
    session.execute(update(SourceClaim).where(*its).values(dossier_id=to))
    _mark(session, [leaving, to])


def _forget(session: Session, source_id: int, codes: Sequence[str]) -> None:
    for start in range(0, len(codes), 500):
        some = list(codes[start : start + 500])
        its = (SourceClaim.source_id == source_id, SourceClaim.code.in_(some))
        gone = session.execute(delete(SourceClaim).where(*its).returning(SourceClaim.dossier_id))
        _mark(session, sorted(gone.scalars()))
        differences.forget(session, source_id, some)


def _mark(session: Session, dossier_ids: Sequence[int]) -> None:
    """Whether anybody claims them still."""
    anybody = exists().where(SourceClaim.dossier_id == Dossier.id)
    marked = update(Dossier).where(Dossier.id.in_(dossier_ids), Dossier.claimed != anybody)
    session.execute(marked.values(claimed=anybody), execution_options={"synchronize_session": "fetch"})
