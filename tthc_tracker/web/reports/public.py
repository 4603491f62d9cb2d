"""What everybody may see, without a sign-in: rates by level and agency, the best, no small cells."""

import datetime as dt
from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain import periods
from tthc_tracker.domain.performance import FEWEST_TO_RANK, Rate, RateName
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.queries import statistics
from tthc_tracker.queries.statistics import Line, Statistics
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.web.access import public
from tthc_tracker.web.reports import ranking
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import agencyreports as ranking_words
from tthc_tracker.wording import statistics as words

LIFE = dt.timedelta(minutes=10)
FEWEST = 5  # a cell of one to four dossiers is not shown
A_PAGE = 60  # agencies; the page has to stay light on a telephone
SHOWN = (RateName.ON_TIME, RateName.RECEPTION, RateName.ONLINE)

_tables: Answers[Statistics] = Answers(LIFE)


@dataclass(frozen=True)
class PublicRow:
    """A name and its rates; None where there are too few dossiers to show one."""

    label: str
    rates: tuple[Rate | None, ...]


@blueprint.get("/tong-hop/cong-khai", endpoint="public")
@public
def public_figures() -> ResponseReturnValue:
    """The rates of the last complete statutory quarter, or of the current one."""
    now = clock.now()
    current = periods.period_of(PeriodKind.QUARTER, now.date())
    chosen = current if request.args.get("ky") == "nay" else periods.previous(current)
    tables = {by: _table(reading(), chosen, by, now) for by in (By.LEVEL, By.AGENCY)}
    page = render_template("reports/public.html", **_page(chosen, current, tables))
    answer = make_response(page)
    answer.headers["Cache-Control"] = f"public, max-age={LIFE.seconds}"
    return answer


def _table(session: Session, period: Period, by: By, now: dt.datetime) -> Statistics:
    question = Question(period.start, period.end, by, EVERYTHING)
    return _tables.get(session, question, now, lambda: statistics.statutory(session, question, now))


def _page(chosen: Period, current: Period, tables: dict[By, Statistics]) -> dict[str, object]:
    # An agency that has only passed on what it had has no rate.
    agencies = [line for line in tables[By.AGENCY].rows if line.row.received or line.reception.due]
    start = _start(len(agencies))
    here = "nay" if chosen == current else None
    following = start + A_PAGE < len(agencies)
    return {
        "period_name": words.period_name(chosen),
        "period_days": words.period_days(chosen),
        "is_current": chosen == current,
        "table": tables[By.LEVEL],
        "quarters": [
            (words.period_name(period), url_for("reports.public", ky=mark), period == chosen, None)
            for period, mark in ((periods.previous(current), None), (current, "nay"))
        ],
        "heads": [words.RATES[name] for name in SHOWN],
        "levels": [_row(line) for line in (*tables[By.LEVEL].rows, tables[By.LEVEL].total)],
        "agencies": [_row(line) for line in agencies[start : start + A_PAGE]],
        "first_url": url_for("reports.public", ky=here) if start else None,
        "next_url": url_for("reports.public", ky=here, tu=start + A_PAGE) if following else None,
        "fewest": FEWEST,
        "top": [
            (one.place, line.label, one.rate, ranking_words.interval_words(one.low, one.high))
            for one, line in ranking.top(tables[By.AGENCY])
        ],
        "ranking_words": ranking_words,
        "fewest_to_rank": FEWEST_TO_RANK,
    }


def _start(length: int) -> int:
    asked = request.args.get("tu", "")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return start if start < length else 0


def _row(line: Line) -> PublicRow:
    rates = line.rates
    return PublicRow(line.label, tuple(_shown(rates[name]) for name in SHOWN))


def _shown(rate: Rate) -> Rate | None:
    return None if rate.den < FEWEST or 0 < rate.num < FEWEST else rate
