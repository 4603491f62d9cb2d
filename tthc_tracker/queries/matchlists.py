"""The lists of dossiers that two systems show: what may be one, and where systems that show one disagree."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.lifecycle import REJECTED, State
from tthc_tracker.domain.matching import Matched, MatchState
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.models.account import User
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.match import DossierMatch, Sighting
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion, Source
from tthc_tracker.queries import listing, matches
from tthc_tracker.queries.described import told_by, with_resolver
from tthc_tracker.queries.keptlist import Asked, KeptList, Page
from tthc_tracker.queries.listing import Count, Filters
from tthc_tracker.queries.scoping import visible
from tthc_tracker.wording import matchlists

# --- what may be one


class MatchRow(NamedTuple):
    """A line of two dossiers. code: the number of the proposal, which its page is found by."""

    code: str
    version: int
    first_code: str
    first_system: str
    first_state: State
    first_at: dt.datetime | None
    second_code: str
    second_system: str
    second_state: State
    second_at: dt.datetime | None
    procedure: str
    owner: str  # masked
    proposed_at: dt.datetime
    state: MatchState
    decided_at: dt.datetime | None
    decided_by: str | None


def state_of(question: Mapping[str, str]) -> MatchState:
    """The tab of an address; what is none is what waits."""
    text = question.get("tab", "")
    return MatchState(text) if text in set(MatchState) else MatchState.PROPOSED


def counts(session: Session, asked: Asked) -> dict[MatchState, int]:
    """How many each tab has by the same filters. One query."""
    return listing.counts(session, {
        state: _chosen(session, state, asked, select(DossierMatch.id)) for state in MatchState
    })  # fmt: skip


def _chosen(
    session: Session, state: MatchState, asked: Asked, statement: Select[*tuple[Any, ...]]
) -> Select[*tuple[Any, ...]]:
    filters = listing.read_filters(asked.question)
    resolving: Any = Dossier.resolving_agency_id
    narrowed = listing.conditions(session, Filters(filters.agency, filters.level), resolving)
    narrowed += listing.conditions(
        session, Filters(procedure=filters.procedure, source=filters.source), resolving
    )
    either = []
    if narrowed:
        either = [
            or_(*(matches.side(one, *narrowed) for one in (DossierMatch.first_id, DossierMatch.second_id)))
        ]
    if state is MatchState.PROPOSED:  # of one that stands no longer for itself nothing can be decided
        alone = (Dossier.state.not_in(sorted(REJECTED)), Dossier.matched.is_distinct_from(Matched.MERGED))
        either += [matches.side(one, *alone) for one in (DossierMatch.first_id, DossierMatch.second_id)]
    return statement.where(DossierMatch.state == state, matches.within(asked.scope), *either)


def _match_page(session: Session, asked: Asked, after: str, size: int) -> Page:
    statement = _chosen(session, state_of(asked.question), asked, _details())
    match listing.decode_cursor(after):
        case [int(last)] if abs(last) <= listing.BIGGEST_ID:
            statement = statement.where(DossierMatch.id < last)
        case _:
            pass
    found = session.execute(statement.order_by(DossierMatch.id.desc()).limit(size + 1)).all()
    rows = tuple(map(_match_row, found[:size]))
    return Page(rows, listing.encode_cursor(int(rows[-1].code)) if len(found) > size else "")


def _details() -> Select[*tuple[Any, ...]]:
    first, second = aliased(Dossier), aliased(Dossier)
    first_system, second_system = aliased(Source), aliased(Source)

    def shown(name: str, one: Any, system: Any) -> list[Any]:
        received = func.coalesce(one.accepted_at, one.submitted_at)
        columns = {"code": one.code, "system": system.name, "state": one.state, "at": received}
        return [column.label(f"{name}_{key}") for key, column in columns.items()]

    return (
        select(
            DossierMatch, *shown("first", first, first_system), *shown("second", second, second_system),
            ProcedureVersion.name.label("procedure"), Person.full_name.label("owner"),
            Person.kind.label("owner_kind"), User.full_name.label("decided_by"),
        )
        .join(first, first.id == DossierMatch.first_id)
        .join(second, second.id == DossierMatch.second_id)
        .join(first_system, first_system.id == first.source_id)
        .join(second_system, second_system.id == second.source_id)
        .join(ProcedureVersion, ProcedureVersion.id == first.procedure_version_id)
        .join(Person, Person.id == first.owner_id)
        .outerjoin(User, User.id == DossierMatch.decided_by_id)
    )  # fmt: skip


def _match_row(row: Any) -> MatchRow:
    match: DossierMatch = row.DossierMatch
    return MatchRow(
        code=str(match.id), version=0, first_code=row.first_code, first_system=row.first_system,
        first_state=row.first_state, first_at=row.first_at, second_code=row.second_code,
        second_system=row.second_system, second_state=row.second_state, second_at=row.second_at,
        procedure=row.procedure, owner=listed_name(row.owner, row.owner_kind), proposed_at=match.proposed_at,
        state=match.state, decided_at=match.decided_at, decided_by=row.decided_by,
    )  # fmt: skip


def _match_count(session: Session, asked: Asked) -> Count:
    chosen = _chosen(session, state_of(asked.question), asked, select(DossierMatch.id))
    return listing.count(session, chosen)


_NARROWS = ("agency", "level", "procedure", "source")
MATCHES = KeptList(
    matchlists.MATCHES, Permission.VIEW_SUPERVISION, (*_NARROWS, "tab"), _match_page, _match_count, _NARROWS,
    (),
)  # fmt: skip


# --- where systems disagree


class DifferingRow(NamedTuple):
    """A line: a dossier, and another system that says something else of it."""

    code: str
    version: int
    system: str
    state: State
    other_code: str
    other_system: str
    other_state: State
    state_since: dt.datetime
    differs_since: dt.datetime
    as_of: dt.datetime | None
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    due_at: dt.datetime | None
    merged_id: int

    def days(self, today: dt.date) -> int:
        """For how many days they have differed."""
        return (today - self.differs_since.date()).days


class Pair(NamedTuple):
    """Two systems, and of how many dossiers they disagree."""

    source: str
    system: str
    other: str
    other_system: str
    number: int


_other = aliased(Source)


def _differing(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    filters = listing.read_filters(asked.question)
    resolving: Any = Dossier.resolving_agency_id
    found = [Sighting.differs_since.is_not(None), visible(asked.scope)]
    if other := asked.question.get("other", ""):
        found.append(Sighting.source_id.in_(select(_other.id).where(_other.code == other)))
    return found + listing.conditions(session, filters, resolving)


def pairs(session: Session, asked: Asked) -> list[Pair]:
    """Of how many dossiers each two systems disagree, the most first; whatever the filters say."""
    number = func.count().label("number")
    counted = (
        select(Source.code, Source.name, _other.code, _other.name, number)
        .select_from(Sighting)
        .join(Dossier, Dossier.id == Sighting.dossier_id)
        .join(Source, Source.id == Dossier.source_id)
        .join(_other, _other.id == Sighting.source_id)
        .where(Sighting.differs_since.is_not(None), visible(asked.scope))
        .group_by(Source.code, Source.name, _other.code, _other.name)
        .order_by(number.desc(), Source.code, _other.code)
    )
    return [Pair(*row) for row in session.execute(counted)]


def _differing_page(session: Session, asked: Asked, after: str, size: int) -> Page:
    key: tuple[Any, ...] = (Sighting.differs_since, Sighting.merged_id)
    statement = with_resolver(
        select(Dossier, Sighting, Source.name.label("system"), _other.name.label("other_system"))
        .select_from(Sighting)
        .join(Dossier, Dossier.id == Sighting.dossier_id)
        .join(Source, Source.id == Dossier.source_id)
        .join(_other, _other.id == Sighting.source_id)
    ).where(*_differing(session, asked))
    if (start := listing.moment_and_id(after)) is not None:
        statement = statement.where(tuple_(*key) > start)
    found = session.execute(statement.order_by(*key).limit(size + 1)).all()
    rows = tuple(map(_differing_row, found[:size]))
    if len(found) <= size:
        return Page(rows, "")
    return Page(rows, listing.encode_cursor(rows[-1].differs_since, rows[-1].merged_id))


def _differing_row(row: Any) -> DifferingRow:
    one, said = row.Dossier, row.Sighting
    return DifferingRow(
        **told_by(row), code=one.code, version=one.version, system=row.system, state=one.state,
        other_code=said.code, other_system=row.other_system, other_state=said.state,
        state_since=said.state_since, differs_since=said.differs_since, as_of=said.as_of,
        due_at=one.current_due_at, merged_id=said.merged_id,
    )  # fmt: skip


def _differing_count(session: Session, asked: Asked) -> Count:
    joined = select(Sighting.code).join(Dossier, Dossier.id == Sighting.dossier_id)
    return listing.count(session, joined.where(*_differing(session, asked)))


DIFFERING = KeptList(
    matchlists.DIFFERING, Permission.VIEW_SUPERVISION, (*listing.BY, "other"), _differing_page,
    _differing_count, listing.BY, ("assign", "remind", "acknowledge"),
)  # fmt: skip

LISTS = (MATCHES, DIFFERING)
