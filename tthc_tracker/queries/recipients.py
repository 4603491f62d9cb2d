"""Who an alert concerns: from its audience and the place of its dossier to people."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import AT_THE_DESK, Rule
from tthc_tracker.domain.alertrules import Audience, RuleTerms
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency, AgencyScope
from tthc_tracker.queries import deputies
from tthc_tracker.queries.alertrules import Terms

Holder = tuple[int, int | None]  # user, unit


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dossier (or, for a backlog, a unit) stands."""

    receiving_agency_id: int
    resolving_agency_id: int
    unit_id: int | None
    officer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom an alert goes to; `stand_in`: nobody was there, so it goes to the administrators."""

    user_ids: frozenset[int]
    stand_in: bool = False


class Directory:
    """The active accounts, their roles and the rules' terms as of one reading; read it anew for every run.

    on: of which day the terms are; without it the newest.
    """

    def __init__(self, session: Session, on: dt.date | None = None) -> None:
        self._session, self._on = session, on
        self.terms = Terms(session, on or dt.date.max)

    @cached_property
    def active(self) -> frozenset[int]:
        """Every account that may sign in."""
        return frozenset(self._session.execute(select(User.id).where(User.active)).scalars())

    @cached_property
    def _deputies(self) -> dict[int, int]:
        """For everybody who is away on the day, who stands in and may sign in."""
        found = deputies.deputies(self._session, self._on) if self._on else {}
        return {user: deputy for user, deputy in found.items() if deputy in self.active}

    @cached_property
    def _holders(self) -> dict[tuple[Role, int], list[Holder]]:
        statement = (
            select(Membership.role, Membership.agency_id, Membership.user_id, Membership.unit_id)
            .join(User, User.id == Membership.user_id)
            .where(User.active)
            .order_by(Membership.id)
        )
        holders: dict[tuple[Role, int], list[Holder]] = defaultdict(list)
        for role, agency_id, user_id, unit_id in self._session.execute(statement):
            holders[role, agency_id].append((user_id, unit_id))
        return holders

    @cached_property
    def _above(self) -> dict[int, list[int]]:
        """For each agency itself, its superiors and successors; the nearer one holds fewer agencies."""
        sizes: dict[int, int] = defaultdict(int)
        above: dict[int, list[int]] = defaultdict(list)
        pairs = select(AgencyScope.ancestor_id, AgencyScope.descendant_id).order_by(AgencyScope.ancestor_id)
        for ancestor, descendant in self._session.execute(pairs):
            sizes[ancestor] += 1
            above[descendant].append(ancestor)
        return {
            agency: sorted(ancestors, key=lambda one: (one != agency, sizes[one], one))
            for agency, ancestors in above.items()
        }

    @cached_property
    def _closed(self) -> frozenset[int]:
        closed = select(Agency.id).where(Agency.active_to.is_not(None))
        return frozenset(self._session.execute(closed).scalars())

    def has_head(self, agency_id: int, unit_id: int | None) -> bool:
        """Whether anybody answers for a unit: its own head or the head of its agency."""
        return bool(self._heads(agency_id, frozenset({unit_id})))

    def terms_of(self, rule: Rule, place: Place) -> RuleTerms:
        """A rule's terms where its alerts are counted."""
        return self.terms.of(rule, _agency(rule, place))

    def of(self, rule: Rule, place: Place, rung: int = 0) -> Recipients:
        """The people of a rule's audiences; without any, those of its ladder, then the administrators.

        rung: how far the alert has climbed; whom it has reached there it stays with.
        """
        terms = self.terms_of(rule, place)
        found = self._all(rule, terms.audiences, place)
        for step in terms.ladder:
            found = found or self._people(rule, step.audience, place)
        above = self._all(rule, tuple(step.audience for step in terms.ladder[:rung]), place)
        if found:
            return Recipients(found | above)
        return Recipients(self._nearest(Role.ADMINISTRATOR, _agency(rule, place)), stand_in=True)

    def on_rung(self, rule: Rule, place: Place, rung: int) -> frozenset[int]:
        """Whom an alert comes to with its `rung`-th step (counted from 1)."""
        return self._all(rule, (self.terms_of(rule, place).ladder[rung - 1].audience,), place)

    def _all(self, rule: Rule, audiences: tuple[Audience, ...], place: Place) -> frozenset[int]:
        return frozenset[int]().union(*(self._people(rule, audience, place) for audience in audiences))

    def _people(self, rule: Rule, audience: Audience, place: Place) -> frozenset[int]:
        """Of an audience those who are there: for whoever is away, his deputy."""
        meant = self._meant(rule, audience, place)
        return frozenset(self._deputies.get(user, user) for user in meant) if meant else meant

    def _meant(self, rule: Rule, audience: Audience, place: Place) -> frozenset[int]:
        resolving, receiving = place.resolving_agency_id, place.receiving_agency_id
        match audience:
            case Audience.OFFICER if place.officer_id in self.active:
                return frozenset({place.officer_id or 0})
            case Audience.OFFICER | Audience.HEAD_OF_UNIT:
                return self._heads(resolving, frozenset({place.unit_id}))
            case Audience.DESK:
                return frozenset(user for user, _ in self._holders.get((Role.CLERK, receiving), ()))
            case Audience.HEAD_OF_RECEIVING_UNIT:
                desk = self._holders.get((Role.CLERK, receiving), ())
                return self._heads(receiving, frozenset(unit for _, unit in desk) or frozenset({None}))
            case Audience.HEAD_OF_AGENCY:
                return self._head_of_agency(_agency(rule, place))
            case Audience.CONTROLLER:
                return self._nearest(Role.CONTROLLER, _agency(rule, place))

    def _heads(self, agency_id: int, units: frozenset[int | None]) -> frozenset[int]:
        """The heads of these units; an agency that is its own unit is headed by its head."""
        heads = self._holders.get((Role.HEAD_OF_UNIT, agency_id), ())
        found = frozenset(user for user, unit in heads if unit in units)
        return found or self._head_of_agency(agency_id)

    def _head_of_agency(self, agency_id: int) -> frozenset[int]:
        heads = frozenset(user for user, _ in self._holders.get((Role.HEAD_OF_AGENCY, agency_id), ()))
        if not heads and agency_id in self._closed:
            return self._nearest(Role.HEAD_OF_AGENCY, agency_id)
        return heads

    def _nearest(self, role: Role, agency_id: int) -> frozenset[int]:
        """Who holds a role at the agency or at the nearest above it that has somebody."""
        for agency in self._above.get(agency_id, [agency_id]):
            if holders := self._holders.get((role, agency)):
                return frozenset(user for user, _ in holders)
        return frozenset()


def _agency(rule: Rule, place: Place) -> int:
    """The agency that an alert stands against."""
    return place.receiving_agency_id if rule in AT_THE_DESK else place.resolving_agency_id
