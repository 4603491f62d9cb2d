"""The lists that people keep: what each can show, what narrows it, how its rows are read.

Screens, files and the jobs that write files read a list by its name alone. A list joins by a line in LISTS.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.onlinequeue import Part
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import (
    alertlist,
    anomalies,
    apologylist,
    calendarlists,
    collecting,
    conclusionlist,
    daylists,
    deskdays,
    differencelists,
    fieldreportlist,
    historylist,
    latelists,
    listing,
    matchlists,
    mywork,
    numberlists,
    onlinequeue,
    outagelists,
    pausedlist,
    personlists,
    procedurelist,
    ratinglists,
    search,
    signedlists,
    steplist,
    supervision,
)
from tthc_tracker.queries.daylists import DayList
from tthc_tracker.queries.deskdays import DeskDay
from tthc_tracker.queries.keptlist import EVERY_ACT, NARROWS, Asked, KeptList, Page, Question
from tthc_tracker.queries.listing import Count
from tthc_tracker.queries.scoping import rights_on
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.wording import (
    alertlists,
    apologylists,
    desklists,
    historylists,
    listings,
    pausedlists,
    steplists,
)
from tthc_tracker.wording import daylists as daywords
from tthc_tracker.wording.columns import Columns

WITH_ANSWERS = (*EVERY_ACT, "answer_slips")


def kept(name: str) -> KeptList:
    """The list of that name.

    Raises:
        NotFound: there is none.
    """
    if name not in LISTS:
        raise NotFound(name)
    return LISTS[name]


def rows(session: Session, one: KeptList, asked: Asked, *, most: int, batch: int = 2000) -> Iterator[Any]:
    """The first `most` rows of a list, read by key in batches."""
    after, left = "", most
    while left > 0:
        page = one.page(session, asked, after, min(batch, left))
        yield from page.rows
        after, left = page.after, left - len(page.rows)
        if not after:
            return


# --- the supervisor's three lists


def _supervised(which: Listing) -> KeptList:
    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        filters = listing.read_filters(asked.question)
        newest_first = asked.question.get("sort") == "newest"
        found = supervision.page(
            session, which, filters, asked.scope, asked.now, newest_first=newest_first, after=after, size=size
        )
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        filters = listing.read_filters(asked.question)
        return supervision.count(session, which, filters, asked.scope, asked.now)

    asks = (*listing.NAMES, *listing.LINKED, "sort")
    late = which in {Listing.OVERDUE, Listing.REAPPOINTED}
    acts = (*EVERY_ACT, "lateness") if late else EVERY_ACT
    columns = listings.COLUMNS[which.value]
    return KeptList(columns, Permission.VIEW_SUPERVISION, asks, page, count, listing.NAMES, acts)


# --- the steps that run


def _steps() -> KeptList:
    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        tab, filters = steplist.tab_of(asked.question), listing.read_filters(asked.question)
        found = steplist.page(session, tab, filters, asked.scope, asked.now, after=after, size=size)
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        tab, filters = steplist.tab_of(asked.question), listing.read_filters(asked.question)
        return steplist.count(session, tab, filters, asked.scope, asked.now)

    asks = (*listing.NAMES, "unit", "tab")
    return KeptList(steplists.COLUMNS, Permission.VIEW_SUPERVISION, asks, page, count, listing.NAMES)


# --- what is paused


def _paused() -> KeptList:
    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        filters, flag = listing.read_filters(asked.question), pausedlist.flag_of(asked.question)
        found = pausedlist.page(session, filters, flag, asked.scope, asked.now, after=after, size=size)
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        filters, flag = listing.read_filters(asked.question), pausedlist.flag_of(asked.question)
        return pausedlist.count(session, filters, flag, asked.scope, asked.now)

    asks = (*listing.NAMES, "flag")
    return KeptList(
        pausedlists.COLUMNS, Permission.VIEW_SUPERVISION, asks, page, count, listing.NAMES, WITH_ANSWERS
    )


# --- apologies


def _apologies() -> KeptList:
    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        tab = apologylist.tab_of(asked.question)
        filters = listing.read_filters(asked.question)
        found = apologylist.page(session, tab, filters, asked.scope, after=after, size=size)
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        filters = listing.read_filters(asked.question)
        return apologylist.count(session, apologylist.tab_of(asked.question), filters, asked.scope)

    columns, needs = apologylists.COLUMNS, Permission.VIEW_SUPERVISION
    narrows = ("agency", "level", *NARROWS, "officer")
    acts = ("assign", "remind", "apology_letters", "control_slips", "acknowledge", "finish")
    return KeptList(columns, needs, (*narrows, "only", "held", "unit", "tab"), page, count, narrows, acts)


# --- alerts


def _alerts() -> KeptList:
    """What stands behind the bell, and for supervisors what nobody of theirs answers."""

    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        found = alertlist.page(session, alertlist.Question.of(asked), asked.now, after=after, size=size)
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        return alertlist.count(session, alertlist.Question.of(asked), asked.now)

    narrows = ("agency", "procedure", "source", *alertlist.CHOSEN)
    asks = (*narrows, *alertlist.LINKED, "sort")
    return KeptList(alertlists.COLUMNS, Permission.VIEW_ALERTS, asks, page, count, narrows, ())


# --- the history


def _history(columns: Columns, read: Callable[..., Any], number: Callable[..., Count]) -> KeptList:
    """What has happened: to be read, and nothing to be done to it."""

    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        found = read(session, _narrowed(asked), asked.scope, after=after, size=size)
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        return number(session, _narrowed(asked), asked.scope)

    return KeptList(columns, Permission.VIEW_AUDIT, ("from", "to", "kind", "officer"), page, count, acts=())


def _narrowed(asked: Asked) -> historylist.Narrowed:
    return historylist.Narrowed.of(asked.question, asked.now)


# --- the desk's own lists


def _queue(columns: Columns) -> KeptList:
    """The online queue: nobody holds any of it yet, and none has a receipt."""

    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        part, filters = part_of(asked.question), listing.read_filters(asked.question)
        sort = asked.question.get("sort", "")
        found = onlinequeue.page(
            session, part, filters, asked.scope, asked.now, sort=sort, after=after, size=size
        )
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        filters = listing.read_filters(asked.question)
        counted = onlinequeue.counts(session, filters, asked.scope, asked.now)
        return Count(counted[part_of(asked.question)], more=False)

    asks = ("xem", *NARROWS, "sort")
    return KeptList(
        columns, Permission.RECEIVE_DOSSIERS, asks, page, count, NARROWS, ("acknowledge", "answer_slips")
    )


def part_of(question: Question) -> Part:
    """The part of the queue that an address asks for."""
    return Part(question["xem"]) if question.get("xem") in set(Part) else Part.UNANSWERED


def _work(columns: Columns) -> KeptList:
    """One's own work. Assigning stands among the acts of its page."""

    def worker(asked: Asked) -> mywork.Worker:
        return mywork.Worker(asked.user_id, asked.memberships)

    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        tab = mywork.tab_of(asked.question.get("tab", ""), worker(asked))
        sort = asked.question.get("sort", "")
        filters = listing.read_filters(asked.question)
        found = mywork.page(
            session, tab, worker(asked), asked.now, filters=filters, sort=sort, after=after, size=size
        )
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        tab = mywork.tab_of(asked.question.get("tab", ""), worker(asked))
        counted = mywork.counts(session, worker(asked), asked.now, listing.read_filters(asked.question))
        return Count(counted.get(tab, 0), more=False)

    acts, asks = tuple(act for act in EVERY_ACT if act != "assign"), ("tab", *NARROWS, "sort")
    return KeptList(columns, Permission.ASSIGN_DOSSIERS, asks, page, count, NARROWS, acts)


