"""Alerts stand on the freshness of their source (docs/law.md, home and mirror).

While its newest data is older than a working day nothing is said by it: the alerts of its dossiers are
closed, and one takes their place, to whoever imports it and to the controller. Fresh data arms them again.
"""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.listing import stale_before
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import sourcealerts
from tthc_tracker.services.alerts import BATCH, Tally
from tthc_tracker.services.clockvalues import UNTIL_ITS_SOURCE_SPEAKS
from tthc_tracker.services.sourcealerts import Answering, SourceDue


def due(session: Session, directory: Directory, as_of: dt.datetime) -> Iterator[SourceDue]:
    """The sources that are told of as old at a moment: what they said until now is all that is known."""
    old = stale_before(session, as_of)
    mirrors = select(Source).where(Source.kind == SourceKind.MIRROR).order_by(Source.id)
    for source in session.execute(mirrors).scalars():
        if source.as_of is None or source.as_of >= old:
            continue
        answering = Answering(session, directory, source.id)
        if _is_told_of(session, answering):
            yield answering.due(Rule.SOURCE_STALE, source.as_of)


def settle(session: Session, directory: Directory, *, now: dt.datetime, token: int = 0) -> Tally:
    """Hold what a source that has fallen silent feeds, and let go, in batches, of what one feeds that spoke.

    By state: whatever a source did while nothing ran, one run comes to the same.
    """
    tally, old = Tally(), stale_before(session, now)
    mirrors = select(Source).where(Source.kind == SourceKind.MIRROR).order_by(Source.id)
    for source in session.execute(mirrors.execution_options(populate_existing=True)).scalars():
        stale = source.as_of is not None and source.as_of < old
        if stale and source.stale_since is None:
            _hold(session, source, directory, tally, now=now, token=token)
        elif not stale and source.stale_since is not None:
            _let_go(session, source, tally, now=now)
    session.flush()
    return tally


def _hold(
    session: Session, source: Source, directory: Directory, tally: Tally, *, now: dt.datetime, token: int
) -> None:
    """Where nobody wants to hear of it, or nothing is open, all stays as it was."""
    answering = Answering(session, directory, source.id)
    if not _is_told_of(session, answering):
        return
    source.stale_since = now
    _look_at_its_alerts(session, source, now)
    answering.tell(Rule.SOURCE_STALE, tally, since=source.as_of, now=now, token=token)


def _is_told_of(session: Session, answering: Answering) -> bool:
    if not answering.terms_of(Rule.SOURCE_STALE).active:
        return False
    feeds = exists().where(Dossier.source_id == answering.source_id, Dossier.closed_at.is_(None))
    return bool(session.execute(select(feeds)).scalar_one())


def _look_at_its_alerts(session: Session, source: Source, now: dt.datetime) -> None:
    """Have this very run close what stands for its dossiers: they count as held from now on."""
    alerted = select(Alert.dossier_id).where(Alert.closed_at.is_(None), Alert.dossier_id.is_not(None))
    its_own = (Dossier.source_id == source.id, Dossier.closed_at.is_(None), Dossier.id.in_(alerted))
    session.execute(update(Dossier).where(*its_own).values(next_check_at=now))


def _let_go(session: Session, source: Source, tally: Tally, *, now: dt.datetime) -> None:
    """Have the next of its dossiers looked at again; with the last of them the source is fresh."""
    held = (
        select(Dossier.id)
        .where(Dossier.next_check_at == UNTIL_ITS_SOURCE_SPEAKS, Dossier.source_id == source.id)
        .order_by(Dossier.id)
        .limit(BATCH)
    )
    ids = session.execute(held).scalars().all()
    if ids:
        session.execute(update(Dossier).where(Dossier.id.in_(ids)).values(next_check_at=now))
    if len(ids) == BATCH:
        tally.more = True
        return
    source.stale_since = None
    sourcealerts.end(session, source.id, Rule.SOURCE_STALE, tally, now)
