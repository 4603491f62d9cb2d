"""A morning of the demo on which the shared civil-status software was down, at its commune."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.apology import Outage
from tthc_tracker.models.dossier import Dossier


def note_one(session: Session, *, now: dt.datetime) -> None:
    """On the last day before `now` on which the commune's desk received anything: two hours of it."""
    clerk = select(Membership.agency_id, User.id).join(User, User.id == Membership.user_id)
    commune, clerk_id = session.execute(clerk.where(User.username == "motcua")).one()
    today = now.replace(hour=0, minute=0)
    received = select(Dossier.accepted_at).where(
        Dossier.receiving_agency_id == commune, Dossier.accepted_at < today
    )
    last = session.execute(received.order_by(Dossier.accepted_at.desc()).limit(1)).scalar_one_or_none()
    if last is None:
        return
    session.add(
        Outage(
            agency_id=commune, system=OutsideSystem.CIVIL_STATUS, note="",
            began_at=last - dt.timedelta(hours=1), ended_at=last + dt.timedelta(hours=1),
            recorded_at=last + dt.timedelta(hours=1), recorded_by_id=clerk_id,
        )
    )  # fmt: skip
