"""The moment that the data of a mirrored dossier speaks of, as every row of a list shows it (docs/law.md).

A source that sends what has changed, or says that nothing has, speaks of all it has shown before; a row must
not look old because nothing happened to it. What its source no longer shows, and what it said of one that
could not be taken, is as old as it was.
"""

import datetime as dt
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source

_source = aliased(Source)


def told_at() -> Any:
    """That moment of the dossier of a statement; NULL of one that is received here."""
    fresh = and_(
        _source.known_to > Dossier.source_as_of,
        or_(_source.known_from.is_(None), Dossier.source_as_of >= _source.known_from),
        Dossier.unseen_since.is_(None),
        Dossier.refused_since.is_(None),
    )
    moment = case((fresh, _source.known_to), else_=Dossier.source_as_of)
    return select(moment).where(_source.id == Dossier.source_id).correlate(Dossier).scalar_subquery()


def told_of(session: Session, dossier: Dossier) -> dt.datetime | None:
    """The same of one dossier."""
    if dossier.source_as_of is None:
        return None
    found = select(told_at()).select_from(Dossier).where(Dossier.id == dossier.id)
    moment: dt.datetime | None = session.execute(found).scalar_one()
    return moment
