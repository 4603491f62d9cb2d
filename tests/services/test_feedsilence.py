"""A source that is silent for longer than usual of it is told of, once, until it brings something new."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.alarms import Desk
from tests.support.desk import hire
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.feeds import ArrivalState, FeedKind
from tthc_tracker.domain.permissions import Role
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.feed import FeedArrival, SourceFeed
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries.recipients import Directory
from tthc_tracker.services import feedsilence
from tthc_tracker.services.alertpreview import Previewed, preview

pytestmark = [
    pytest.mark.usefixtures("office"),
    pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True),
]
NIGHTS = (
    "Thu 2026-11-12",
    "Fri 2026-11-13",
    "Mon 2026-11-16",
    "Tue 2026-11-17",
    "Wed 2026-11-18",
    "Thu 2026-11-19",
)


@pytest.fixture
def feed(write: Session, desk: Desk) -> SourceFeed:
    """A source that brought something new each working night, set up by an administrator."""
    setter = hire(write, "Người Đặt Nguồn", Role.ADMINISTRATOR, desk.office.province)
    source = write.execute(select(Source).where(Source.code == "provincial-portal")).scalar_one()
    feed = SourceFeed(
        source_id=source.id, kind=FeedKind.FOLDER, place="cong", every_minutes=15, set_by_id=setter.user_id,
        next_look_at=at("Thu 2026-11-19 02:15"), last_news_at=at("Thu 2026-11-19 02:00"),
    )  # fmt: skip
    write.add(feed)
    write.flush()
    for number, night in enumerate(NIGHTS):
        bring(write, feed, at(f"{night} 02:00"), number)
    return feed


def bring(session: Session, feed: SourceFeed, moment: dt.datetime, number: int) -> None:
    session.add(FeedArrival(
        feed_id=feed.id, name=f"{number}.csv", size=1, mtime_ns=number, feed_version=1, is_news=True,
        state=ArrivalState.DONE, seen_at=moment, settled_at=moment,
    ))  # fmt: skip
    session.flush()


def look(session: Session, moment: dt.datetime) -> list[Alert]:
    """What stands after a scan at that moment."""
    feedsilence.settle(session, Directory(session, moment.date()), now=moment)
    standing = select(Alert).where(Alert.rule == Rule.SOURCE_SILENT, Alert.closed_at.is_(None))
    return list(session.execute(standing).scalars())


def test_a_missed_night_is_told_of_once_and_ended_by_the_next_word(
    write: Session, desk: Desk, feed: SourceFeed
) -> None:
    assert look(write, at("Fri 2026-11-20 11:00")) == []
    [alert] = look(write, at("Fri 2026-11-20 11:01"))
    assert (alert.source_id, alert.due_at) == (feed.source_id, at("Thu 2026-11-19 02:00"))
    heard = select(AlertRecipient.user_id).where(AlertRecipient.alert_id == alert.id)
    assert {desk.office.controller.user_id, feed.set_by_id} <= set(write.execute(heard).scalars())
    assert look(write, at("Mon 2026-11-23 15:00")) == [alert]
    bring(write, feed, at("Mon 2026-11-23 15:01"), 99)
    assert look(write, at("Mon 2026-11-23 15:02")) == []
    assert feed.silent_since is None
    assert write.execute(select(func.count()).select_from(Alert)).scalar_one() == 1
    [again] = look(write, at("Thu 2026-11-26 15:00"))
    assert again.id != alert.id


def test_a_week_end_is_no_silence(write: Session, feed: SourceFeed) -> None:
    bring(write, feed, at("Fri 2026-11-20 02:00"), 99)
    assert look(write, at("Mon 2026-11-23 08:00")) == []


def test_what_is_told_of_as_old_is_not_told_of_as_silent_too(write: Session, feed: SourceFeed) -> None:
    write.get_one(Source, feed.source_id).stale_since = at("Fri 2026-11-20 08:00")
    assert look(write, at("Mon 2026-11-23 15:00")) == []


def test_one_that_is_switched_off_is_not_waited_for(write: Session, feed: SourceFeed) -> None:
    assert len(look(write, at("Mon 2026-11-23 15:00"))) == 1
    feed.enabled = False
    assert look(write, at("Mon 2026-11-23 15:05")) == []


def foretold(session: Session, moment: dt.datetime) -> list[Previewed]:
    return [one for one in preview(session, moment) if one.rule is Rule.SOURCE_SILENT]


def test_a_preview_tells_of_a_silent_source_as_the_scan_then_does(
    write: Session, desk: Desk, feed: SourceFeed
) -> None:
    assert foretold(write, at("Fri 2026-11-20 11:00")) == []
    [before] = foretold(write, at("Fri 2026-11-20 11:01"))
    assert (before.new, before.due_at) == (True, feed.last_news_at)
    assert before.subject_code.endswith("/provincial-portal")
    [alert] = look(write, at("Fri 2026-11-20 11:01"))
    heard = select(AlertRecipient.user_id).where(AlertRecipient.alert_id == alert.id)
    assert len(before.recipients) == len(write.execute(heard).all())
    [after] = foretold(write, at("Fri 2026-11-20 11:01"))
    assert (after.new, after.version, before.version) == (False, alert.version, alert.version)


def test_a_preview_holds_what_an_old_source_feeds_and_tells_of_the_source(
    write: Session, desk: Desk, feed: SourceFeed
) -> None:
    source = write.get_one(Source, feed.source_id)
    source.as_of = at("Fri 2026-11-20 08:00")
    desk.running("provincial-portal")
    assert {one.rule for one in preview(write, at("Fri 2026-12-18 15:00"))} == {Rule.SOURCE_STALE}
