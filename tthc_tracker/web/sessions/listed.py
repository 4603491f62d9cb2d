"""The list of the conclusions of every session. What is done with it as a list is in web/lists."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import conclusionlist, listing
from tthc_tracker.queries.conclusionlist import Question
from tthc_tracker.queries.indicators import period_asked
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.sessions.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import conclusionlists as words
from tthc_tracker.wording.columns import See


@blueprint.get("/ket-luan")
@requires(Permission.VIEW_REPORTS)
def conclusions() -> ResponseReturnValue:
    """What every session concluded: open, overdue, done."""
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    page = ListPage.of(session, "conclusions", request.args)
    question = Question.of(page.question)
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    own = {"period": question.period and words.quarter_name(question.period)}
    return render_template(
        "sessions/conclusions.html", page=page, words=words, question=question, now=now,
        period=period_asked(question.period, now.date()), quarters=_quarters(),
        lines=page.lines(found.rows, See.at(now, now)), tabs=_tabs(page, question),
        count=page.kept.count(session, page.asked(now)),
        filters=ListFilters.of(session, page, dates="Hạn", own=own),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
    )  # fmt: skip


def _quarters() -> list[tuple[str, str]]:
    keys = conclusionlist.periods(reading(), current_user.scope)
    return [(key, words.quarter_name(key)) for key in keys]


def _tabs(page: ListPage, question: Question) -> list[tuple[str, str, bool, int]]:
    counted = conclusionlist.counts(reading(), question, current_user.scope, clock.now())
    return [
        (words.TABS[tab.value], page.other(tab=tab.value), tab is question.tab, number)
        for tab, number in counted.items()
    ]
