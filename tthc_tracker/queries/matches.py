"""Two systems beside each other: a proposal with its two dossiers, a dossier with what others say of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.differing import Field
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import Channel, SourceKind, State
from tthc_tracker.domain.matching import Matched, MatchState
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.match import DossierMatch, Sighting, SourceClaim, SourceDifference
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source
from tthc_tracker.queries import dossiers, freshness
from tthc_tracker.queries.dossiers import HistoryEntry
from tthc_tracker.queries.scoping import reachable, visible
from tthc_tracker.wording import matches as words


@dataclass(frozen=True)
class Side:
    """A dossier as one system shows it. counts: what it says is what is counted here."""

    system: str
    home: bool
    counts: bool
    code: str
    state: State
    procedure: str
    owner: str  # masked
    resolving: str
    receiving: str
    channel: Channel
    submitted_at: dt.datetime | None
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    returned_at: dt.datetime | None
    seen_at: dt.datetime | None  # the moment its data speaks of; None: it is received here
    differs_since: dt.datetime | None = None
    claims: bool = False  # it names the code of another source's dossier


@dataclass(frozen=True)
class MatchView:
    """A proposal, and what has become of it. sides: of one that is confirmed the kept one first."""

    id: int
    state: MatchState
    proposed_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: str | None
    kept_code: str | None
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Elsewhere:
    """A dossier in all systems that show it, and the history of each record that stands within it."""

    code: str
    sides: tuple[Side, ...]
    merged: tuple[tuple[str, str, list[HistoryEntry]], ...]  # code, system, what happened there
    matches: tuple[int, ...]
    since: Mapping[Field, dt.datetime]  # of each field of which another says something else


def find(session: Session, match_id: int, scope: Scope) -> MatchView:
    """A proposal whose two dossiers this scope sees.

    Raises:
        NotFound: none, or none of this reader's.
    """
    decider = aliased(User)
    row = session.execute(
        select(DossierMatch, decider.full_name)
        .outerjoin(decider, decider.id == DossierMatch.decided_by_id)
        .where(DossierMatch.id == match_id, within(scope))
    ).one_or_none()
    if row is None:
        raise NotFound(match_id)
    match, decided_by = row
    if match.state is MatchState.CONFIRMED:
        sides = (
            *_dossiers(session, [match.kept_id or 0]),
            *_sightings(session, Sighting.merged_id == match.merged_id),
        )
    else:
        sides = tuple(_dossiers(session, [match.first_id, match.second_id]))
    kept_code = sides[0].code if match.state is MatchState.CONFIRMED else None
    return MatchView(
        match.id, match.state, match.proposed_at, match.decided_at, decided_by, kept_code, sides
    )  # fmt: skip


def places_of(session: Session, match_id: int) -> list[frozenset[int]]:
    """The organisations of each of its two dossiers."""
    three = (Dossier.receiving_agency_id, Dossier.resolving_agency_id, Dossier.returning_agency_id)
    either = or_(Dossier.id == DossierMatch.first_id, Dossier.id == DossierMatch.second_id)
    found = select(*three).join(DossierMatch, either).where(DossierMatch.id == match_id).order_by(Dossier.id)
    return [frozenset(row) for row in session.execute(found)]


def differs(session: Session, dossier_id: int) -> bool:
    """Whether any other system says something else of a dossier's status."""
    shown = exists().where(Sighting.dossier_id == dossier_id, Sighting.differs_since.is_not(None))
    its = (SourceDifference.dossier_id == dossier_id, SourceDifference.field == Field.STATE)
    return session.execute(select(or_(shown, exists().where(*its)))).scalar_one()


def _since(session: Session, dossier_id: int) -> dict[Field, dt.datetime]:
    statement = (
        select(SourceDifference.field, func.min(SourceDifference.since))
        .where(SourceDifference.dossier_id == dossier_id)
        .group_by(SourceDifference.field)
        .order_by(SourceDifference.field)
    )
    return dict(session.execute(statement).all())


def within(scope: Scope) -> Any:
    """That both dossiers of a proposal are a scope's to see."""
    if scope.all:
        return true()
    return and_(side(DossierMatch.first_id, visible(scope)), side(DossierMatch.second_id, visible(scope)))


def side(dossier_id: Any, *conditions: Any) -> Any:
    """That the dossier on one side of a proposal is such a one."""
    return exists().where(Dossier.id == dossier_id, *conditions).correlate(DossierMatch)


