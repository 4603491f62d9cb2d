"""One dossier as its page shows it, within the reader's scope. A fixed handful of queries."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.handovers import Handing
from tthc_tracker.domain.lifecycle import Circumstances, EventKind, SourceKind
from tthc_tracker.domain.permissions import Role, Scope
from tthc_tracker.domain.processes import NO_STEPS, StepStanding
from tthc_tracker.domain.standing import ClockFacts, Standing, standing
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Unit
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.history import DossierEvent, EventPrivate
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Source
from tthc_tracker.models.reception import DossierComponent
from tthc_tracker.queries import attached, custody, names, pauses, processes, standingalerts, underway
from tthc_tracker.queries.attached import Attached
from tthc_tracker.queries.names import NamedAgency
from tthc_tracker.queries.scoping import reachable

# What does not count as acting on a dossier: printing it again, remarking on it, reminding of it.
PASSING = (
    EventKind.REPRINTED,
    EventKind.NOTED,
    EventKind.MARKED_AT_SOURCE,
    EventKind.REMINDED,
    EventKind.RATED,
    EventKind.URGED,
    EventKind.APOLOGY_DRAFTED,
    EventKind.LATENESS_EXPLAINED,
    EventKind.RESULT_DIGITISED,
    EventKind.DISPUTED,
    EventKind.DISPUTE_ENDED,
    EventKind.MATCHED,
    EventKind.SEPARATED,
    EventKind.SIGHTED,
)
FRESH = (EventKind.RECEIVED, EventKind.CORRECTED, EventKind.FINISHED)


@dataclass(frozen=True)
class DossierView:
    """A dossier with the names of what it points to. `dossier` is detached: read only its columns."""

    dossier: Dossier
    applicant: Person
    owner: Person
    procedure_code: str
    procedure: str
    sector: str
    receiving: NamedAgency
    resolving: NamedAgency
    returning: NamedAgency
    unit: str | None
    officer: str | None
    received_by: str | None
    source: str
    source_kind: SourceKind
    attached: Attached

    @property
    def mirrored(self) -> bool:
        """Whether its facts are another system's."""
        return self.source_kind is SourceKind.MIRROR

    @property
    def limit(self) -> TimeLimit | None:
        """The limit it was promised, or None when the promise was taken as given."""
        return limit_of(self.dossier)

    def standing(self, now: dt.datetime) -> Standing:
        """Where it stands at a moment."""
        return standing_of(self.dossier, now)


STANDS_BY = (
    Dossier.state, Dossier.accepted_at, Dossier.limit_amount, Dossier.limit_unit, Dossier.reception_late_from,
    Dossier.due_at, Dossier.current_due_at, Dossier.late_from, Dossier.overdue_from, Dossier.due_soon_from,
    Dossier.paused_since, Dossier.closed_at,
)  # fmt: skip
"""What `standing_of` asks of a dossier: a list reads these instead of all its seventy columns."""


def limit_of(dossier: Dossier | Any) -> TimeLimit | None:
    """The limit a dossier was promised, or None when the promise was taken as given."""
    if dossier.limit_amount is None or dossier.limit_unit is None:
        return None
    return TimeLimit(dossier.limit_amount, dossier.limit_unit)


def standing_of(dossier: Dossier | Any, now: dt.datetime) -> Standing:
    """Where a dossier, or a row that has the columns STANDS_BY, stands at a moment."""
    limit = limit_of(dossier)
    facts = ClockFacts(
        state=dossier.state,
        accepted=dossier.accepted_at is not None,
        is_hour_limit=limit is not None and limit.is_hour_limit,
        reception_late_from=dossier.reception_late_from,
        due_at=dossier.due_at,
        current_due_at=dossier.current_due_at,
        late_from=dossier.late_from,
        overdue_from=dossier.overdue_from,
        due_soon_from=dossier.due_soon_from,
        paused_since=dossier.paused_since,
        closed_at=dossier.closed_at,
    )
    return standing(facts, now)


class HistoryEntry(NamedTuple):
    """One event with its personal part, where it has one and the reader may see it."""

    seq: int
    kind: EventKind
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    actor: str
    reason: str
    facts: dict[str, Any]
    private: dict[str, Any] | None


def id_of_code(session: Session, code: str, scope: Scope) -> int | None:
    """The dossier that bears this code, if it is in scope."""
    statement = (
        select(Dossier.id)
        .join(DossierCode, DossierCode.dossier_id == Dossier.id)
        .where(DossierCode.code == code, reachable(scope))
    )
    return session.execute(statement).scalar_one_or_none()


