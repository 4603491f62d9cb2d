"""The list of field reports. What is done with it as a list is in web/lists."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import fieldreportlist, fieldreports, listing
from tthc_tracker.queries.fieldreportlist import Question
from tthc_tracker.web.access import may_open, requires
from tthc_tracker.web.fieldreports.blueprint import blueprint
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import fieldreportlists as words
from tthc_tracker.wording.columns import See


@blueprint.get("")
@requires(Permission.VIEW_DOSSIERS)
def index() -> ResponseReturnValue:
    """What waits for an answer, due first; a tab for each thing that one looks for."""
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    page = ListPage.of(session, "field_reports", request.args)
    question, kinds = Question.of(page.question), _kinds()
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    own = {"kind": dict(kinds).get(question.kind, question.kind)}
    return render_template(
        "fieldreports/index.html", page=page, words=words, question=question, now=now,
        kinds=kinds,
        lines=page.lines(found.rows, See.at(now, listing.stale_before(session, now))),
        count=page.kept.count(session, page.asked(now)), tabs=_tabs(page, question),
        filters=ListFilters.of(session, page, dates="Nhận", own=own),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        may_take=may_open("fieldreports.take"), may_load=may_open("fieldreports.load"),
    )  # fmt: skip


def _kinds() -> list[tuple[str, str]]:
    return [(kind.code, kind.name) for kind in fieldreports.kinds(reading())]


def _tabs(page: ListPage, question: Question) -> list[tuple[str, str, bool, int]]:
    counted = fieldreportlist.counts(reading(), question, current_user.scope, clock.now())
    return [
        (words.TABS[tab.value], page.other(tab=tab.value), tab is question.tab, number)
        for tab, number in counted.items()
    ]
