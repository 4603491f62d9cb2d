"""A source that is silent for longer than is usual of it raises an alert; its next word ends that.

Freshness (services.sourcefreshness) asks how old the newest data is; this asks whether anything new comes: an
address may answer every few minutes that nothing has changed, and be broken all the same.
"""

import datetime as dt
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.feeds import silent_from
from tthc_tracker.models.account import User
from tthc_tracker.models.feed import SourceFeed
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.queries.feeds import news_of
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import sourcealerts
from tthc_tracker.services.alerts import Tally
from tthc_tracker.services.sourcealerts import Answering, SourceDue


def due(
    session: Session, directory: Directory, as_of: dt.datetime, *, old: Collection[int]
) -> Iterator[SourceDue]:
    """The sources that are told of as silent at a moment; what they brought until now is all that is known.

    old: the sources that are told of as old then.
    """
    feeds = select(SourceFeed).where(SourceFeed.enabled).order_by(SourceFeed.id)
    for feed in session.execute(feeds).scalars():
        answering = Answering(session, directory, feed.source_id)
        told_before = feed.silent_since is not None
        if _is_silent(session, feed, answering, as_of) and (told_before or feed.source_id not in old):
            yield answering.due(Rule.SOURCE_SILENT, feed.last_news_at, _setter(session, feed))


def settle(session: Session, directory: Directory, *, now: dt.datetime, token: int = 0) -> Tally:
    """Tell of the sources that have fallen silent, and close what stands of those that spoke; by state."""
    tally = Tally()
    found = (
        select(SourceFeed, Source.stale_since)
        .join(Source, Source.id == SourceFeed.source_id)
        .where(SourceFeed.enabled | SourceFeed.silent_since.is_not(None))
        .order_by(SourceFeed.id)
    )
    for feed, stale_since in session.execute(found.execution_options(populate_existing=True)):
        answering = Answering(session, directory, feed.source_id)
        silent = _is_silent(session, feed, answering, now)
        if not silent and feed.silent_since is not None:
            feed.silent_since = None
            sourcealerts.end(session, feed.source_id, Rule.SOURCE_SILENT, tally, now)
        elif silent and feed.silent_since is None and stale_since is None:  # an old one is told of as such
            feed.silent_since = now
            answering.tell(
                Rule.SOURCE_SILENT, tally, since=feed.last_news_at, now=now, token=token,
                besides=_setter(session, feed),
            )  # fmt: skip
    session.flush()
    return tally


def _is_silent(session: Session, feed: SourceFeed, answering: Answering, now: dt.datetime) -> bool:
    terms = answering.terms_of(Rule.SOURCE_SILENT)
    if not feed.enabled or not terms.active:
        return False
    try:
        since = silent_from(news_of(session, feed.id), national_calendar(session), **terms.thresholds)
    except CalendarHorizonError:  # it reaches back beyond the years that are known
        return False
    return since is not None and now > since


def _setter(session: Session, feed: SourceFeed) -> list[int]:
    """Who set it up: he knows whom to call."""
    active = select(User.id).where(User.id == (feed.set_by_id or 0), User.active)
    return list(session.execute(active).scalars())
