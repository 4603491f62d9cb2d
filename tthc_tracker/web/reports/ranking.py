"""Agencies by their on-time rate: whole within one's scope, and for the public the first of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.performance import FEWEST_TO_RANK, Ranked, Rate, rank, rates_of
from tthc_tracker.domain.performance import RateName as Name
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.statistics import Line, Statistics
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statisticsquestions import Asked
from tthc_tracker.web.access import requires
from tthc_tracker.web.reports import pictures
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.reports.links import Linked, counted
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import agencyreports as words
from tthc_tracker.wording import statistics

MOST_PUBLIC = 10


@dataclass(frozen=True)
class Standing:
    """A line of the ranking. place: None of those with too few dossiers."""

    place: int | None
    name: str
    url: str | None
    rate: Rate
    num: Linked
    den: Linked
    interval: str


@blueprint.get("/tong-hop/xep-hang")
@requires(Permission.VIEW_REPORTS)
def ranking() -> ResponseReturnValue:
    """Every agency of the scope by what it resolved in time, with what chance allows."""
    now = clock.now()
    asked = questions.read(request.args, now.date()).with_by(By.AGENCY).by_second(False)
    question = asked.question(current_user.scope)
    table = pictures.table(reading(), question, now)
    ranked = ranked_lines(table)
    return render_template(
        "reports/ranking.html",
        ranked=[_standing(question, asked, line, one) for one, line in ranked],
        few=[
            _standing(question, asked, line, None)
            for line in table.rows
            if 0 < line.row.resolved < FEWEST_TO_RANK
        ],
        words=words, fewest=FEWEST_TO_RANK, asked=asked, table=table, **_around(asked, ranked),
    )  # fmt: skip


def ranked_lines(table: Statistics) -> list[tuple[Ranked, Line]]:
    """The agencies that have enough to be ranked, best first."""
    lines = {line.key or "": line for line in table.rows}
    parts = {key: (line.row.early + line.row.on_time, line.row.resolved) for key, line in lines.items()}
    return [(one, lines[one.key]) for one in rank(parts)]


def top(table: Statistics) -> list[tuple[Ranked, Line]]:
    """What the public sees of it: the first ten, never more than the better half, and all of equal place."""
    ranked = ranked_lines(table)
    shown = ranked[: min(MOST_PUBLIC, len(ranked) // 2)]
    last = shown[-1][0].place if shown else 0
    return [pair for pair in ranked if pair[0].place <= last]


def _around(asked: Asked, ranked: list[tuple[Ranked, Line]]) -> Mapping[str, Any]:
    example = ""
    if ranked:
        one, line = ranked[0]
        interval = words.interval_words(one.low, one.high)
        example = words.example_words(line.label, one.rate.num, one.rate.den, one.rate.percent, interval)
    return {
        "example": example,
        "period_name": statistics.period_name(asked.period),
        "period_days": statistics.period_days(asked.period),
        "summary_url": url_for("reports.summary") + "?" + asked.query(),
    }


def _standing(question: Question, asked: Asked, line: Line, one: Ranked | None) -> Standing:
    rate = rates_of(line.row)[Name.ON_TIME]
    page = url_for("reports.agency", code=line.key) + "?period=" + asked.period.key if line.key else None
    return Standing(
        place=one.place if one else None,
        name=line.label,
        url=page,
        rate=rate,
        num=counted(question, "in_time", rate.num, key=line.key),
        den=counted(question, "resolved", rate.den, key=line.key),
        interval=words.interval_words(one.low, one.high) if one else "",
    )