def _results_page(session: Session, asked: Asked, after: str, size: int) -> Page:
    which, sort = collecting.Waits.read(asked.question, asked.memberships), asked.question.get("sort", "")
    filters = listing.read_filters(asked.question)
    found = collecting.page(
        session, asked.scope, which, asked.now, filters=filters, sort=sort, after=after, size=size
    )
    return Page(found.rows, found.after)


def _results_count(session: Session, asked: Asked) -> Count:
    which = collecting.Waits.read(asked.question, asked.memberships)
    filters = listing.read_filters(asked.question)
    return collecting.count(session, asked.scope, which, asked.now, filters)


_RESULTS = KeptList(
    desklists.RESULTS_WAITING, Permission.VIEW_DOSSIERS, ("tu", "cach", "quay", *NARROWS, "sort"),
    _results_page, _results_count, NARROWS, ("receipts", "acknowledge"),
)  # fmt: skip


# --- the desk's day


def _of_the_day(which: DayList) -> KeptList:
    """A list of the close of a day. Its desk is the reader's own, and its day today, unless it is asked."""

    def at(session: Session, asked: Asked) -> DeskDay:
        desk, day = asked.question.get("quay"), asked.question.get("ngay")
        return deskdays.desk_day(session, asked.memberships, desk, day, asked.now)

    def page(session: Session, asked: Asked, after: str, size: int) -> Page:
        filters, sort = listing.read_filters(asked.question), asked.question.get("sort", "")
        found = daylists.page(session, which, at(session, asked), filters, sort=sort, after=after, size=size)
        return Page(found.rows, found.after)

    def count(session: Session, asked: Asked) -> Count:
        return daylists.count(session, which, at(session, asked), listing.read_filters(asked.question))

    narrows = ("quay", "ngay", *NARROWS)
    columns, needs = daywords.COLUMNS[which.value], Permission.RECEIVE_DOSSIERS
    return KeptList(columns, needs, (*narrows, "sort"), page, count, narrows, WITH_ANSWERS)