def of_dossier(session: Session, code: str, scope: Scope, *, with_private: bool = False) -> Elsewhere:
    """A dossier as each system shows it, its own first.

    Raises:
        NotFound: none, none of this reader's, or one that a single system shows.
    """
    if "\0" in code:  # PostgreSQL holds no such text
        raise NotFound(code)
    found = session.execute(
        select(Dossier.id, Dossier.code)
        .join(DossierCode, DossierCode.dossier_id == Dossier.id)
        .where(
            DossierCode.code == code, or_(Dossier.matched == Matched.KEPT, Dossier.claimed), reachable(scope)
        )
    ).one_or_none()
    if found is None:
        raise NotFound(code)
    shown = Sighting.dossier_id == found.id
    records = session.execute(
        select(Sighting.merged_id, Sighting.code, Source.name)
        .join(Source, Source.id == Sighting.source_id)
        .where(shown)
        .order_by(Sighting.code)
    ).all()
    stands = (DossierMatch.kept_id == found.id, DossierMatch.state == MatchState.CONFIRMED)
    matches = session.execute(select(DossierMatch.id).where(*stands).order_by(DossierMatch.id)).scalars()
    [own] = _dossiers(session, [found.id])
    return Elsewhere(
        found.code,
        (own, *_sightings(session, shown), *_claims(session, found.id, own)),
        tuple(
            (code, system, dossiers.history(session, merged_id, with_private=with_private))
            for merged_id, code, system in records
        ),
        tuple(matches),
        _since(session, found.id),
    )


def _dossiers(session: Session, ids: Sequence[int]) -> list[Side]:
    rows = session.execute(_named(select(Dossier).where(Dossier.id.in_(ids)), Dossier.source_id))
    return [
        _side(
            one, row, one.code, one, one.current_due_at, freshness.told_of(session, one),
            counts=one.matched is not Matched.MERGED,
        )
        for row in rows
        for one in (row.Dossier,)
    ]  # fmt: skip


def _sightings(session: Session, which: Any) -> list[Side]:
    """What others say, with the names that their own record has."""
    shown = select(Dossier, Sighting).select_from(Sighting).join(Dossier, Dossier.id == Sighting.merged_id)
    rows = session.execute(_named(shown.where(which), Sighting.source_id))
    return [
        _side(row.Dossier, row, said.code, said, said.due_at, said.as_of, differs_since=said.differs_since)
        for row in rows
        for said in (row.Sighting,)
    ]


def _claims(session: Session, dossier_id: int, own: Side) -> list[Side]:
    """What sources say under a code that is not theirs; of people only whether they name the same."""
    receiving, resolving = aliased(Agency), aliased(Agency)
    statement = (
        select(SourceClaim, Source.name, Source.kind, receiving.name, resolving.name)
        .join(Source, Source.id == SourceClaim.source_id)
        .join(receiving, receiving.id == SourceClaim.receiving_id)
        .join(resolving, resolving.id == SourceClaim.resolving_id)
        .where(SourceClaim.dossier_id == dossier_id)
        .order_by(SourceClaim.code, SourceClaim.source_id)
    )
    return [
        Side(
            system=system, home=kind is SourceKind.HOME, counts=False, code=said.code, state=said.state,
            procedure=own.procedure if own.procedure.startswith(said.procedure_code) else said.procedure_code,
            owner=own.owner if said.same_owner else words.OWNERS["other"], resolving=resolver,
            receiving=desk, channel=said.channel, submitted_at=said.submitted_at,
            accepted_at=said.accepted_at, due_at=said.due_at, closed_at=said.closed_at,
            returned_at=said.returned_at, seen_at=said.as_of, claims=True,
        )
        for said, system, kind, desk, resolver in session.execute(statement)
    ]  # fmt: skip


def _named(statement: Select[*tuple[Any, ...]], source_id: Any) -> Select[*tuple[Any, ...]]:
    receiving, resolving = aliased(Agency), aliased(Agency)
    return (
        statement.add_columns(
            Source.name.label("system"), Source.kind.label("kind"), Procedure.code.label("procedure_code"),
            ProcedureVersion.name.label("procedure"), Person.full_name.label("owner"),
            Person.kind.label("owner_kind"), receiving.name.label("receiving"),
            resolving.name.label("resolving"),
        )
        .join(Source, Source.id == source_id)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Person, Person.id == Dossier.owner_id)
        .join(receiving, receiving.id == Dossier.receiving_agency_id)
        .join(resolving, resolving.id == Dossier.resolving_agency_id)
        .order_by(Dossier.id)
    )  # fmt: skip


def _side(
    record: Dossier,
    row: Any,
    code: str,
    said: Dossier | Sighting,
    due_at: dt.datetime | None,
    seen_at: dt.datetime | None,
    *,
    counts: bool = False,
    differs_since: dt.datetime | None = None,
) -> Side:
    return Side(
        system=row.system, home=row.kind is SourceKind.HOME, counts=counts, code=code, state=said.state,
        procedure=f"{row.procedure_code} · {row.procedure}", owner=listed_name(row.owner, row.owner_kind),
        resolving=row.resolving, receiving=row.receiving, channel=record.channel,
        submitted_at=said.submitted_at, accepted_at=said.accepted_at, due_at=due_at, closed_at=said.closed_at,
        returned_at=said.returned_at, seen_at=seen_at, differs_since=differs_since,
    )  # fmt: skip
