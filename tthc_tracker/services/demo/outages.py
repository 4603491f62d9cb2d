"""When the shared civil-status software was down in the demo: all over in Q1/2024, of late at its commune."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.apology import Outage
from tthc_tracker.models.dossier import Dossier

PROVINCE = "H50"
# The session of Q1/2024 named it: overloaded, many times a day.
_OF_THE_SESSION = (
    (dt.datetime(2024, 1, 16, 8, 5, tzinfo=VIETNAM), 70),
    (dt.datetime(2024, 1, 16, 14, 10, tzinfo=VIETNAM), 45),
    (dt.datetime(2024, 2, 27, 9, 20, tzinfo=VIETNAM), 95),
    (dt.datetime(2024, 3, 5, 8, 40, tzinfo=VIETNAM), 60),
)  # when each began, and for how many minutes


def note_some(session: Session, *, now: dt.datetime) -> None:
    """Those that the session of Q1/2024 was told of, and one of late."""
    _of_the_session(session)
    _of_late(session, now)


def _of_the_session(session: Session) -> None:
    province = session.execute(select(Agency.id).where(Agency.code == PROVINCE)).scalar_one()
    noted_by = session.execute(select(User.id).where(User.username == "kiemsoat")).scalar_one()
    for began_at, minutes in _OF_THE_SESSION:
        ended_at = began_at + dt.timedelta(minutes=minutes)
        session.add(
            Outage(
                agency_id=province, system=OutsideSystem.CIVIL_STATUS, note="", began_at=began_at,
                ended_at=ended_at, recorded_at=ended_at, recorded_by_id=noted_by,
            )
        )  # fmt: skip


def _of_late(session: Session, now: dt.datetime) -> None:
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
