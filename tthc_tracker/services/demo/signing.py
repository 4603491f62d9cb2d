"""The report of the last quarter, as the head of the demo's commune signed it."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain import periods
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.periods import PeriodKind
from tthc_tracker.domain.permissions import Membership, Scope
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries import signedreports as reads
from tthc_tracker.queries.accounts import rights_of
from tthc_tracker.services import signedreports
from tthc_tracker.services.signedreports import SignReport

HEAD = "lanhdao"


@dataclass(frozen=True)
class _Head:
    user_id: int
    name: str
    memberships: tuple[Membership, ...]
    scope: Scope


def sign_last_quarter(session: Session, *, now: dt.datetime) -> None:
    """On the second morning after its last day, or now."""
    period = periods.previous(periods.period_of(PeriodKind.QUARTER, now.date()))
    statement = (
        select(User.id, User.full_name, Agency.id, Agency.code)
        .join(MembershipRow, MembershipRow.user_id == User.id)
        .join(Agency, Agency.id == MembershipRow.agency_id)
        .where(User.username == HEAD)
    )
    user_id, name, agency_id, agency = session.execute(statement).one()
    rights = rights_of(session, user_id)
    morning = dt.datetime.combine(period.end + dt.timedelta(days=2), dt.time(9), VIETNAM)
    draft = reads.draft(session, agency, period, now)
    signedreports.sign(
        session,
        SignReport(agency_id, period, draft.edition, draft.seen),
        person=_Head(user_id, name, rights.memberships, rights.scope),
        now=min(now, morning),
    )
