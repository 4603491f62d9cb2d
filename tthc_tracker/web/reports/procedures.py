"""The procedures behind a number of the working tables."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing, procedurelist
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.procedurelist import Behind
from tthc_tracker.queries.statistics import heading_of
from tthc_tracker.queries.statisticscells import By
from tthc_tracker.web.access import requires
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import procedurelists as words
from tthc_tracker.wording import statistics
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.workingforms import Working


@blueprint.get("/tong-hop/thu-tuc")
@requires(Permission.VIEW_REPORTS)
def procedures() -> ResponseReturnValue:
    """The procedures that were counted in one number, each where it was counted."""
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    page = ListPage.of(session, "procedures", request.args)
    asked = page.asked(now)
    behind, around = procedurelist.behind(asked), questions.read(page.question, now.date())
    found = page.kept.page(session, asked, after, listing.PAGE)
    return render_template(
        "reports/procedures.html",
        page=page, lines=page.lines(found.rows, See.at(now, now)), count=page.kept.count(session, asked),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        title=_title(behind), words=words, now=now,
        row_label=heading_of(session, behind.question.by, behind.key) if behind.key else "",
        period_name=statistics.period_name(around.period),
        table_url=url_for("reports.working", bang=_table(behind)) + "&" + around.query(),
    )  # fmt: skip


def _title(behind: Behind) -> str:
    """What the number counts, and of which level."""
    narrowed = [label(one).lower() for one in (behind.level, behind.service) if one]
    return ", ".join([words.TITLES[behind.of], *narrowed])


def _table(behind: Behind) -> str:
    """The table that the number stands in."""
    return (Working.ONLINE if behind.question.by is By.AGENCY else Working.PROCEDURES).value
