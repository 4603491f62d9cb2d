"""Keep how an applicant found the service: once a dossier, and not to be changed by anybody."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotNow
from tthc_tracker.domain.lifecycle import EventKind, State
from tthc_tracker.domain.ratings import RatedAt, Rating
from tthc_tracker.models.applicant import DossierRating
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.statisticstransfers import finished_at
from tthc_tracker.services import events
from tthc_tracker.services.events import Actor
from tthc_tracker.wording.ratings import BY_APPLICANT


def rate(session: Session, dossier_id: int, rating: Rating, *, now: dt.datetime) -> bool:
    """Keep what an applicant says who has proved that the dossier is his; False if it was rated before.

    Raises:
        NotNow: its result has not been returned.
    """
    held = select(Dossier).where(Dossier.id == dossier_id).with_for_update()
    dossier = session.execute(held.execution_options(populate_existing=True)).scalar_one()
    if dossier.state is not State.RETURNED:
        raise NotNow("rated once its result is returned")
    return keep(session, dossier, rating, RatedAt.LOOKUP, actor=Actor(None, BY_APPLICANT), now=now)


def keep(
    session: Session, dossier: Dossier, rating: Rating, where: RatedAt, *, actor: Actor, now: dt.datetime
) -> bool:
    """Keep the rating of a dossier that the caller holds; False if it has one.

    Its history says that it was rated, not how: whoever works with the applicant again need not know. The
    level is counted for the agency that resolved it when it was finished (queries.ratings), as its finish is.
    """
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(DossierRating)
    row = {
        "dossier_id": dossier.id, "agency_id": finished_at(session, dossier), "rating": rating,
        "rated_at": where, "given_on": now.date(),
    }  # fmt: skip
    written = insert.values(row).on_conflict_do_nothing().returning(DossierRating.dossier_id)
    if session.execute(written).first() is None:
        return False
    events.append(session, dossier, EventKind.RATED, actor=actor, now=now)
    return True
