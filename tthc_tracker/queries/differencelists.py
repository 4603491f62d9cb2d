"""Where sources disagree, field by field: what is followed and why, what the other says, since when."""

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.differing import Field
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.match import Sighting, SourceClaim, SourceDifference
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import listing, names
from tthc_tracker.queries.described import told_by, with_resolver
from tthc_tracker.queries.keptlist import Asked, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.queries.scoping import visible
from tthc_tracker.wording import differencelists as listwords
from tthc_tracker.wording import matches as words


class DifferenceRow(NamedTuple):
    """A line: a field of a dossier of which another source says something else."""

    code: str
    version: int
    field: Field
    system: str
    said: str
    other_code: str
    other_system: str
    other_said: str
    why: str
    since: dt.datetime
    as_of: dt.datetime | None
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    id: int


class Group(NamedTuple):
    """A field of which two sources disagree, and for how many dossiers."""

    source: str
    system: str
    other: str
    other_system: str
    field: Field
    number: int


_other, _desk = aliased(Source), aliased(Agency)
FIELDS = {field.value for field in Field}


def _narrowed(session: Session, asked: Asked) -> list[ColumnElement[bool]]:
    resolving: Any = Dossier.resolving_agency_id
    filters = listing.read_filters(asked.question)
    found = [visible(asked.scope), *listing.conditions(session, filters, resolving)]
    if other := asked.question.get("other", ""):
        found.append(SourceDifference.source_id.in_(select(_other.id).where(_other.code == other)))
    if (field := asked.question.get("field", "")) in FIELDS:
        found.append(SourceDifference.field == Field(field))
    return found


def groups(session: Session, asked: Asked) -> list[Group]:
    """Of how many dossiers each two sources disagree by field, the most first; whatever the filters say."""
    number, field = func.count().label("number"), SourceDifference.field
    named = (Source.code, Source.name, _other.code, _other.name, field)
    counted = (
        select(*named, number)
        .select_from(SourceDifference)
        .join(Dossier, Dossier.id == SourceDifference.dossier_id)
        .join(Source, Source.id == Dossier.source_id)
        .join(_other, _other.id == SourceDifference.source_id)
        .where(visible(asked.scope))
        .group_by(*named)
        .order_by(number.desc(), Source.code, _other.code, field)
    )
    return [Group(*row) for row in session.execute(counted)]


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    key: tuple[Any, ...] = (SourceDifference.since, SourceDifference.id)
    statement = with_resolver(
        select(
            Dossier, SourceDifference, Source.name.label("system"), Source.kind.label("kind"),
            _other.name.label("other_system"), _desk.name.label("desk"), Sighting.code.label("sighted"),
            func.coalesce(Sighting.as_of, SourceClaim.as_of).label("as_of"),
        )
        .select_from(SourceDifference)
        .join(Dossier, Dossier.id == SourceDifference.dossier_id)
        .join(Source, Source.id == Dossier.source_id)
        .join(_other, _other.id == SourceDifference.source_id)
        .join(_desk, _desk.id == Dossier.receiving_agency_id)
        .outerjoin(Sighting, _its(Sighting))
        .outerjoin(SourceClaim, _its(SourceClaim))
    ).where(*_narrowed(session, asked))  # fmt: skip
    if (start := listing.moment_and_id(after)) is not None:
        statement = statement.where(tuple_(*key) > start)
    found = session.execute(statement.order_by(*key).limit(size + 1)).all()
    told = [row.SourceDifference for row in found[:size]]
    ids = [int(one.said) for one in told if one.field in {Field.RECEIVING, Field.RESOLVING}]
    places = {str(key): place.name for key, place in names.agencies.of(session, ids).items()}
    rows = tuple(_row(row, places) for row in found[:size])
    return Page(rows, listing.encode_cursor(rows[-1].since, rows[-1].id) if len(found) > size else "")


def _its(table: type[Sighting] | type[SourceClaim]) -> ColumnElement[bool]:
    return (table.source_id == SourceDifference.source_id) & (table.code == SourceDifference.code)


def _row(row: Any, places: dict[str, str]) -> DifferenceRow:
    one, told, names_of = row.Dossier, row.SourceDifference, told_by(row)
    followed = {
        Field.PROCEDURE: row.procedure_code, Field.RECEIVING: row.desk, Field.RESOLVING: row.agency,
        Field.OWNER: names_of["owner"], Field.CODE: one.code,
    }  # fmt: skip
    return DifferenceRow(
        **names_of, code=one.code, version=one.version, field=told.field, system=row.system,
        said=followed.get(told.field) or words.said_here(told.field, one), other_code=told.code,
        other_system=row.other_system, other_said=words.said_there(told.field, told.said, places),
        why=words.why_followed(matched=row.sighted is not None, home=row.kind is SourceKind.HOME),
        since=told.since, as_of=row.as_of, id=told.id,
    )  # fmt: skip


def _count(session: Session, asked: Asked) -> Count:
    joined = select(SourceDifference.id).join(Dossier, Dossier.id == SourceDifference.dossier_id)
    return listing.count(session, joined.where(*_narrowed(session, asked)))


DIFFERENCES = KeptList(
    listwords.DIFFERENCES, Permission.VIEW_SUPERVISION, (*listing.BY, "other", "field"), _page, _count,
    listing.BY,
    ("assign", "remind"),
)  # fmt: skip
