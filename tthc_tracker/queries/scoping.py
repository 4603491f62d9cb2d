"""Which dossiers a person may see: those whose receiving, resolving or returning agency is in his subtree,
and those of which a step runs at an agency there.

Every read of dossiers (lists, counts, search, exports, the dossier itself) goes through `visible`.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from tthc_tracker.domain.permissions import Membership, Permission, Scope, permissions_on
from tthc_tracker.models.agency import Agency, AgencyScope, AgencySuccession
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import DossierTransfer
from tthc_tracker.queries.revisions import Remembered

FEW = 20  # agencies; of more, three ranges and their union cost what the whole province does

_subtrees: Remembered[frozenset[int]] = Remembered("agencies")
_desks: Remembered[list[int]] = Remembered("agencies")
_codes: Remembered[dict[str, int]] = Remembered("agencies")


def subtree(session: Session, agency_id: int) -> frozenset[int]:
    """The agency itself, all below it, and their predecessors (agency_scope)."""

    def read() -> frozenset[int]:
        found = select(AgencyScope.descendant_id).where(AgencyScope.ancestor_id == agency_id)
        return frozenset(session.execute(found).scalars())

    return _subtrees.get(session, agency_id, read)


def with_predecessors(session: Session, agency_id: int) -> list[int]:
    """The agency and those it took over from, without what is below: whose dossiers lie at its desk."""

    def read() -> list[int]:
        took_over: dict[int, list[int]] = {}
        for successor, predecessor in session.execute(
            select(AgencySuccession.successor_id, AgencySuccession.predecessor_id)
        ):
            took_over.setdefault(successor, []).append(predecessor)
        found, further = {agency_id}, [agency_id]
        while further:
            new = set(took_over.get(further.pop(), ())) - found
            found |= new
            further += new
        return sorted(found)

    return _desks.get(session, agency_id, read)


def all_agencies(session: Session) -> frozenset[int]:
    """Every agency there is."""
    return _subtrees.get(session, "all", lambda: frozenset(session.execute(select(Agency.id)).scalars()))


def agency_ids(session: Session, code: str) -> frozenset[int] | None:
    """The subtree of an agency; None when that is everything, and nothing when there is no such agency."""
    if not code:
        return None
    every = _codes.get(session, "codes", lambda: dict(session.execute(select(Agency.code, Agency.id)).all()))
    found = every.get(code)
    ids = subtree(session, found) if found is not None else frozenset[int]()
    return None if ids and ids == all_agencies(session) else ids


def scope_of(session: Session, agency_ids: Iterable[int]) -> Scope:
    """The scope of somebody with roles at these agencies; one that holds every agency needs no condition."""
    seen: frozenset[int] = frozenset().union(*(subtree(session, agency_id) for agency_id in agency_ids))
    return Scope(all=bool(seen) and seen == all_agencies(session), agency_ids=seen)


def rights_on(
    session: Session, memberships: Iterable[Membership], agency_ids: Collection[int]
) -> frozenset[Permission]:
    """What these roles permit on a dossier of these organisations (domain.permissions.permissions_on)."""
    return permissions_on(memberships, agency_ids, lambda agency_id: subtree(session, agency_id))


def visible(scope: Scope) -> ColumnElement[bool]:
    """The condition on `dossier` for what this scope may see. The ids are bound, so that both databases
    can use the four partial indexes of open dossiers by agency."""
    if scope.all:
        return true()
    ids = sorted(scope.agency_ids)
    return or_(
        Dossier.resolving_agency_id.in_(ids),
        Dossier.receiving_agency_id.in_(ids),
        Dossier.returning_agency_id.in_(ids),
        Dossier.step_agency_id.in_(ids),
    )


def reachable(scope: Scope) -> ColumnElement[bool]:
    """`visible` for one dossier: what an agency has handed on it follows until the other side has answered,
    or nobody there could take a mistake back. Lists do not ask this: they would walk every hand-over."""
    if scope.all:
        return true()
    given = exists().where(
        Handover.dossier_id == Dossier.id,
        Handover.answered_at.is_(None),
        Handover.from_agency_id.in_(sorted(scope.agency_ids)),
    )
    return or_(visible(scope), given)


def ways_in(scope: Scope) -> list[ColumnElement[bool]]:
    """`visible` as the parts of a union: one, or for a few agencies one an organisation, each with its index.

    Asked with OR, SQLite walks what is open in the whole province to find what a commune may see of it.
    """
    if scope.all or len(scope.agency_ids) > FEW:
        return [visible(scope)]
    ids = sorted(scope.agency_ids)
    return [
        organisation.in_(ids)
        for organisation in (
            Dossier.resolving_agency_id, Dossier.receiving_agency_id, Dossier.returning_agency_id,
            Dossier.step_agency_id,
        )
    ]  # fmt: skip


def resolved_within(
    scope: Scope,
    agency_ids: frozenset[int] | None = None,
    resolver: ColumnElement[int] | None = None,
) -> ColumnElement[bool]:
    """The condition for the resolving agency: rates and tables go by it (docs/law.md, statistics).

    resolver: the one that `agency_ids` are asked of, where it is not the present one; the scope always is.
    """
    return _within(Dossier.resolving_agency_id, scope, agency_ids, resolver)


def received_within(scope: Scope, agency_ids: frozenset[int] | None = None) -> ColumnElement[bool]:
    """The condition for the receiving desk: reception lists and late reception go by it."""
    return _within(Dossier.receiving_agency_id, scope, agency_ids)


def _within(
    column: InstrumentedAttribute[int],
    scope: Scope,
    agency_ids: frozenset[int] | None,
    asked: ColumnElement[int] | None = None,
) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if not scope.all:
        conditions.append(column.in_(sorted(scope.agency_ids)))
    if agency_ids is not None:
        conditions.append((column if asked is None else asked).in_(sorted(agency_ids)))
    return and_(true(), *conditions)


def with_heirs(session: Session, agencies: frozenset[int]) -> set[int]:
    """Agencies, and all to which their dossiers have ever been passed on."""
    heirs: dict[int, set[int]] = {}
    moves = select(DossierTransfer.from_agency_id, DossierTransfer.to_agency_id).distinct()
    for giver, heir in session.execute(moves):
        heirs.setdefault(giver, set()).add(heir)
    found, further = set(agencies), list(agencies)
    while further:
        new = heirs.get(further.pop(), set()) - found
        found |= new
        further += new
    return found
