"""Fetch from the sources that are due, and see to what was fetched before: one run at a time, resumable.

What comes is kept here first, then handed to the import as a file that somebody sent (jobs.importing). The
runs find everything by state: what a source brought, what became of it, where its file belongs.
"""

import datetime as dt
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.channels.pulling import Place, PullFailed, fetch
from tthc_tracker.domain.feedpages import LyingPage, as_list, read_page
from tthc_tracker.domain.feeds import FeedKind
from tthc_tracker.extensions import database
from tthc_tracker.jobs.feedfiles import FolderLook
from tthc_tracker.jobs.work import Work, is_gone, own_name, patient_unit
from tthc_tracker.queries import feeds as queries
from tthc_tracker.queries.feeds import FeedTask
from tthc_tracker.services import feedlooks, leases
from tthc_tracker.services.feedlooks import Stretch
from tthc_tracker.services.feeds import token_of
from tthc_tracker.services.importstages import Overtaken
from tthc_tracker.spreadsheets.intake import Kept, Shelf
from tthc_tracker.wording import feeds as words

log = logging.getLogger(__name__)

_NOT_ITS_FAULT = (leases.LeaseLost, DBAPIError)

LEASE = "fetch-sources"
LONGEST_RUN = 600.0  # seconds; what is left waits for the next run
LONGEST_STRETCH = 300.0  # seconds of one source's pages
MOST_DOSSIERS = 10_000
"""Of pages that are handed on together: so many at most are asked for again after a kill."""


def fetch_sources(work: Work) -> dict[str, Any]:
    """Settle what has come to its end, then look at every source that is due; nothing while another runs."""
    run = _Run(work)
    with patient_unit(work.stopping) as session:
        if leases.acquire(session, LEASE, run.owner, is_gone) is None:
            return {}
    try:
        run.settle()
        run.look()
    finally:
        with patient_unit() as session:
            leases.give_up(session, LEASE, run.owner)
    return dict(run.counts)


@dataclass
class _Pages:
    """How far the pages of a source were fetched, and why no further."""

    cursor: str
    more: bool = True
    many: int = 0
    fault: str = ""
    rest: int = 0


class _Run:
    """One run over what is due."""

    def __init__(self, work: Work) -> None:
        self.work, self.shelf, self.owner = work, Shelf(work.var), own_name()
        self.counts: Counter[str] = Counter()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A write unit under the lease of the scheduler and under that of this duty, renewed by it."""
        with self.work.transaction() as session:
            if leases.acquire(session, LEASE, self.owner, is_gone) is None:
                raise leases.LeaseLost(LEASE)
            yield session

    def settle(self) -> None:
        """See what became of what was handed to the import."""
        with database.reading() as session:
            over = queries.ended(session)
        for one in over:
            with self.transaction() as session:
                feedlooks.note_ended(session, one, now=clock.now())
            self.counts["settled"] += 1

    def look(self) -> None:
        """Look at what is due, the longest waiting first."""
        end = time.monotonic() + LONGEST_RUN
        while time.monotonic() < end and (task := self._next()) is not None:
            with ExitStack() as surprised, suppress(Overtaken):
                surprised.push(partial(self._surprised, task))
                if task.kind is FeedKind.HTTP:
                    self._look_at_pages(task)
                else:
                    FolderLook(self, task).carry_out()

    def _next(self) -> FeedTask | None:
        with database.reading() as session:
            return queries.due(session, clock.now())

    def _surprised(self, task: FeedTask, kind: type[BaseException] | None, *_fault: object) -> None:
        """What nobody foresaw of one source ends the run, which says so; that source is put off, or every run
        would end with it and no other be looked at."""
        if kind is Overtaken:
            log.info("look given up", extra={"source": task.source_code})
        elif kind is not None and issubclass(kind, Exception) and not issubclass(kind, _NOT_ITS_FAULT):
            self.fail(task, words.BROKEN_OFF)

    def fail(self, task: FeedTask, why: str, rest: int = 0) -> None:
        """A look that came to nothing."""
        with self.transaction() as session:
            feedlooks.note_failed(session, task, why, rest=rest, now=clock.now())
        self.counts["failed"] += 1

    # --- pages

    def _look_at_pages(self, task: FeedTask) -> None:
        token = token_of(task.sealed_token, task.source_code, self.work.secret_key)
        if token is None:
            self.fail(task, words.UNREADABLE_CREDENTIAL)
            return
        asked, pages = clock.now(), _Pages(task.cursor)
        try:
            kept = self._kept(Place(task.place, token), pages)
        except OSError as error:  # of our disk: those of the line are told of as such
            self.fail(task, words.NOT_HERE.format(why=words.why(error)))
            return
        if kept is not None:
            self._hand_on(task, pages, kept, asked)
        elif not pages.fault:
            with self.transaction() as session:
                feedlooks.note_nothing_new(session, task, pages.cursor, asked_at=asked, now=clock.now())
        if pages.fault:
            self.fail(task, pages.fault, pages.rest)

    def _kept(self, place: Place, pages: _Pages) -> Kept | None:
        """What came, on the shelf; None where nothing did."""
        with tempfile.TemporaryFile(dir=self.work.var) as draft:
            for piece in as_list(self._fetched(place, pages)):
                draft.write(piece.encode("ascii"))
            if not pages.many:
                return None
            draft.seek(0)
            return self.shelf.keep(draft)

    def _fetched(self, place: Place, pages: _Pages) -> Iterator[str]:
        """The dossiers of page after page, until there are no more, enough, or one does not come."""
        end = time.monotonic() + LONGEST_STRETCH
        while pages.more and pages.many < MOST_DOSSIERS and time.monotonic() < end:
            with self.transaction():  # ours still; and not longer than the process is to live
                pass
            try:
                page = read_page(fetch(place, pages.cursor, self.work.webhook_allow), pages.cursor)
            except PullFailed as failure:
                pages.fault, pages.rest = str(failure), failure.rest
                return
            except LyingPage as lie:
                pages.fault = words.PAGE_FAULTS[lie.fault]
                return
            pages.cursor, pages.more = page.next, page.more
            pages.many += len(page.items)
            yield from page.items

    def _hand_on(self, task: FeedTask, pages: _Pages, kept: Kept, asked: dt.datetime) -> None:
        name = words.PAGES.format(source=task.source_code, at=f"{asked:%Y-%m-%d %H%M%S}")
        stretch = Stretch(name, pages.cursor, pages.more or bool(pages.fault), asked)
        with ExitStack() as unwanted:
            unwanted.callback(self.shelf.forget, kept.name)
            with self.transaction() as session:
                feedlooks.take_in_pages(session, task, stretch, kept, now=clock.now())
                feedlooks.note_looked(session, task, now=clock.now())
            unwanted.pop_all()
        self.counts["taken"] += 1
