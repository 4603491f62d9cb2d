"""Alerts stand on the freshness of their source (docs/law.md, home and mirror).

While its newest data is older than a working day nothing is said by it: the alerts of its dossiers are
closed, and one takes their place, to whoever imports it and to the controller. Fresh data arms them again.
"""

import datetime as dt

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule, SubjectType
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission, Role
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import AgencyScope
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.listing import stale_before
from tthc_tracker.queries.recipients import Directory, Place
from tthc_tracker.services import alerts
from tthc_tracker.services.alertladder import Ladder
from tthc_tracker.services.alerts import BATCH, Tally
from tthc_tracker.services.clockvalues import UNTIL_ITS_SOURCE_SPEAKS

_IMPORTERS = [role for role in Role if Permission.IMPORT_DOSSIERS in PERMISSIONS_OF[role]]


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
    agency_id, importer = _answers_for(session, source.id)
    place = Place(agency_id, agency_id, None)
    terms = directory.terms_of(Rule.SOURCE_STALE, place)
    feeds = select(exists().where(Dossier.source_id == source.id, Dossier.closed_at.is_(None)))
    if not terms.active or not session.execute(feeds).scalar_one():
        return
    source.stale_since = now
    _look_at_its_alerts(session, source, now)
    of_agency = (Alert.subject_type == SubjectType.AGENCY.value, Alert.subject_id == agency_id)
    last = select(func.max(Alert.version)).where(*of_agency, Alert.rule == Rule.SOURCE_STALE)
    number = (session.execute(last).scalar_one() or 0) + 1
    values = {
        "subject_type": SubjectType.AGENCY.value, "subject_id": agency_id, "rule": Rule.SOURCE_STALE,
        "version": number, "severity": terms.severity, "delivery": terms.delivery, "agency_id": agency_id,
        "source_id": source.id, "due_at": source.as_of, "raised_at": now, "scan_token": token,
        "from_before": False, "note": "", "rung": 0,
        "climbs_at": Ladder(session, directory.terms).climbs_at(Rule.SOURCE_STALE, agency_id, 0, now),
    }  # fmt: skip
    statement = alerts.insert_for(session, Alert).values(values).on_conflict_do_nothing()
    alert_id = session.execute(statement.returning(Alert.id)).scalar_one_or_none()
    if alert_id is None:
        return
    found = directory.of(Rule.SOURCE_STALE, place)
    alerts.readdress(session, {alert_id: found.user_ids | ({importer} if importer else frozenset())}, now)
    alerts.note_stand_ins(session, [alert_id] if found.stand_in and not importer else [])
    tally.raised[Rule.SOURCE_STALE] += 1


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
    standing = select(Alert.id).where(Alert.source_id == source.id, Alert.closed_at.is_(None))
    over = list(session.execute(standing).scalars())
    alerts.close(session, over, now)
    tally.closed += len(over)


def _answers_for(session: Session, source_id: int) -> tuple[int, int | None]:
    """Whose it is that a source is fresh: whoever imported it last and his agency; else the highest one."""
    last = (
        select(Membership.agency_id, User.id)
        .join(User, User.id == Membership.user_id)
        .join(ImportBatch, ImportBatch.actor_id == User.id)
        .where(ImportBatch.source_id == source_id, User.active, Membership.role.in_(_IMPORTERS))
        .order_by(ImportBatch.started_at.desc(), Membership.id)
        .limit(1)
    )
    if (row := session.execute(last).first()) is not None:
        return row.agency_id, row.id
    widest = (
        select(AgencyScope.ancestor_id)
        .group_by(AgencyScope.ancestor_id)
        .order_by(func.count().desc(), AgencyScope.ancestor_id)
        .limit(1)
    )
    return session.execute(widest).scalar_one(), None
