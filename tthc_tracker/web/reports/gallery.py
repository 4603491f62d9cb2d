"""Every chart by its name: as a picture, and as a page of its own that prints on a sheet."""

import datetime as dt
from dataclasses import replace
from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.charts.canvas import Form
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering, statistics
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statisticsquestions import Asked
from tthc_tracker.web.access import requires
from tthc_tracker.web.reports import comparedpictures, pictures
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.reports.pictures import Picture
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import statistics as words

_PICTURES = pictures.PICTURES | comparedpictures.PICTURES
_TYPES = {Form.SVG: "image/svg+xml", Form.PNG: "image/png"}


def picture(session: Session, name: str, question: Question, now: dt.datetime) -> Picture:
    """The chart of that name for the same dossiers, whatever the rows are; always by the lawful date."""
    return _PICTURES[name](session, replace(question, by=By.AGENCY, second=False), now)


@blueprint.get("/tong-hop/bieu-do/<name>.<form>")
@requires(Permission.VIEW_REPORTS)
def chart(name: str, form: str) -> ResponseReturnValue:
    """One chart as a picture, kept by the browser while its numbers stand."""
    if name not in words.CHARTS or form not in set(Form):
        abort(404)
    now = clock.now()
    asked = questions.read_narrow(request.args, now.date())
    found = picture(reading(), name, asked.question(current_user.scope), now)
    answer = Response(status=200, content_type=_TYPES[Form(form)])
    answer.set_etag(found.mark)
    answer.headers["Cache-Control"] = "private, max-age=60"
    if not request.if_none_match.contains(found.mark):
        answer.set_data(found.written(Form(form)))
    return make_response(answer).make_conditional(request)


def tabs(asked: Asked, chosen: str = "") -> list[tuple[str, str, bool, None]]:
    """The pages of all charts of a question."""
    addresses = {one: url_for("reports.chart_page", name=one) + "?" + asked.query() for one in words.CHARTS}
    return [(words.CHART_TABS[one], url, one == chosen, None) for one, url in addresses.items()]


@blueprint.get("/tong-hop/bieu-do/<name>")
@requires(Permission.VIEW_REPORTS)
def chart_page(name: str) -> ResponseReturnValue:
    """One chart with its caption and its table, on a sheet of its own."""
    if name not in words.CHARTS:
        abort(404)
    session, now = reading(), clock.now()
    asked = questions.read_narrow(request.args, now.date())
    shown = picture(session, name, asked.question(current_user.scope), now)
    return render_template("reports/chart_page.html", picture=shown, now=now, **_around(session, asked, name))


def _around(session: Session, asked: Asked, name: str) -> dict[str, Any]:
    return {
        "words": words,
        "title": words.CHARTS[name],
        "note": words.CHART_NOTES.get(name, ""),
        "by_date": name in words.BY_DATE,
        "query": asked.query(),
        "agency": _where(session, asked),
        "period_name": words.period_name(asked.period),
        "period_days": words.period_days(asked.period),
        "summary_url": url_for("reports.summary") + "?" + asked.query(),
        "others": tabs(asked, name),
    }


def _where(session: Session, asked: Asked) -> str:
    """The unit or the agency that a chart is narrowed to, by name; '' for none."""
    if asked.unit:
        return statistics.heading_of(session, By.UNIT, asked.unit)
    return asked.agency and (filtering.agency_name(session, asked.agency) or asked.agency)
