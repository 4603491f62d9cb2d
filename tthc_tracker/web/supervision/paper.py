"""The list of what is late as paper for leaders: exactly what is filtered."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import NotAllowed
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.printouts import late_list
from tthc_tracker.queries import listing, lists
from tthc_tracker.queries.printouts import DeskHead, desk_head
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.papers import Outgoing, pdf, printed
from tthc_tracker.web.supervision.views import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording.formats import number

FORM = "late_list"
ON_PAPER = 500


@blueprint.get("/giam-sat/qua-han.pdf")
@requires(Permission.VIEW_SUPERVISION)
def overdue_paper() -> ResponseReturnValue:
    """Who is late, with how much, and which dossiers: the longest late first to be taken."""
    session, now = reading(), clock.now()
    page = ListPage.of(session, Listing.OVERDUE.value, request.args)
    rows = tuple(lists.rows(session, page.kept, page.asked(now), most=ON_PAPER))
    count = page.kept.count(session, page.asked(now))
    more = _more(len(rows), count) if count.number > len(rows) else ""
    paper = late_list.paper(
        _head(session), rows, [words for words, _ in ListFilters.of(session, page).chips], more, now
    )
    facts = {"dossiers": len(rows), "question": page.question}
    subject = f"user:{current_user.user_id}"
    one = Outgoing(paper, FORM, subject, action="late_list_printed", about=("list", "overdue"), facts=facts)
    return pdf(printed(one), f"cham-tre-{now:%Y%m%d}")


def _more(shown: int, count: listing.Count) -> str:
    left = ("hơn " if count.more else "") + number(count.number - shown)
    return f"Chỉ in {number(shown)} hồ sơ đứng đầu danh sách, còn {left} hồ sơ: hãy thu hẹp bộ lọc để in hết."


def _head(session: Session) -> DeskHead:
    if current_user.home_agency_id is None:
        raise NotAllowed("no agency to head the paper with")
    return desk_head(session, current_user.home_agency_id, FORM, clock.now().date())
