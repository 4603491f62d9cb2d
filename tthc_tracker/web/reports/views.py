"""The summary of a period."""

from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from tthc_tracker import clock
from tthc_tracker.domain import periods
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.periods import PeriodKind
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering, indicators, statistics
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.statistics import Statistics
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statisticsquestions import NAMED, Asked
from tthc_tracker.web.access import requires
from tthc_tracker.web.reports import cells, comparing, gallery, links, pictures, satisfaction, sentences
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.reports.tables import Addresses, shown
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import comparisons as compare_words
from tthc_tracker.wording import ratings as rating_words
from tthc_tracker.wording import statistics as words
from tthc_tracker.wording.indicators import period_words
from tthc_tracker.wording.labels import label

LONG = 40  # rows; four tables of more would make a page of a megabyte

_written: Answers[Markup] = Answers(pictures.LIFE, most=8)  # of half a megabyte and more


@blueprint.get("/tong-hop")
@requires(Permission.VIEW_REPORTS)
def summary() -> ResponseReturnValue:
    """The statutory table of a period with its rates, memo columns and charts."""
    session, now = reading(), clock.now()
    asked = questions.read(request.args, now.date())
    question = asked.question(current_user.scope)
    table = pictures.table(session, question, now, afresh="moi" in request.args)
    return render_template(
        "reports/summary.html",
        pictures=[gallery.picture(session, name, question, now) for name in words.ON_SUMMARY],
        total=shown([table.total], _addresses(asked, table))[0],
        tables=_tables(asked, question, table),
        satisfaction=satisfaction.figures(asked),
        rating_words=rating_words,
        sentences=sentences.of_tiles(table.total, asked.period, _where(asked)),
        comparison=_comparison(asked, question, table),
        **_page(asked, table),
    )


@blueprint.get("/tong-hop/co-quan")
@requires(Permission.VIEW_REPORTS)
def agencies() -> ResponseReturnValue:
    """Agencies that fit what was typed into the filter."""
    items = filtering.suggest_agencies(reading(), current_user.scope, request.args.get("q", "")[:100])
    return render_template("reports/agencies.html", items=items)


def _page(asked: Asked, table: Statistics) -> dict[str, Any]:
    """What stands around the tables: period, grouping, agency, each with the addresses of the others."""
    today, session = clock.now().date(), reading()
    period = asked.period
    name = asked.agency and (filtering.agency_name(session, asked.agency) or asked.agency)
    return {
        "asked": asked,
        "table": table,
        "period_name": words.period_name(period),
        "period_days": words.period_days(period),
        "kinds": [
            (words.KINDS[kind], _address(asked.of_kind(kind, today)), period.kind is kind, None)
            for kind in NAMED
        ],
        "previous_url": _address(asked.with_period(periods.previous(period))),
        "following_url": _address(asked.with_period(periods.following(period)))
        if period.end < today
        else None,
        "groupings": [
            (words.GROUPINGS[by.value][0], _address(asked.with_by(by)), asked.by is by, None)
            for by in questions.groupings(period)
        ],
        "dates": [
            (name, _address(asked.by_second(second)), asked.second is second, None)
            for second, name in words.DATES.items()
        ],
        "grouping_head": words.GROUPINGS[asked.by.value][1],
        "agency_text": name,
        "chips": _chips(asked, name),
        "words": words,
        "afresh_url": _address(asked) + "&moi=1",
        "chart_query": asked.query(),
        "chart_pages": gallery.tabs(asked),
        "ranking_url": url_for("reports.ranking") + "?" + asked.query(),
        "is_range": period.kind is PeriodKind.RANGE,
    }


def _chips(asked: Asked, agency: str) -> list[tuple[str, str]]:
    """What the table is narrowed to, each with the address without it."""
    chips = [(agency, _address(asked.with_agency("")))] if asked.agency else []
    return chips + ([(label(Level(asked.level)), _address(asked.with_level("")))] if asked.level else [])


