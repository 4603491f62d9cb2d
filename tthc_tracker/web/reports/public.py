"""What everybody may see, without a sign-in: rates by level and agency, the best, no small cells."""

import datetime as dt
from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain import periods
from tthc_tracker.domain.disclosure import FEWEST
from tthc_tracker.domain.performance import FEWEST_TO_RANK, Rate, RateName
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.queries import publicfigures, statistics
from tthc_tracker.queries.publicfigures import SHOWN, PublicFigures
from tthc_tracker.queries.statistics import Statistics
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.web import publicpages
from tthc_tracker.web.access import public
from tthc_tracker.web.reports import ranking
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import agencyreports as ranking_words
from tthc_tracker.wording import statistics as words

LIFE = dt.timedelta(minutes=10)
A_PAGE = 60  # agencies; the page has to stay light on a telephone

_tables: Answers["_Reckoned"] = Answers(LIFE)


@dataclass(frozen=True)
class _Reckoned:
    """The table of a period and what of it everybody may see, of one moment."""

    table: Statistics
    figures: PublicFigures


@dataclass(frozen=True)
class Best:
    """One of those that stand on top. rate: None where it is kept back."""

    place: int
    label: str
    rate: Rate | None
    interval: str


@blueprint.get("/tong-hop/cong-khai", endpoint="public")
@public
def public_figures() -> ResponseReturnValue:
    """The rates of the last complete statutory quarter, or of the current one."""
    now = clock.now()
    current = periods.period_of(PeriodKind.QUARTER, now.date())
    chosen = current if request.args.get("ky") == "nay" else periods.previous(current)
    page = render_template("reports/public.html", **_page(chosen, current, _reckoned(reading(), chosen, now)))
    return publicpages.cacheable(make_response(page), LIFE.seconds)


def _reckoned(session: Session, period: Period, now: dt.datetime) -> _Reckoned:
    question = Question(period.start, period.end, By.AGENCY, EVERYTHING)

    def reckon() -> _Reckoned:
        table = statistics.statutory(session, question, now)
        return _Reckoned(table, publicfigures.of_table(session, table, question))

    return _tables.get(session, question, now, reckon)


def _page(chosen: Period, current: Period, found: _Reckoned) -> dict[str, object]:
    agencies = found.figures.agencies
    start = _start(len(agencies))
    here = "nay" if chosen == current else None
    following = start + A_PAGE < len(agencies)
    return {
        "period_name": words.period_name(chosen),
        "period_days": words.period_days(chosen),
        "is_current": chosen == current,
        "table": found.table,
        "quarters": [
            (words.period_name(period), url_for("reports.public", ky=mark), period == chosen, None)
            for period, mark in ((periods.previous(current), None), (current, "nay"))
        ],
        "heads": [words.RATES[name] for name in SHOWN],
        "levels": found.figures.levels,
        "agencies": agencies[start : start + A_PAGE],
        "first_url": url_for("reports.public", ky=here) if start else None,
        "next_url": url_for("reports.public", ky=here, tu=start + A_PAGE) if following else None,
        "fewest": FEWEST,
        "top": _best(found),
        "ranking_words": ranking_words,
        "fewest_to_rank": FEWEST_TO_RANK,
    }


def _best(found: _Reckoned) -> list[Best]:
    """Who stands on top, with the figures of those whose row is shown."""
    place = SHOWN.index(RateName.ON_TIME)
    shown = {row.key: row.rates[place] for row in found.figures.agencies}
    return [
        Best(one.place, line.label, shown[line.key], ranking_words.interval_words(one.low, one.high))
        for one, line in ranking.top(found.table)
    ]


def _start(length: int) -> int:
    asked = request.args.get("tu", "")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return start if start < length else 0