# --- what was searched


def searched(session: Session, asked: Asked) -> search.Answer:
    """What a search finds: of the dossiers where this person's work asks for it, with the ends of numbers."""

    def personal(places: frozenset[int]) -> bool:
        return Permission.VIEW_PERSONAL in rights_on(session, asked.memberships, places)

    typed, filters = asked.question.get("q", ""), listing.read_filters(asked.question)
    sort = asked.question.get("sort", "")
    return search.find(session, typed, asked.scope, filters, personal=personal, sort=sort)


def _searched_page(session: Session, asked: Asked, _after: str, size: int) -> Page:
    return Page(searched(session, asked).rows[:size], "")


def _searched_count(session: Session, asked: Asked) -> Count:
    return Count(len(searched(session, asked).rows), more=False)


_SEARCHED = KeptList(
    desklists.SEARCHED, Permission.VIEW_DOSSIERS, (*NARROWS, "sort"), _searched_page, _searched_count,
    NARROWS, WITH_ANSWERS, ("q",),
)  # fmt: skip

_EVERY = (
    *map(_supervised, Listing),
    _steps(),
    _paused(),
    _apologies(),
    _alerts(),
    *calendarlists.LISTS,
    *latelists.LISTS,
    *matchlists.LISTS,
    differencelists.DIFFERENCES,
    *signedlists.LISTS,
    fieldreportlist.FIELD_REPORTS,
    conclusionlist.CONCLUSIONS,
    anomalies.ANOMALIES,
    *numberlists.LISTS,
    procedurelist.COUNTED_PROCEDURES,
    ratinglists.RATED,
    outagelists.TOUCHED,
    personlists.OF_PERSON,
    *map(_queue, (desklists.QUEUE, desklists.QUEUE_OF_APPLICANTS)),
    *map(_work, (desklists.WORK, desklists.HANDED, desklists.AT_DESK)),
    _RESULTS,
    *map(_of_the_day, DayList),
    _SEARCHED,
    _history(historylists.COLUMNS["history"], historylist.events, historylist.count_events),
    _history(historylists.COLUMNS["deeds"], historylist.deeds, historylist.count_deeds),
)
LISTS: Mapping[str, KeptList] = MappingProxyType({one.name: one for one in _EVERY})
