"""What the register holds of the dossiers on a list that somebody has sent."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import SourceKind, State
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.reconciling import Claim, Difference, differences
from tthc_tracker.domain.standing import Standing
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.described import with_resolver
from tthc_tracker.queries.dossiers import STANDS_BY, standing_of
from tthc_tracker.queries.freshness import told_at
from tthc_tracker.queries.scoping import reachable


@dataclass(frozen=True, slots=True)
class Known:
    """A dossier as the register holds it. `code` is its own, whichever of its codes was asked for."""

    code: str
    state: State
    standing: Standing
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency: str
    unit: str | None
    officer: str | None
    held_since: dt.datetime | None
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    finished_at: dt.datetime | None
    source: str
    mirrored: bool
    source_as_of: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list beside what is known; `again`: an earlier line has named the same dossier."""

    claim: Claim
    known: Known | None
    differences: tuple[Difference, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class Tally:
    """How many lines found their dossier, how many none, how many differ, are overdue, come again."""

    lines: int
    found: int
    unknown: int
    differing: int
    overdue: int
    again: int


def set_against(
    session: Session, claims: Sequence[Claim], scope: Scope, now: dt.datetime
) -> tuple[Line, ...]:
    """The lines of a list in its order, each beside the dossier that bears its code, in whatever case it was
    typed. Of dossiers out of scope it says what it says of none. One query."""
    asked = {form for claim in claims for form in (claim.code, claim.code.upper()) if "\0" not in form}
    rows = session.execute(_bearing(frozenset(asked), scope)).all()
    held = {row.asked: _known(row, now) for row in rows}
    lines, seen = [], set[str]()
    for claim in claims:
        known = held.get(claim.code) or held.get(claim.code.upper())
        key = known.code if known else claim.code.upper()
        found = (
            differences(claim, state=known.state, due_at=known.due_at, finished_at=known.finished_at)
            if known
            else ()
        )
        lines.append(Line(claim, known, found, again=key in seen))
        seen.add(key)
    return tuple(lines)


def tally(lines: Sequence[Line]) -> Tally:
    """The sums over a list."""
    return Tally(
        lines=len(lines),
        found=sum(line.known is not None for line in lines),
        unknown=sum(line.known is None for line in lines),
        differing=sum(bool(line.differences) for line in lines),
        overdue=sum(line.known is not None and line.known.standing is Standing.OVERDUE for line in lines),
        again=sum(line.again for line in lines),
    )


def _bearing(codes: frozenset[str], scope: Scope) -> Any:
    statement = (
        select(
            DossierCode.code.label("asked"), Dossier.code, Dossier.held_since,
            told_at().label("source_as_of"),
            Source.name.label("source"), Source.kind.label("source_kind"), *STANDS_BY,
        )
        .join(Dossier, Dossier.id == DossierCode.dossier_id)
        .join(Source, Source.id == Dossier.source_id)
        .where(DossierCode.code.in_(sorted(codes)), reachable(scope))
        .order_by(DossierCode.code)
    )  # fmt: skip
    return with_resolver(statement)


def _known(row: Any, now: dt.datetime) -> Known:
    finished = row.state in {State.FINISHED, State.RETURNED}
    return Known(
        code=row.code, state=row.state, standing=standing_of(row, now), procedure_code=row.procedure_code,
        procedure=row.procedure, owner=listed_name(row.owner, row.owner_kind), agency=row.agency,
        unit=row.unit, officer=row.officer, held_since=row.held_since, accepted_at=row.accepted_at,
        due_at=row.current_due_at, finished_at=row.closed_at if finished else None, source=row.source,
        mirrored=row.source_kind == SourceKind.MIRROR, source_as_of=row.source_as_of,
    )  # fmt: skip
