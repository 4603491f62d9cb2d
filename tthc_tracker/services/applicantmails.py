"""Tell an applicant by mail what became of his dossier, in the transaction that decides on it."""

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.models.alert import OutboxMessage
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.applicantmail import key, keys_of
from tthc_tracker.services import outbox
from tthc_tracker.wording.outbox import NO_LONGER_TRUE


def tell(
    session: Session, dossier: Dossier, letter: ApplicantLetter, *, domain: str, now: dt.datetime
) -> bool:
    """Write the letter about what has just happened to a dossier; call it after the event of it.

    False where there is nobody to tell: no address is known, or the facts are another system's, which tells
    its applicants itself. The same event is told once. The row holds the dossier's id; the address and the
    words are read when the letter leaves (queries.applicantmail). domain: of our sender.
    """
    source = session.get_one(Source, dossier.source_id)
    applicant = session.get_one(Person, dossier.applicant_id)
    if not applicant.email or source.kind is not SourceKind.HOME:
        return False
    return outbox.enqueue(
        session,
        dedup_key=key(letter, dossier.id, dossier.version),
        kind=letter.value,
        user_id=None,
        context={"dossier_id": dossier.id},
        domain=domain,
        now=now,
    )


def withdraw(session: Session, dossier: Dossier, letter: ApplicantLetter) -> int:
    """Call back the letters of one kind that have not left: what they were to say is taken back. How many."""
    waiting = update(OutboxMessage).where(
        OutboxMessage.dedup_key.in_(keys_of(letter, dossier)), OutboxMessage.status.in_(("pending", "held"))
    )
    gone = waiting.values(status="cancelled", last_error=NO_LONGER_TRUE).returning(OutboxMessage.id)
    return len(session.execute(gone).all())
