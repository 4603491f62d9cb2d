"""What somebody keeps of lists: how they look to him, the views he may open, the files he asked for."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.permissions import Membership
from tthc_tracker.models.account import User
from tthc_tracker.models.keptlist import ListExport, ListPreference, SavedView
from tthc_tracker.queries import underway

EVERYWHERE = ""  # the list whose preference holds the density of all
MOST_EXPORTS = 50
DENSITIES = ("comfortable", "compact")


@dataclass(frozen=True)
class Preference:
    """How a list looks to somebody; no columns: as it comes."""

    columns: tuple[str, ...]
    density: str


@dataclass(frozen=True)
class View:
    """A saved view as its readers see it."""

    id: int
    list_name: str
    name: str
    owner: str
    mine: bool
    shared: bool
    question: dict[str, str]
    columns: tuple[str, ...]
    density: str


@dataclass(frozen=True)
class Export:
    """A file somebody asked for."""

    id: int
    user_id: int
    list_name: str
    question: dict[str, str]
    columns: tuple[str, ...]
    form: str
    reason: str
    status: str
    attempts: int
    row_count: int | None
    error: str
    created_at: dt.datetime
    ready_at: dt.datetime | None
    fetched_at: dt.datetime | None


def _shared_with(memberships: Iterable[Membership]) -> ColumnElement[bool]:
    """That a view is shared with one of the places where somebody works."""
    found: ColumnElement[bool] = false()
    for held in memberships:
        unit: ColumnElement[bool] = SavedView.unit_id.is_(None)
        if held.unit_id is not None:
            unit = or_(unit, SavedView.unit_id == held.unit_id)
        found = or_(found, and_(SavedView.agency_id == held.agency_id, unit))
    return found


@lru_cache(maxsize=512)
def _views(memberships: tuple[Membership, ...]) -> Select[*tuple[Any, ...]]:
    """The views that the person `user_id` of these memberships may open."""
    return (
        select(SavedView, User.full_name)
        .join(User, User.id == SavedView.owner_id)
        .where(_may_open(memberships))
    )


def _may_open(memberships: tuple[Membership, ...]) -> ColumnElement[bool]:
    return or_(SavedView.owner_id == bindparam("user_id"), _shared_with(memberships))


def begin(session: Session, user_id: int, memberships: Iterable[Membership], list_name: str) -> None:
    """Have what `kept_of` asks under way."""
    asked = {"user_id": user_id, "name": list_name}
    underway.begin(session, _kept_of(tuple(memberships)), asked, plain=True)


def kept_of(
    session: Session, user_id: int, memberships: Iterable[Membership], list_name: str
) -> tuple[Preference, list[View]]:
    """How this list looks to this person, and its views that he may open: his own first, each group by name.

    One statement, for every list asks for both.
    """
    asked = {"user_id": user_id, "name": list_name}
    rows = underway.answer(session, _kept_of(tuple(memberships)), asked, plain=True).all()
    views = [_view(row, row.owner, user_id) for row in rows if row.id]
    views.sort(key=lambda view: (not view.mine, view.name.casefold(), view.id))
    return _preference([row for row in rows if not row.id]), views


def _preference(rows: Iterable[Any]) -> Preference:
    columns: tuple[str, ...] = ()
    density = DENSITIES[0]
    for row in rows:
        if row.list_name == EVERYWHERE:
            density = row.density if row.density in DENSITIES else density
        else:
            columns = tuple(row.columns)
    return Preference(columns, density)


@lru_cache(maxsize=512)
def _kept_of(memberships: tuple[Membership, ...]) -> Select[*tuple[Any, ...]]:
    """The views of the list `name`, and the preferences of the person `user_id`, which have the id 0."""
    view, row = SavedView, ListPreference
    name: BindParameter[str] = bindparam("name")
    views = select(
        view.id, view.list_name, view.name, view.owner_id, view.agency_id, view.question, view.columns,
        view.density, User.full_name.label("owner"),
    )  # fmt: skip
    views = views.join(User, User.id == view.owner_id).where(view.list_name == name, _may_open(memberships))
    preferences = select(
        literal(0), row.list_name, null(), row.user_id, null(), null(), row.columns, row.density, null()
    ).where(row.user_id == bindparam("user_id"), row.list_name.in_([EVERYWHERE, name]))
    return select(union_all(views, preferences).subquery())


def view(session: Session, view_id: int, user_id: int, memberships: Iterable[Membership]) -> View:
    """One view.

    Raises:
        NotFound: none of that number that this person may open.
    """
    statement = _views(tuple(memberships)).where(SavedView.id == view_id)
    row = session.execute(statement, {"user_id": user_id}).first()
    if row is None:
        raise NotFound
    return _view(row[0], row[1], user_id)


def _view(row: Any, owner: str, user_id: int) -> View:
    return View(
        row.id, row.list_name, row.name, owner, row.owner_id == user_id, row.agency_id is not None,
        dict(row.question), tuple(row.columns), row.density,
    )  # fmt: skip


# --- files


def exports(session: Session, user_id: int) -> list[Export]:
    """The files this person asked for, the newest first."""
    statement = select(ListExport).where(ListExport.user_id == user_id)
    statement = statement.order_by(ListExport.created_at.desc(), ListExport.id.desc()).limit(MOST_EXPORTS)
    return [_export(row) for row in session.execute(statement).scalars()]


def export(session: Session, export_id: int, user_id: int) -> Export:
    """One of them.

    Raises:
        NotFound: this person asked for no such file.
    """
    row = session.get(ListExport, export_id)
    if row is None or row.user_id != user_id:
        raise NotFound
    return _export(row)


def waiting_export(session: Session, export_id: int) -> Export:
    """One that the job has taken."""
    return _export(session.get_one(ListExport, export_id))


def known_exports(session: Session) -> frozenset[int]:
    """The ids of all files that somebody asked for."""
    return frozenset(session.execute(select(ListExport.id)).scalars())


def _export(row: ListExport) -> Export:
    return Export(
        row.id, row.user_id, row.list_name, dict(row.question), tuple(row.columns), row.form, row.reason,
        row.status, row.attempts, row.row_count, row.error, row.created_at, row.ready_at, row.fetched_at,
    )  # fmt: skip
