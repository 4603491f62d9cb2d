"""One act on several dossiers: each is its own transaction, permission check and event.

The caller walks the rows and commits each; a form that is sent again does what it has not done yet.
"""

import datetime as dt
import hashlib
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.models.alert import STANDS_OPEN, Alert, AlertRecipient
from tthc_tracker.models.dossier import DossierCode
from tthc_tracker.services import submissions
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.alertanswers import AcknowledgeAlert, acknowledge

MOST = 500


def once(
    session: Session,
    key: str,
    target: Target,
    action: str,
    act: Callable[[], object],
    *,
    person: Person,
    content: str,
    now: dt.datetime,
) -> None:
    """Do `act` to one row of the form with this key, unless that was done already. content: of the form.

    Raises:
        DuplicateSubmission: it was. ConflictingSubmission: with other content. And what `act` raises.
    """
    own = hashlib.sha256(f"{key}:{target.code}".encode()).hexdigest()[:32]
    submissions.claim(
        session, own, user_id=person.user_id, action=f"bulk_{action}"[:20], content=content, now=now
    )
    act()
    submissions.settle(session, own, kind="dossier", result=target.code, now=now)


def acknowledge_alerts(
    session: Session, code: str, note: str, by: dt.date | None, *, person: Person, now: dt.datetime
) -> None:
    """Acknowledge all of this person's open alerts on a dossier.

    Raises:
        NotFound: none is open. InvalidInput: as alertanswers.acknowledge.
    """
    mine = (
        select(Alert.id)
        .join(AlertRecipient, AlertRecipient.alert_id == Alert.id)
        .join(DossierCode, DossierCode.dossier_id == Alert.dossier_id)
        .where(
            DossierCode.code == code,
            AlertRecipient.user_id == person.user_id,
            STANDS_OPEN,
            Alert.closed_at.is_(None),
        )
        .order_by(Alert.id)
    )
    found = session.execute(mine).scalars().all()
    if not found:
        raise NotFound(code)
    for alert_id in found:
        acknowledge(session, AcknowledgeAlert(alert_id, note, by), user_id=person.user_id, now=now)
