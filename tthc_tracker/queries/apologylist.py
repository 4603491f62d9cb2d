"""The list of apologies: what waits for a signature, longest first; what was decided, latest first."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, select, tuple_
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.apologies import ApologyState, Ground, LatenessCause
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import listing
from tthc_tracker.queries.apologies import window_of
from tthc_tracker.queries.described import told_by, with_resolver
from tthc_tracker.queries.listing import Count, Filters, Page
from tthc_tracker.queries.scoping import visible


class Tab(StrEnum):
    """Which apologies."""

    WAITING = "waiting"
    APPROVED = "approved"
    LATE = "late"
    REJECTED = "rejected"


class ApologyRow(NamedTuple):
    """A line: an apology and its dossier. sign_by: None where it is not known, or decided already."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    first_due_at: dt.datetime | None
    due_at: dt.datetime | None
    second: dt.datetime
    sign_by: dt.datetime | None
    ground: Ground
    cause: LatenessCause | None
    reason: str
    late: bool
    refused_because: str
    drafted_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: str | None
    apology_id: int


def tab_of(question: Mapping[str, str]) -> Tab:
    """The tab of an address; what is none is what waits."""
    text = question.get("tab", "")
    return Tab(text) if text in set(Tab) else Tab.WAITING


def count(session: Session, tab: Tab, filters: Filters, scope: Scope) -> Count:
    """How many rows the list has, exactly up to ten thousand."""
    joined = select(Apology.id).join(Dossier, Dossier.id == Apology.dossier_id)
    return listing.count(session, joined.where(_chosen(tab), visible(scope), *_narrowed(session, filters)))


def _narrowed(session: Session, filters: Filters) -> list[ColumnElement[bool]]:
    resolving: Any = Dossier.resolving_agency_id
    chosen = listing.conditions(session, filters, resolving)
    if filters.unit is not None:
        chosen.append(listing.held_by(Dossier.holding_unit_id, filters.unit))
    return chosen


def page(
    session: Session,
    tab: Tab,
    filters: Filters,
    scope: Scope,
    *,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[ApologyRow]:
    """One page; by key, so that the last page costs what the first does."""
    waiting = tab is Tab.WAITING
    at: Any = Apology.drafted_at if waiting else Apology.decided_at
    statement = _details().where(_chosen(tab), visible(scope), *_narrowed(session, filters))
    if (start := listing.moment_and_id(after)) is not None:
        key = tuple_(at, Apology.id)
        statement = statement.where(key > start if waiting else key < start)
    order = (at, Apology.id) if waiting else (at.desc(), Apology.id.desc())
    found = session.execute(statement.order_by(*order).limit(size + 1)).all()
    more, rows = len(found) > size, tuple(_row(session, row) for row in found[:size])
    if not more:
        return Page(rows, "")
    last = rows[-1]
    return Page(rows, listing.encode_cursor(last.drafted_at if waiting else last.decided_at, last.apology_id))


def _chosen(tab: Tab) -> ColumnElement[bool]:
    match tab:
        case Tab.WAITING:  # of what has ended meanwhile nothing is promised any more
            return and_(Apology.state == ApologyState.DRAFT, Dossier.closed_at.is_(None))
        case Tab.APPROVED:
            return Apology.state == ApologyState.APPROVED
        case Tab.LATE:
            return and_(Apology.state == ApologyState.APPROVED, Apology.late.is_(True))
        case Tab.REJECTED:
            return Apology.state == ApologyState.REJECTED


def _details() -> Any:
    decider = aliased(User)
    return with_resolver(
        select(Dossier, Apology, decider.full_name.label("decided_by"))
        .select_from(Apology)
        .join(Dossier, Dossier.id == Apology.dossier_id)
        .outerjoin(decider, decider.id == Apology.decided_by_id)
    )


def _row(session: Session, row: Any) -> ApologyRow:
    dossier, one = row.Dossier, row.Apology
    window = window_of(session, dossier) if one.state is ApologyState.DRAFT else None
    return ApologyRow(
        **told_by(row), id=dossier.id, code=dossier.code, version=dossier.version,
        first_due_at=dossier.first_due_at, due_at=dossier.due_at,
        second=one.due_at, sign_by=window.sign_by if window else None, ground=one.ground, cause=one.cause,
        reason=one.reason, late=one.late, refused_because=one.refused_because, drafted_at=one.drafted_at,
        decided_at=one.decided_at, decided_by=row.decided_by, apology_id=one.id,
    )  # fmt: skip
