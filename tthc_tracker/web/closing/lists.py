"""The lists behind the closing sheet: each a list that people keep, its desk and day among the filters."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import collecting, daylists, deskdays, listing
from tthc_tracker.queries.collecting import Waits
from tthc_tracker.queries.daylists import DayList
from tthc_tracker.queries.deskdays import DeskDay
from tthc_tracker.web.access import requires
from tthc_tracker.web.closing.blueprint import blueprint
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage, address_of
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import daylists as words
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.formats import day


@blueprint.get("/hen-tra")
@requires(Permission.RECEIVE_DOSSIERS)
def promised() -> ResponseReturnValue:
    """What the desk has promised for the day and is not ready."""
    return _show(DayList.PROMISED)


@blueprint.get("/da-tiep-nhan")
@requires(Permission.RECEIVE_DOSSIERS)
def received() -> ResponseReturnValue:
    """What the desk accepted on the day."""
    return _show(DayList.RECEIVED)


@blueprint.get("/chua-ban-giao")
@requires(Permission.RECEIVE_DOSSIERS)
def waiting() -> ResponseReturnValue:
    """What lies at the desk still."""
    return _show(DayList.WAITING)


@blueprint.get("/da-ban-giao")
@requires(Permission.RECEIVE_DOSSIERS)
def handed() -> ResponseReturnValue:
    """What the desk handed over on the day."""
    return _show(DayList.HANDED)


@blueprint.get("/chua-khop")
@requires(Permission.RECEIVE_DOSSIERS)
def faults() -> ResponseReturnValue:
    """What is not right."""
    return _show(DayList.FAULTS)


@blueprint.get("/phi")
@requires(Permission.RECEIVE_DOSSIERS)
def fees() -> ResponseReturnValue:
    """What the fees of the day are of."""
    return _show(DayList.FEES)


def _show(which: DayList) -> str:
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    page = ListPage.of(session, which.value, request.args)
    asked = page.question
    at = deskdays.desk_day(session, current_user.memberships, asked.get("quay"), asked.get("ngay"), now)
    own = {"quay": f"Quầy {at.desk.name}", "ngay": f"Ngày {day(at.day)}"}
    filters = ListFilters.of(session, page, own=own)
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    count = page.kept.count(session, page.asked(now))
    return render_template(
        "closing/list.html",
        at=at, page=page, filters=filters, count=count, now=now,
        title=words.TABS[which.value], empty=words.EMPTY[which.value],
        lines=page.lines(found.rows, See.at(now, now)),
        tabs=_tabs(page, at, which),
        desk_choices=[(one.code, one.name) for one in at.desks],
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
    )  # fmt: skip


def _tabs(page: ListPage, at: DeskDay, which: DayList) -> list[tuple[str, str, bool, int | None]]:
    """The lists of the day, and beside them what nobody has collected, which is of every day."""
    session, here = reading(), "?" + page.here if page.here else ""
    tabs = [
        (words.TABS[one.value], address_of(one.value) + here, one is which,
         daylists.count(session, one, at).number)
        for one in map(DayList, words.TABS)
    ]  # fmt: skip
    waits = collecting.count(session, current_user.scope, Waits(), at.now)
    return [*tabs, (words.RESULTS, address_of("results"), False, waits.number)]