def _where(asked: Asked) -> str:
    """The agency that a page is narrowed to, by name; '' for none."""
    return filtering.agency_name(reading(), asked.agency) or "" if asked.agency else ""


def _addresses(asked: Asked, table: Statistics) -> Addresses:
    path = url_for("reports.dossiers")
    return Addresses(path, table, asked.agency, asked.level, second=asked.second)


def _tables(asked: Asked, question: Question, table: Statistics) -> Markup:
    """The tables as they stand on the page: two hundred rows are put into words once, not at every look."""
    parts = _parts(asked, len(table.rows))
    same = (question, asked.query(), parts["part"], table.reckoned_at)

    def write() -> Markup:
        head = words.GROUPINGS[asked.by.value][1]
        rows = _rows(asked, table)
        return Markup(  # noqa: S704 (a template's own text)
            render_template(
                "reports/_tables.html",
                words=words,
                grouping_head=head,
                entered=_entered(asked),
                period_words=period_words(asked.period),
                sentence=lambda row: sentences.of_row(row, asked.period),
                head_and_numbers=cells.head_and_numbers,
                row_head=cells.row_head,
                number_cells=cells.number_cells,
                share_cells=cells.share_cells,
                **rows,
                **parts,
            )
        )

    return _written.get(reading(), same, table.reckoned_at, write)


def _rows(asked: Asked, table: Statistics) -> dict[str, Any]:
    """The rows of every table of the page."""
    addresses = _addresses(asked, table)

    drills = {By.AGENCY: links.agency_page, By.UNIT: links.unit_page}
    drill = partial(drills[asked.by], period=asked.period) if asked.by in drills else None
    return {
        "rows": shown(table.rows, addresses, drill),
        "reception_rows": shown(table.reception_rows, addresses),
        "total": shown([table.total], addresses)[0],
        "table": table,
        "asked": asked,
    }


def _parts(asked: Asked, length: int) -> dict[str, Any]:
    """The tables one below the other; where they are long, one at a time."""
    chosen = request.args.get("part", "")
    if length <= LONG:
        return {"part": "", "parts": []}
    chosen = chosen if chosen in words.PARTS else "statutory"
    addresses = [(name, f"{_address(asked)}&part={part}", part) for part, name in words.PARTS.items()]
    return {"part": chosen, "parts": [(name, url, part == chosen, None) for name, url, part in addresses]}


def _comparison(asked: Asked, question: Question, table: Statistics) -> Markup:
    """The period beside others, put into words once; of many rows only where they are asked for."""
    part = _parts(asked, len(table.rows))["part"]
    rows = part in {"", "compare"} and asked.by is not By.MONTH  # no month is a row of another period

    def write() -> Markup:
        return Markup(  # noqa: S704 (a template's own text)
            render_template(
                "reports/_comparison.html",
                comparison=comparing.compared(reading(), asked, table, clock.now(), each_row=rows),
                compare_words=compare_words,
                compare_rows=rows,
                period_name=words.period_name(asked.period),
                grouping_head=words.GROUPINGS[asked.by.value][1],
            )
        )

    same = ("compared", question, asked.query(), part, table.reckoned_at)
    return _written.get(reading(), same, table.reckoned_at, write)


def _address(asked: Asked) -> str:
    return url_for("reports.summary") + "?" + asked.query()


def _entered(asked: Asked) -> list[tuple[indicators.Entered, statistics.Line | None]]:
    """The figures entered for this period, each beside what the dossiers of its level come to."""
    session, period = reading(), asked.period
    entered = indicators.network_environment(session, current_user.scope, period)
    if not entered:
        return []
    of_levels = asked.with_by(By.LEVEL).with_agency("").question(current_user.scope)
    lines = {line.key: line for line in pictures.table(session, of_levels, clock.now()).rows}
    return [(figure, lines.get(figure.level.value)) for figure in entered]