def places_of(session: Session, code: str, scope: Scope) -> frozenset[int]:
    """The organisations of the dossier that bears this code, with that of a step that runs elsewhere and the
    one that has handed it on while nobody has answered.

    Raises:
        NotFound: none, or none that this scope may see.
    """
    if "\0" in code:  # PostgreSQL holds no such text
        raise NotFound(code)
    row = session.execute(_places(scope), {"code": code}).one_or_none()
    if row is None:
        raise NotFound(code)
    return frozenset(place for place in row if place is not None)


@lru_cache(maxsize=256)
def _places(scope: Scope) -> Select[*tuple[Any, ...]]:
    giver = select(Handover.from_agency_id).where(
        Handover.dossier_id == Dossier.id, Handover.answered_at.is_(None)
    )
    return (
        select(
            Dossier.receiving_agency_id, Dossier.resolving_agency_id, Dossier.returning_agency_id,
            Dossier.step_agency_id, giver.scalar_subquery(),
        )
        .join(DossierCode, DossierCode.dossier_id == Dossier.id)
        .where(DossierCode.code == bindparam("code"), reachable(scope))
    )  # fmt: skip


def find(session: Session, code: str, scope: Scope) -> DossierView:
    """The dossier that bears this code.

    Raises:
        NotFound: none, or none that this scope may see.
    """
    if "\0" in code:  # PostgreSQL holds no such text
        raise NotFound(code)
    row = session.execute(_by_code(scope), {"code": code}).one_or_none()
    if row is None:
        raise NotFound(code)
    dossier, applicant, owner, *hanging = row
    return _named(session, dossier, applicant, owner, Attached(*hanging))


def _named(
    session: Session, dossier: Dossier, applicant: Person, owner: Person, hanging: Attached
) -> DossierView:
    places = (dossier.receiving_agency_id, dossier.resolving_agency_id, dossier.returning_agency_id)
    agencies = names.agencies.of(session, places)
    people = names.officers.of(session, (dossier.officer_id, dossier.received_by_id))
    source = names.sources.one(session, dossier.source_id)
    return DossierView(
        dossier=dossier,
        applicant=applicant,
        owner=owner,
        procedure_code=names.procedures.one(session, dossier.procedure_id),
        procedure=names.versions.one(session, dossier.procedure_version_id),
        sector=names.sectors.one(session, dossier.sector_id),
        receiving=agencies[dossier.receiving_agency_id],
        resolving=agencies[dossier.resolving_agency_id],
        returning=agencies[dossier.returning_agency_id],
        unit=names.units.of(session, (dossier.holding_unit_id,)).get(dossier.holding_unit_id),
        officer=people.get(dossier.officer_id),
        received_by=people.get(dossier.received_by_id),
        source=source.name,
        source_kind=source.kind,
        attached=hanging,
    )


@lru_cache(maxsize=256)
def _by_code(scope: Scope) -> Select[*tuple[Any, ...]]:
    """The dossier `code` with its people: putting this together takes ten times as long as running it."""
    applicant, owner = aliased(Person), aliased(Person)
    return (
        select(Dossier, applicant, owner, *attached.columns())
        .join(DossierCode, DossierCode.dossier_id == Dossier.id)
        .join(applicant, applicant.id == Dossier.applicant_id)
        .join(owner, owner.id == Dossier.owner_id)
        .where(DossierCode.code == bindparam("code"), reachable(scope))
    )


def begin(session: Session, view: DossierView, user_id: int) -> None:
    """Have under way what the page of every dossier asks: its history, wanted first, then the rest."""
    its = {"dossier_id": view.dossier.id}
    underway.begin(session, _history(), its)
    underway.set_to_work(session)
    underway.begin(session, _components(), its)
    custody.begin(session, view.dossier.id)
    if view.attached.alerts:
        standingalerts.begin(session, view.dossier.id, user_id)


def other_codes(session: Session, view: DossierView) -> list[str]:
    """The codes it is known by besides its own."""
    found = session.execute(_codes(), {"dossier_id": view.dossier.id}).scalars()
    return [code for code in found if code != view.dossier.code]


@cache
def _codes() -> Select[str]:
    """All codes of the dossier `dossier_id`."""
    its = DossierCode.dossier_id == bindparam("dossier_id")
    return select(DossierCode.code).where(its).order_by(DossierCode.code)


