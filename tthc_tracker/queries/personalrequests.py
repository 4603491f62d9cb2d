"""Requests about what is held on a person: a reader's own, and those that wait for his consent."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import Permission, Scope
from tthc_tracker.domain.personaldata import Ground
from tthc_tracker.domain.personalrequests import (
    NEEDS,
    STANDS,
    RequestKind,
    RequestStanding,
    standing_of,
)
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.personaldata import PersonalRequest, PersonalRequestDossier
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.queries.scoping import visible

MOST = 50

_asker, _decider = aliased(User), aliased(User)


@dataclass(frozen=True)
class Request:
    """A request as pages show it; ground of an export, basis of an erasure, because of a refusal."""

    id: int
    kind: RequestKind
    asker: str
    mine: bool
    asked_at: dt.datetime
    dossiers: int
    ground: Ground | None
    said: str
    basis: str
    standing: RequestStanding
    decider: str | None
    decided_at: dt.datetime | None
    because: str

    @property
    def until(self) -> dt.datetime:
        """Until when it waits, or may be fetched."""
        return (self.decided_at or self.asked_at) + STANDS


@dataclass(frozen=True)
class AskedDossier:
    """A dossier that a request is about; nobody's name on it."""

    code: str
    procedure: str
    agency: str
    state: State
    closed_on: dt.date | None


def mine(session: Session, user_id: int, now: dt.datetime) -> list[Request]:
    """What this person has asked for, the newest first."""
    return _read(session, PersonalRequest.asked_by_id == user_id, user_id, now)


def waiting(
    session: Session, user_id: int, held: frozenset[Permission], scope: Scope, now: dt.datetime
) -> list[Request]:
    """What others have asked for and this person may consent to, the newest first."""
    return _read(session, _for(user_id, held, scope, now), user_id, now)


def waiting_number(
    session: Session, user_id: int, held: frozenset[Permission], scope: Scope, now: dt.datetime
) -> int:
    """How many `waiting` has."""
    if held.isdisjoint(NEEDS.values()):
        return 0
    count = select(func.count(PersonalRequest.id)).where(_for(user_id, held, scope, now))
    return session.execute(count).scalar_one()


def request(
    session: Session, request_id: int, user_id: int, held: frozenset[Permission], scope: Scope,
    now: dt.datetime,
) -> Request:  # fmt: skip
    """One request, for who asked, and for whoever may consent or could have.

    Raises:
        NotFound: none that is this person's to see.
    """
    theirs = or_(PersonalRequest.asked_by_id == user_id, and_(_held(held), _seen(scope)))
    found = _read(session, and_(PersonalRequest.id == request_id, theirs), user_id, now)
    if not found:
        raise NotFound
    return found[0]


def dossiers(session: Session, request_id: int, scope: Scope) -> list[AskedDossier]:
    """The dossiers of a request that this reader may see, by their codes: who asked may have moved."""
    statement = (
        select(Dossier.code, ProcedureVersion.name, Agency.name, Dossier.state, Dossier.closed_on)
        .join(PersonalRequestDossier, PersonalRequestDossier.dossier_id == Dossier.id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .where(PersonalRequestDossier.request_id == request_id, visible(scope))
        .order_by(Dossier.code)
    )
    return [AskedDossier(*row) for row in session.execute(statement)]


def asked_about(since: dt.datetime) -> ColumnElement[bool]:
    """The condition on `dossier`: somebody has asked about it after a moment."""
    return exists().where(
        PersonalRequestDossier.dossier_id == Dossier.id,
        PersonalRequestDossier.request_id == PersonalRequest.id,
        PersonalRequest.asked_at > since,
    )


def _for(
    user_id: int, held: frozenset[Permission], scope: Scope, now: dt.datetime
) -> ColumnElement[bool]:  # fmt: skip
    unanswered = and_(PersonalRequest.verdict.is_(None), PersonalRequest.asked_at > now - STANDS)
    return and_(unanswered, PersonalRequest.asked_by_id != user_id, _held(held), _seen(scope))


def _held(held: frozenset[Permission]) -> ColumnElement[bool]:
    return PersonalRequest.kind.in_([kind for kind, needs in NEEDS.items() if needs in held])


def _seen(scope: Scope) -> ColumnElement[bool]:
    """That every dossier of it may be seen: consent to half of it is none."""
    seen = exists().where(Dossier.id == PersonalRequestDossier.dossier_id, visible(scope))
    unseen = exists().where(PersonalRequestDossier.request_id == PersonalRequest.id, ~seen)
    return ~unseen


def _read(
    session: Session, which: ColumnElement[bool], user_id: int, now: dt.datetime
) -> list[Request]:  # fmt: skip
    number = select(func.count()).where(PersonalRequestDossier.request_id == PersonalRequest.id)
    statement: Select[*tuple[Any, ...]] = (
        select(PersonalRequest, _asker.full_name, _decider.full_name, number.scalar_subquery())
        .join(_asker, _asker.id == PersonalRequest.asked_by_id)
        .outerjoin(_decider, _decider.id == PersonalRequest.decided_by_id)
        .where(which)
        .order_by(PersonalRequest.id.desc())
        .limit(MOST)
    )
    return [
        _view(row, (asker, decider, dossiers), user_id, now)
        for row, asker, decider, dossiers in session.execute(statement)
    ]


def _view(
    row: PersonalRequest, beside: tuple[str, str | None, int], user_id: int, now: dt.datetime
) -> Request:
    asker, decider, dossiers = beside
    return Request(
        row.id, row.kind, asker, row.asked_by_id == user_id, row.asked_at, dossiers,
        Ground(row.ground) if row.ground else None, row.said, row.basis,
        standing_of(row.kind, row.asked_at, row.verdict, row.decided_at, now), decider, row.decided_at,
        row.because,
    )  # fmt: skip
