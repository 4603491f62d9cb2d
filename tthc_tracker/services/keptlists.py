"""How somebody wants his lists: columns and density chosen, views saved under a name, shared, removed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotAllowed, NotFound, UncleanText
from tthc_tracker.domain.folding import clean
from tthc_tracker.domain.permissions import Membership, Permission
from tthc_tracker.models.keptlist import ListPreference, SavedView
from tthc_tracker.queries.keptlists import DENSITIES, EVERYWHERE
from tthc_tracker.services import audit
from tthc_tracker.services.acting import Person

LONGEST_NAME = 80
MOST_VIEWS = 50


@dataclass(frozen=True)
class SetColumns:
    """The columns of one list (none: as it comes) and the density of all."""

    list_name: str
    columns: tuple[str, ...]
    density: str


@dataclass(frozen=True)
class SaveView:
    """A view of a list under a name; `shared`: for all of one's unit, or of the agency where one has none."""

    list_name: str
    name: str
    question: Mapping[str, str]
    columns: tuple[str, ...]
    density: str
    shared: bool = False


def set_columns(session: Session, command: SetColumns, *, person: Person, now: dt.datetime) -> None:
    """Keep how this person wants a list to look.

    Raises:
        InvalidInput: a density that is none.
    """
    if command.density not in DENSITIES:
        raise InvalidInput("density", "Hãy chọn mật độ dòng.")
    for name, columns, density in (
        (command.list_name, list(command.columns), ""),
        (EVERYWHERE, [], command.density),
    ):
        insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(
            ListPreference
        )
        values = {"columns": columns, "density": density, "updated_at": now}
        row = {"user_id": person.user_id, "list_name": name, **values}
        upsert = insert.values(row).on_conflict_do_update(
            index_elements=["user_id", "list_name"], set_=values
        )
        session.execute(upsert)


def save_view(session: Session, command: SaveView, *, person: Person, now: dt.datetime) -> int:
    """Save a view; its id. One's own view of the same name takes the new content.

    Raises:
        InvalidInput: no name, one too long, or more than fifty views. NotAllowed: may not share.
    """
    name = _name(command.name)
    place = _place(person) if command.shared else None
    mine = select(SavedView).where(
        SavedView.owner_id == person.user_id, SavedView.list_name == command.list_name
    )
    view = session.execute(mine.where(SavedView.name == name)).scalars().first()
    if view is None:
        count = select(func.count()).select_from(mine.subquery())
        if session.execute(count).scalar_one() >= MOST_VIEWS:
            raise InvalidInput("name", f"Mỗi danh sách giữ nhiều nhất {MOST_VIEWS} chế độ xem. Hãy xoá bớt.")
        view = SavedView(owner_id=person.user_id, list_name=command.list_name, name=name, created_at=now)
        session.add(view)
    view.question, view.columns = dict(command.question), list(command.columns)
    view.density = command.density if command.density in DENSITIES else DENSITIES[0]
    view.agency_id, view.unit_id = (place.agency_id, place.unit_id) if place else (None, None)
    session.flush()
    if place:
        _note(session, "share_view", view, person, now)
    return view.id


def remove_view(session: Session, view_id: int, *, person: Person, now: dt.datetime) -> str:
    """Remove one's own view; the name of its list.

    Raises:
        NotFound: no such view of this person.
    """
    view = session.get(SavedView, view_id)
    if view is None or view.owner_id != person.user_id:
        raise NotFound
    if view.agency_id is not None:
        _note(session, "remove_shared_view", view, person, now)
    session.execute(delete(SavedView).where(SavedView.id == view_id))
    return view.list_name


def _name(typed: str) -> str:
    try:
        name = clean(typed)
    except UncleanText:
        raise InvalidInput("name", "Có ký tự lạ trong tên. Hãy gõ lại.") from None
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput("name", f"Hãy đặt tên cho chế độ xem, nhiều nhất {LONGEST_NAME} ký tự.")
    return name


def _place(person: Person) -> Membership:
    """Where this person may share."""
    places = [one for one in person.memberships if Permission.SHARE_VIEWS in one.permissions]
    if not places:
        raise NotAllowed("share_views")
    return places[0]


def _note(session: Session, action: str, view: SavedView, person: Person, now: dt.datetime) -> None:
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="saved_view", object_id=view.id,
        agency_id=view.agency_id, facts={"list": view.list_name},
    )  # fmt: skip