def components(session: Session, dossier_id: int) -> list[DossierComponent]:
    """The papers handed in, in their order."""
    return list(underway.answer(session, _components(), {"dossier_id": dossier_id}).scalars())


@cache
def _components() -> Select[DossierComponent]:
    """The papers of the dossier `dossier_id`."""
    its = DossierComponent.dossier_id == bindparam("dossier_id")
    return select(DossierComponent).where(its).order_by(DossierComponent.position)


def history(session: Session, dossier_id: int, *, with_private: bool) -> list[HistoryEntry]:
    """What happened, the latest first."""
    events = underway.answer(session, _history(), {"dossier_id": dossier_id})
    found = [HistoryEntry(*event) for event in events]
    return found if with_private else [event._replace(private=None) for event in found]


@cache
def _history() -> Select[*tuple[Any, ...]]:
    """The events of the dossier `dossier_id`, as a HistoryEntry has them."""
    event, private = DossierEvent, EventPrivate
    its_private = and_(private.dossier_id == event.dossier_id, private.seq == event.seq)
    return (
        select(
            event.seq, event.kind, event.occurred_at, event.recorded_at, event.actor_name, event.reason,
            event.facts, private.payload,
        )
        .outerjoin(private, its_private)
        .where(event.dossier_id == bindparam("dossier_id"))
        .order_by(event.seq.desc())
    )  # fmt: skip


def circumstances_of(
    session: Session, dossier: Dossier, now: dt.datetime, handing: Handing = Handing.NONE
) -> Circumstances:
    """What the table of the lifecycle asks besides the state."""
    its = {"dossier_id": dossier.id, "source_id": dossier.source_id}
    source_kind, last_act = session.execute(_source_and_last_act(), its).one()
    steps = processes.standing(session, dossier.id)
    paused = pauses.open_on(session, dossier.id) is not None
    done = [] if last_act is None else [last_act]
    return circumstances(dossier, source_kind, done, now, handing, steps, paused=paused)


@cache
def _source_and_last_act() -> Select[*tuple[Any, ...]]:
    """The kind of the source `source_id`, and what was last done to the dossier `dossier_id`."""
    its = DossierEvent.dossier_id == bindparam("dossier_id")
    acts = select(DossierEvent.kind).where(its, DossierEvent.kind.not_in(PASSING))
    last = acts.order_by(DossierEvent.seq.desc()).limit(1).scalar_subquery()
    return select(Source.kind, last).where(Source.id == bindparam("source_id"))


def circumstances(
    dossier: Dossier,
    source_kind: SourceKind,
    events: Iterable[EventKind],
    now: dt.datetime,
    handing: Handing = Handing.NONE,
    steps: StepStanding = NO_STEPS,
    *,
    paused: bool = False,
) -> Circumstances:
    """The same from what has been read already; `events` the latest first."""
    last = next((kind for kind in events if kind not in PASSING), None)
    return Circumstances(
        accepted=dossier.accepted_at is not None,
        untouched=last in FRESH,
        late=dossier.late_from is not None and dossier.late_from <= now,
        mirrored=source_kind is SourceKind.MIRROR,
        handing=handing,
        away=_away(dossier, handing),
        steps=steps,
        paused=paused,
        reappointed=dossier.reappointed_at is not None,
    )


def _away(dossier: Dossier, handing: Handing) -> bool:
    """Whether a unit or an officer has it, neither given away just now nor with its result on the way."""
    held = (dossier.holding_unit_id or dossier.officer_id or dossier.step_agency_id) is not None
    return held and not handing.of_result and handing is not Handing.PAPERS_BY_US


def units_of(session: Session, agency_id: int) -> list[tuple[int, str]]:
    """The units of an agency that work, by name."""
    statement = select(Unit.id, Unit.name).where(Unit.agency_id == agency_id, Unit.active)
    units = [(unit_id, name) for unit_id, name in session.execute(statement.order_by(Unit.id))]
    return sorted(units, key=lambda unit: fold(unit[1]))  # databases sort Đ after Z


def officers_of(session: Session, agency_id: int) -> list[tuple[int, str]]:
    """Those who work on dossiers at an agency, by name."""
    statement = (
        select(User.id, User.full_name, User.name_folded)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.agency_id == agency_id,
            User.active,
            Membership.role.in_((Role.OFFICER, Role.CLERK, Role.HEAD_OF_UNIT)),
        )
        .distinct()
        .order_by(User.name_folded, User.id)
    )
    return [(user_id, name) for user_id, name, _ in session.execute(statement)]
