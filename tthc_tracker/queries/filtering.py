"""What people may choose in the filters of a list."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.permissions import Role, Scope
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.procedure import Sector, Source
from tthc_tracker.queries.revisions import Remembered

MOST = 20
WORKING = (Role.CLERK, Role.OFFICER, Role.HEAD_OF_UNIT)

Choice = tuple[str, str]

_sectors: Remembered[tuple[Choice, ...]] = Remembered("catalogue")
_sources: Remembered[tuple[Choice, ...]] = Remembered("catalogue")


@dataclass(frozen=True)
class Suggestion:
    """A line of a combobox."""

    value: str
    label: str
    note: str


def sectors(session: Session) -> tuple[Choice, ...]:
    """(code, name) of every sector, by name."""
    statement = select(Sector.code, Sector.name).order_by(Sector.name_folded)
    return _sectors.get(session, "sectors", lambda: tuple(session.execute(statement).all()))


def sources(session: Session) -> tuple[Choice, ...]:
    """(code, name) of every source."""
    statement = select(Source.code, Source.name).order_by(Source.id)
    return _sources.get(session, "sources", lambda: tuple(session.execute(statement).all()))


def suggest_agencies(session: Session, scope: Scope, typed: str) -> list[Suggestion]:
    """Agencies of the scope whose name or code holds what was typed, marks aside; closed ones last."""
    wanted = fold(typed)
    within = true() if scope.all else Agency.id.in_(sorted(scope.agency_ids))
    found = Agency.name_folded.contains(wanted, autoescape=True) | Agency.code.istartswith(
        wanted, autoescape=True
    )
    statement = (
        select(Agency.code, Agency.name, Agency.active_to)
        .where(within, found)
        .order_by(Agency.active_to.is_not(None), Agency.code)
        .limit(MOST)
    )
    return [
        Suggestion(code, name, code + (f" · đến {active_to:%d/%m/%Y}" if active_to else ""))
        for code, name, active_to in session.execute(statement)
    ]


def suggest_officers(session: Session, scope: Scope, typed: str) -> list[Suggestion]:
    """Those who hold dossiers at agencies of the scope, by any part of the name, marks aside."""
    return suggest_people(session, scope, typed, WORKING)


def suggest_people(
    session: Session, scope: Scope, typed: str, roles: Collection[Role] = tuple(Role)
) -> list[Suggestion]:
    """Those of these roles at agencies of the scope, by any part of the name, marks aside."""
    within = true() if scope.all else Membership.agency_id.in_(sorted(scope.agency_ids))
    statement = (
        select(User.id, User.full_name, Agency.name, Agency.code)
        .join(Membership, Membership.user_id == User.id)
        .join(Agency, Agency.id == Membership.agency_id)
        .where(within, Membership.role.in_(roles), User.name_folded.contains(fold(typed), autoescape=True))
        .order_by(User.name_folded, User.id, Agency.code)
        .limit(MOST)
    )
    return [
        Suggestion(str(user_id), name, f"{agency} · {code}")
        for user_id, name, agency, code in session.execute(statement)
    ]


def agency_name(session: Session, code: str) -> str | None:
    """The name of an agency, or None when there is none of that code."""
    return session.execute(select(Agency.name).where(Agency.code == code)).scalar_one_or_none()


def unit_name(session: Session, unit_id: int) -> str | None:
    """The name of a unit, or None."""
    return session.execute(select(Unit.name).where(Unit.id == unit_id)).scalar_one_or_none()


def officer_name(session: Session, user_id: int) -> str | None:
    """The name of an account, or None."""
    return session.execute(select(User.full_name).where(User.id == user_id)).scalar_one_or_none()
