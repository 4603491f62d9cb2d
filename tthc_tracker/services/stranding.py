"""Dossiers that lie where nobody answers for them: at an agency that has ended, or at a unit without a head.

Both are told to the controller until none is left.
"""

import datetime as dt

from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
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
    return _settle(session, Rule.ENDED_AGENCY, loads(session, now), directory, now=now, token=token)


def unattended(loaded: list[Load], directory: Directory) -> list[Load]:
    """Of what `backlogs.loads` found, that of units which have neither a head of their own nor one of their
    agency."""
    return [load for load in loaded if not directory.has_head(load.agency_id, load.unit_id)]


def count_unattended(
    session: Session, directory: Directory, loaded: list[Load], *, now: dt.datetime, token: int = 0
) -> Tally:
    """The same for the units of which nobody would hear. loaded: what `backlogs.loads` has found."""
    found = unattended(loaded, directory)
    return _settle(session, Rule.NO_RECIPIENT, found, directory, now=now, token=token)


def _settle(
    session: Session,
    rule: Rule,
    standing: list[Load],
    directory: Directory,
    *,
    now: dt.datetime,
    token: int,
) -> Tally:
    tally, found = Tally(), backlogs.episodes(session, rule)
    left = {load.subject: load for load in standing if directory.terms.of(rule, load.agency_id).active}
    for subject, load in left.items():
        last = found.get(subject)
        if last is None or last.alert_id is None:
            number = last.number + 1 if last else 1
            backlogs.open_episode(session, rule, load, number, directory, now=now, token=token)
            tally.raised[rule] += 1
    over = [episode.alert_id for subject, episode in found.items() if subject not in left]
    ids = [alert_id for alert_id in over if alert_id is not None]
    alerts.close(session, ids, now)
    tally.closed = len(ids)
    return tally
