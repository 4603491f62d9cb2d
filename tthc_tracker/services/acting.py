"""What every verb on a dossier starts with: the dossier as the form saw it, and the right to act on it."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound, StaleVersion
from tthc_tracker.domain.handovers import Handing, Underway, handing_for
from tthc_tracker.domain.lifecycle import Action, EventKind, Move, move_of, state_after
from tthc_tracker.domain.permissions import Membership, Permission, Scope, may_act, permissions_on
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.queries.dossiers import circumstances_of
from tthc_tracker.queries.handovers import underway_of
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import steads
from tthc_tracker.services.events import Actor

# What changes nothing that another person's form could show or decide: a copy of a slip, a reminder sent, a
# draft that nobody has approved, a word on why it is late, what another system says of the same dossier.
HARMLESS = (
    EventKind.REPRINTED,
    EventKind.REMINDED,
    EventKind.RATED,
    EventKind.URGED,
    EventKind.APOLOGY_DRAFTED,
    EventKind.LATENESS_EXPLAINED,
    EventKind.SIGHTED,
)


class Person(Protocol):
    """Who acts: an account signed in."""

    @property
    def user_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def memberships(self) -> tuple[Membership, ...]: ...
    @property
    def scope(self) -> Scope: ...


@dataclass(frozen=True)
class Target:
    """The dossier an act is meant for, and the version its form showed (None: whichever it is now)."""

    code: str
    version: int | None


@dataclass(frozen=True)
class Act:
    """A permitted act: the dossier, locked, the row of the table it follows, and who does it.

    underway: the hand-over that nobody has answered; handing: the same as this person meets it.
    """

    dossier: Dossier
    move: Move
    actor: Actor
    mirrored: bool
    underway: Underway | None
    handing: Handing

    def apply_state(self) -> None:
        """Take the state that the table gives."""
        self.dossier.state = state_after(self.move, self.dossier.state)


def agency_ids(dossier: Dossier) -> frozenset[int]:
    """The three organisations of a dossier, and the agency of a step that runs elsewhere."""
    three = {dossier.receiving_agency_id, dossier.resolving_agency_id, dossier.returning_agency_id}
    return frozenset(three if dossier.step_agency_id is None else three | {dossier.step_agency_id})


def permitted(
    session: Session, person: Person, dossier: Dossier, underway: Underway | None = None
) -> frozenset[Permission]:
    """What this person may do to this very dossier; underway: its hand-over that nobody has answered."""
    places = _places(dossier, underway)
    return permissions_on(person.memberships, places, lambda agency: subtree(session, agency))


def _places(dossier: Dossier, underway: Underway | None) -> frozenset[int]:
    """Its organisations, and the one that has handed it on: it may take back what nobody has answered."""
    return agency_ids(dossier) | (frozenset({underway.source.agency_id}) if underway else frozenset())


def begin(session: Session, target: Target, action: Action, *, person: Person, now: dt.datetime) -> Act:
    """Lock the dossier and check that this person may do this to it now.

    Raises:
        NotFound: no such dossier in the person's scope. StaleVersion: somebody changed it since.
        NotAllowed, NotNow: the table of the lifecycle says no.
    """
    if "\0" in target.code:  # PostgreSQL holds no such text
        raise NotFound(target.code)
    dossier = session.execute(_locked(), {"code": target.code}).scalar_one_or_none()
    underway = _underway(session, dossier.id) if dossier is not None else None
    if dossier is None or not person.scope.sees(_places(dossier, underway)):
        raise NotFound(target.code)
    if target.version is not None and _is_stale(session, dossier, target.version):
        raise StaleVersion
    handing = handing_for(underway, person.user_id, person.memberships)
    circumstances = circumstances_of(session, dossier, now, handing)
    move = move_of(
        dossier.state, action, permitted(session, person, dossier, underway), circumstances=circumstances
    )
    actor = Actor(person.user_id, person.name, _on_behalf(session, person, dossier, move))
    return Act(dossier, move, actor, circumstances.mirrored, underway, handing)


def _on_behalf(session: Session, person: Person, dossier: Dossier, move: Move) -> str:
    """Of which head, if the right to this is held only in his place; "" for one's own."""
    places = agency_ids(dossier)

    def holds(memberships: tuple[Membership, ...]) -> bool:
        return may_act(memberships, move.permission, places, lambda agency: subtree(session, agency))

    return steads.name_of(session, steads.in_stead(session, person.memberships, holds))


@cache
def _locked() -> Select[Dossier]:
    """The dossier of `code` as it stands, locked. Every act begins with it: put together once."""
    found = select(Dossier).join(DossierCode, DossierCode.dossier_id == Dossier.id)
    statement = found.where(DossierCode.code == bindparam("code")).with_for_update(of=Dossier)
    return statement.execution_options(populate_existing=True)


def _is_stale(session: Session, dossier: Dossier, version: int) -> bool:
    """Whether anything has happened since that a form would have to show; a reprint is no such thing.

    A version that never was is stale too.
    """
    if not 0 <= version <= dossier.version:
        return True
    seen = {"dossier_id": dossier.id, "version": version}
    return version != dossier.version and session.execute(_since(), seen).first() is not None


@cache
def _since() -> Select[int]:
    """An event of the dossier `dossier_id` after its `version` that a form would have to show."""
    its = DossierEvent.dossier_id == bindparam("dossier_id")
    later = select(DossierEvent.seq).where(its, DossierEvent.seq > bindparam("version"))
    return later.where(DossierEvent.kind.not_in(HARMLESS)).limit(1)


def _underway(session: Session, dossier_id: int) -> Underway | None:
    return underway_of(session.execute(unanswered(), {"dossier_id": dossier_id}).scalar_one_or_none())


@cache
def unanswered() -> Select[Handover]:
    """The hand-over of the dossier `dossier_id` that waits for its answer."""
    its = Handover.dossier_id == bindparam("dossier_id")
    return select(Handover).where(its, Handover.answered_at.is_(None))
