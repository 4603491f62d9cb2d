"""Agencies that have ended while dossiers are still open there: told to the controller until none is left."""

import datetime as dt

from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule, SubjectType
from tthc_tracker.queries import successions
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import alerts, backlogs
from tthc_tracker.services.alerts import Tally
from tthc_tracker.services.backlogs import Load


def loads(session: Session, now: dt.datetime) -> list[Load]:
    """What ended agencies have open, as loads of whole agencies."""
    return [Load(one.agency_id, None, one.open, 0) for one in successions.stranded(session, now.date())]


def count(session: Session, directory: Directory, *, now: dt.datetime, token: int = 0) -> Tally:
    """Open an episode for each such agency that has none, and close those of which nothing is left."""
    tally, found = Tally(), backlogs.episodes(session, Rule.ENDED_AGENCY)
    left = {(SubjectType.AGENCY, load.agency_id): load for load in loads(session, now)}
    for subject, load in left.items():
        last = found.get(subject)
        if last is None or last.alert_id is None:
            number = last.number + 1 if last else 1
            backlogs.open_episode(session, Rule.ENDED_AGENCY, load, number, directory, now=now, token=token)
            tally.raised[Rule.ENDED_AGENCY] += 1
    over = [episode.alert_id for subject, episode in found.items() if subject not in left]
    ids = [alert_id for alert_id in over if alert_id is not None]
    alerts.close(session, ids, now)
    tally.closed = len(ids)
    return tally
