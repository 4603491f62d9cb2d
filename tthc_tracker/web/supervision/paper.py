"""The list of what is late as paper for leaders: exactly what is filtered."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotAllowed
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts import late_list
from tthc_tracker.printouts.printout import Printout
from tthc_tracker.queries import lists
from tthc_tracker.queries.printouts import DeskHead, desk_head
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.services import exports
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.papers import Outgoing, pdf, printed
from tthc_tracker.web.supervision.views import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording.formats import number
from tthc_tracker.wording.keptlists import PAPER_FLASH

AT_ONCE = 500  # dossiers; a longer paper is written by the scheduler


@blueprint.get("/giam-sat/qua-han.pdf")
@requires(Permission.VIEW_SUPERVISION)
def overdue_paper() -> ResponseReturnValue:
    """Who is late, with how much, and which dossiers; a long list lands among my files."""
    session, now = reading(), clock.now()
    page = ListPage.of(session, Listing.OVERDUE.value, request.args)
    count = page.kept.count(session, page.asked(now))
    filters = [words for words, _ in ListFilters.of(session, page).chips]
    head = _head(session)
    if count.more or count.number > AT_ONCE:
        long = count.more or count.number > exports.BOOK_IN_ONE
        return _later(page, filters, long=long)
    rows = tuple(lists.rows(session, page.kept, page.asked(now), most=AT_ONCE))
    paper = late_list.paper(head, rows, filters, "", now)
    return pdf(printed(_outgoing(paper, page, len(rows))), f"cham-tre-{now:%Y%m%d}")


def _outgoing(paper: Printout, page: ListPage, rows: int) -> Outgoing:
    facts = {"dossiers": rows, "question": page.question}
    subject = f"user:{current_user.user_id}"
    return Outgoing(
        paper, late_list.FORM, subject, action="late_list_printed", about=("list", "overdue"), facts=facts
    )


def _later(page: ListPage, filters: list[str], *, long: bool) -> ResponseReturnValue:
    try:
        with transaction() as session:
            exports.request_late_list(
                session, page.question, current_user.home_agency_code, "; ".join(filters),
                long=long,
                user_id=current_user.user_id, now=clock.now(),
            )  # fmt: skip
        flash(PAPER_FLASH.format(most=number(exports.MOST_ON_PAPER)), "info")
    except InvalidInput as fault:
        flash(fault.message, "error")
    return redirect(url_for("lists.exports"), 303)


def _head(session: Session) -> DeskHead:
    if current_user.home_agency_id is None:
        raise NotAllowed("no agency to head the paper with")
    return desk_head(session, current_user.home_agency_id, late_list.FORM, clock.now().date())
