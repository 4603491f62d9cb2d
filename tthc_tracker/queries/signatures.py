"""Who signed a paper and by what right, as the paper prints it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.deputies import Signature
from tthc_tracker.models.account import User
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.deputy import ApologySignature, Deputyship


def of_apology(session: Session, row: Apology) -> Signature:
    """Of an apology that was approved."""
    used = select(ApologySignature.deputyship_id).where(ApologySignature.apology_id == row.id)
    return signature(session, row.decided_by_id, session.execute(used).scalar_one_or_none())


def signature(session: Session, signer_id: int | None, deputyship_id: int | None) -> Signature:
    """Of whoever signs by his own right, or (deputyship_id) in a head's place."""
    signer = session.get(User, signer_id) if signer_id is not None else None
    name, title = (signer.full_name, signer.title) if signer else ("", "")
    row = session.get(Deputyship, deputyship_id) if deputyship_id is not None else None
    if row is None:
        return Signature(title, name)
    return Signature(row.deputy_title, name, row.form, row.user_title)
