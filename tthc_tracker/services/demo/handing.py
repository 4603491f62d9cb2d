"""What is on its way in the demo's commune at this moment, by the verbs that people use."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import AT_WORK, ResultKind, SourceKind
from tthc_tracker.domain.permissions import Membership, Scope
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.services import handovers, processing
from tthc_tracker.services.acting import Target
from tthc_tracker.services.handovers import SendResult
from tthc_tracker.services.processing import HandOverDossier

PAPERS, RESULTS = 6, 4


@dataclass(frozen=True)
class _Worker:
    """Somebody of the demo, as the verbs ask for a person."""

    user_id: int
    name: str
    memberships: tuple[Membership, ...]
    scope: Scope


def hand_some_over(session: Session, *, now: dt.datetime) -> None:
    """Papers from the desk to the officer's unit, results of that unit to the desk; none confirmed yet."""
    clerk, officer = _worker(session, "motcua"), _worker(session, "chuyenvien")
    (at_desk,), (at_work,) = clerk.memberships, officer.memberships
    agency, unit, desk = at_work.agency_id, at_work.unit_id, at_desk.unit_id
    for code in session.execute(_open_at(agency, unit, RESULTS)).scalars().all():
        result = SendResult(Target(code, None), ResultKind.GRANTED, result_on=now.date())
        handovers.send_result(session, result, person=officer, now=now)
    for code in session.execute(_open_at(agency, desk, PAPERS)).scalars().all():
        papers = HandOverDossier(Target(code, None), unit)
        processing.hand_over(session, papers, person=clerk, now=now)


def _worker(session: Session, username: str) -> _Worker:
    user = session.execute(select(User).where(User.username == username)).scalar_one()
    held = select(MembershipRow).where(MembershipRow.user_id == user.id).order_by(MembershipRow.id)
    memberships = tuple(
        Membership(row.role, row.agency_id, row.unit_id) for row in session.execute(held).scalars()
    )
    return _Worker(
        user.id, user.full_name, memberships, scope_of(session, [one.agency_id for one in memberships])
    )


def _open_at(agency_id: int, unit_id: int | None, most: int) -> Select[str]:
    """The dossiers of our own that an agency has at work in a unit (None: in none), the latest first."""
    return (
        select(Dossier.code)
        .join(Source, Source.id == Dossier.source_id)
        .where(
            Source.kind == SourceKind.HOME, Dossier.resolving_agency_id == agency_id,
            Dossier.receiving_agency_id == agency_id, Dossier.holding_unit_id.is_not_distinct_from(unit_id),
            Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None), Dossier.state.in_(AT_WORK),
        )
        .order_by(Dossier.accepted_at.desc(), Dossier.id)
        .limit(most)
    )  # fmt: skip
