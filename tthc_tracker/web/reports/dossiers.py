"""The dossiers behind a number of the summary."""

from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import listing, numberlists, statisticslists, statisticsportions
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.statisticscells import OF_TRANSFER, Cell
from tthc_tracker.queries.statisticslists import OF_ROUNDS, Behind
from tthc_tracker.queries.statisticsportions import HELD, Portion, PortionKind
from tthc_tracker.web.access import requires
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import countedlists, portions
from tthc_tracker.wording import statistics as words
from tthc_tracker.wording.columns import See


@blueprint.get("/tong-hop/ho-so")
@requires(Permission.VIEW_REPORTS)
def dossiers() -> ResponseReturnValue:
    """The dossiers that were counted in one cell, within what this person may see."""
    return _show()


def _title(session: Session, behind: Behind) -> str:
    """What the number counts, of which portion it is, and by the second date where it goes by that."""
    portion = (_portion_words(session, behind.portion),) if behind.portion else ()
    date = (words.COUNTED_BY_SECOND,) if statisticslists.by_second(behind) else ()
    return ", ".join((words.CELLS[behind.cell.value], *portion, *date))


def _portion_words(session: Session, portion: Portion) -> str:
    match portion.kind:
        case PortionKind.AGE:
            return portions.age_words(int(portion.value))
        case PortionKind.USED:
            return portions.used_words(int(portion.value))
        case PortionKind.SOURCE:
            return portions.source_words(statisticsportions.name_of(session, portion))
        case PortionKind.OFFICER:
            return portions.officer_words(statisticsportions.name_of(session, portion))
        case kind if kind in HELD:
            return portions.held_words(kind.value, statisticsportions.name_of(session, portion))
        case _:
            return portions.other_words(str(portion))


def _counted(cell: Cell) -> str:
    """What a line of the list is."""
    if cell in OF_ROUNDS:
        return countedlists.ROUNDS
    return countedlists.TRANSFERS if cell in OF_TRANSFER else countedlists.DOSSIERS


def _show() -> str:
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    cell = questions.cell_of(request.args)
    columns = countedlists.RECEIVED if cell in OF_ROUNDS else countedlists.RESOLVED
    page = ListPage.of(session, columns.name, request.args)
    asked = page.asked(now)
    behind, found = numberlists.behind(asked), page.kept.page(session, asked, after, listing.PAGE)
    around = questions.read(request.args, now.date())
    here = url_for("reports.dossiers") + "?" + page.here
    return render_template(
        "reports/dossiers.html",
        page=page,
        lines=page.lines(found.rows, See.at(now, now)),
        count=page.kept.count(session, asked),
        next_url=f"{here}&{urlencode({'after': found.after})}" if found.after else None,
        first_url=here if after else None,
        title=_title(session, behind),
        counted=_counted(cell),
        row_label=statisticslists.row_label(session, behind),
        period_name=words.period_name(around.period),
        summary_url=url_for("reports.summary") + "?" + around.query(),
        now=now,
    )
