"""A few dossiers that much has happened to, by the product's own verbs: what sixty events cost a page."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import Membership, Role, Scope
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries.accounts import rights_of
from tthc_tracker.services import processing
from tthc_tracker.services.acting import Target
from tthc_tracker.services.processing import AssignDossier, NoteDossier

EVENTS, DOSSIERS = 60, 10
NOTE = "Đã gọi điện cho người nộp lúc {} giờ, hẹn bổ sung bản chính khi đến nhận kết quả."


@dataclass(frozen=True)
class Actor:
    """The head of the agency that resolves it."""

    user_id: int
    name: str
    memberships: tuple[Membership, ...]
    scope: Scope


def lengthen(session: Session, now: dt.datetime) -> list[str]:
    """Let ten open dossiers grow to sixty events of two kinds, and name them."""
    codes = []
    for dossier in _chosen(session):
        head = _head(session, dossier.resolving_agency_id)
        at_work = _officers(session, dossier.resolving_agency_id)
        for number in range(EVENTS - dossier.version):
            at = now - dt.timedelta(minutes=EVENTS - number)
            target = Target(dossier.code, None)
            if number % 2:
                words = NoteDossier(target, NOTE.format(number))
                processing.note(session, words, person=head, now=at)
            else:
                officer, unit = at_work[number // 2 % len(at_work)]
                asked = AssignDossier(target, unit, officer, f"Phân công lại lần {number // 2 + 1}")
                processing.assign(session, asked, person=head, now=at)
        codes.append(dossier.code)
    return codes


def _chosen(session: Session) -> list[Dossier]:
    several = (
        select(MembershipRow.agency_id)
        .where(MembershipRow.role == Role.OFFICER)
        .group_by(MembershipRow.agency_id)
        .having(func.count() > 1)
    )
    open_ones = select(Dossier).where(
        Dossier.closed_at.is_(None),
        Dossier.state == State.PROCESSING,
        Dossier.receiving_agency_id == Dossier.resolving_agency_id,
        Dossier.resolving_agency_id.in_(several),
        Dossier.id.in_(select(DossierEvent.dossier_id)),
    )
    return list(session.execute(open_ones.order_by(Dossier.id).limit(DOSSIERS)).scalars())


def _head(session: Session, agency_id: int) -> Actor:
    held = MembershipRow.user_id == User.id
    here = MembershipRow.agency_id == agency_id, MembershipRow.role == Role.HEAD_OF_AGENCY
    user_id, name = session.execute(
        select(User.id, User.full_name).join(MembershipRow, held).where(*here)
    ).one()
    rights = rights_of(session, user_id)
    return Actor(user_id, name, rights.memberships, rights.scope)


def _officers(session: Session, agency_id: int) -> list[tuple[int, int | None]]:
    here = MembershipRow.agency_id == agency_id, MembershipRow.role == Role.OFFICER
    found = select(MembershipRow.user_id, MembershipRow.unit_id).where(*here).order_by(MembershipRow.id)
    return [(user_id, unit_id) for user_id, unit_id in session.execute(found)]
