"""An agency or a unit on a page: its rates, its backlog, how long it takes, where dossiers lie, why late."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import agencyreports, holdershares, latenesses
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.agencylengths import Lengths
from tthc_tracker.queries.agencyreports import Apologised, Place
from tthc_tracker.queries.holdershares import Holders
from tthc_tracker.queries.scoping import agency_ids
from tthc_tracker.queries.statistics import Statistics, line_of
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statisticsquestions import NAMED, Asked
from tthc_tracker.web.access import requires
from tthc_tracker.web.reports import comparedpictures, gallery, links, pictures
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.reports.links import Linked, behind, counted
from tthc_tracker.web.reports.tables import Addresses, Shown, shown
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import agencyreports as words
from tthc_tracker.wording import apologies as apology_words
from tthc_tracker.wording import statistics
from tthc_tracker.wording.formats import amount, number, percent
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.ledgers import limit_words

CHARTS = ("hai-nam", "qua-han", "thoi-gian", "cham-tiep-nhan")

_beside: Answers["_Beside"] = Answers(pictures.LIFE, most=32)


@dataclass(frozen=True)
class _Beside:
    """What the page shows beside table and charts."""

    holders: Holders
    apologies: Apologised
    causes: Mapping[LatenessCause | None, int]


@blueprint.get("/tong-hop/don-vi/<code>")
@requires(Permission.VIEW_REPORTS)
def agency(code: str) -> ResponseReturnValue:
    """The page of an agency, with all below it, as far as this person may see."""
    return _show("reports/agency.html", agencyreports.agency, code)


@blueprint.get("/tong-hop/don-vi/<code>/<unit>")
@requires(Permission.VIEW_REPORTS)
def unit(code: str, unit: str) -> ResponseReturnValue:
    """The page of a unit: what it holds, and what it held at its end."""
    return _show("reports/unit.html", agencyreports.unit, code, f"{code}/{unit}")


def _show(
    template: str, find: Callable[[Session, Question], Place | None], code: str, unit: str = ""
) -> ResponseReturnValue:
    session, now = reading(), clock.now()
    asked = questions.read(request.args, now.date()).with_agency(code).with_unit(unit).with_by(By.AGENCY)
    asked = asked.with_level("").by_second(False)
    question = asked.question(current_user.scope)
    place = find(session, question)
    if place is None:
        abort(404)
    return render_template(
        template,
        place=place, words=words, chart_words=statistics, query=asked.query(), now=now,
        pictures=[gallery.picture(session, name, question, now) for name in CHARTS],
        **_around(asked), **_numbers(session, asked, question, now),
        **_details(session, question, place, now),
    )  # fmt: skip


def _around(asked: Asked) -> dict[str, Any]:
    today, here = clock.now().date(), request.path
    kinds = {kind: asked.of_kind(kind, today).period for kind in NAMED}
    summary = asked.with_unit("")
    return {
        "period_name": statistics.period_name(asked.period),
        "period_days": statistics.period_days(asked.period),
        "kinds": [
            (statistics.KINDS[kind], f"{here}?period={period.key}", period.kind is asked.period.kind, None)
            for kind, period in kinds.items()
        ],
        "agency_url": links.agency_page(asked.agency, asked.period),
        "summary_url": url_for("reports.summary") + "?" + summary.query(),
        "sectors_url": url_for("reports.summary") + "?" + summary.with_by(By.SECTOR).query(),
        "procedures_url": url_for("reports.summary") + "?" + summary.with_by(By.PROCEDURE).query(),
    }


def _numbers(session: Session, asked: Asked, question: Question, now: dt.datetime) -> dict[str, Any]:
    """The row on top, and those of the units; a unit's own is one of these."""
    by_unit = pictures.table(session, replace(question, by=By.UNIT, unit=""), now)
    table = by_unit if asked.unit else pictures.table(session, question, now)
    addresses = Addresses(url_for("reports.dossiers"), table, asked.agency)
    line = line_of(table, asked.unit) if asked.unit else table.total
    return {
        "total": shown([line], addresses)[0],
        "table": table,
        "units": _units(asked, by_unit),
    }


def _units(asked: Asked, table: Statistics) -> list[Shown]:
    """The units of the agency itself, without what is below it."""
    addresses = Addresses(url_for("reports.dossiers"), table, asked.agency)
    own = [line for line in table.rows if (line.key or "").startswith(f"{asked.agency}/")]
    return shown(own, addresses, partial(links.unit_page, period=asked.period))


def _details(session: Session, question: Question, place: Place, now: dt.datetime) -> dict[str, Any]:
    beside = _beside.get(session, question, now, lambda: _reckoned(session, question, place, now))
    taken = comparedpictures.taken(session, question, now)
    apologised = beside.apologies
    return {
        "lengths": [_length(question, one) for one in taken.procedures],
        "left_out": taken.left_out,
        "holders": _holders(question, beside.holders),
        "held": beside.holders,
        "apologies": [
            (words.APOLOGIES[cell], counted(question, cell, value))
            for cell, value in (
                ("apologised", apologised.in_time),
                ("apologised_late", apologised.late),
                ("late_unapologised", apologised.without),
            )
        ],
        "causes": _causes(question, beside.causes),
    }


def _reckoned(session: Session, question: Question, place: Place, now: dt.datetime) -> _Beside:
    period = questions.named(question.start, question.end)
    agencies = agency_ids(session, question.agency)
    return _Beside(
        holders=holdershares.held(session, question, place.id, now),
        apologies=agencyreports.apologies(session, question, now),
        causes=latenesses.by_cause(session, period, question.scope, agencies, now, unit=question.unit),
    )


def _length(question: Question, one: Lengths) -> dict[str, Any]:
    past = {None: (words.NO_LIMIT, "neutral", "dot"), False: (words.WITHIN, "ok", "check"),
            True: (words.PAST, "danger", "late")}[one.past]  # fmt: skip
    return {
        "name": one.name,
        "code": one.code,
        "limit": limit_words(one.limit) if one.limit else "–",
        "number": counted(question, "measured", one.number, key=one.code, by=By.PROCEDURE),
        "days": [amount(one.p50), amount(one.p80), amount(one.p90)],
        "past": past,
    }


def _holders(question: Question, held: Holders) -> list[dict[str, Any]]:
    """Where not all of the period were looked at, a number of dossiers has no list of its own."""
    return [
        {
            "name": words.holder_words(row.keeper.kind, row.agency, row.unit),
            "share": percent(Decimal(100 * row.minutes) / held.minutes) if held.minutes else "–",
            "minutes": row.minutes,
            "dossiers": Linked(
                number(row.dossiers),
                behind(question, "measured", portion=str(row.portion)) if held.whole else None,
            ),
        }
        for row in held.rows
    ]


def _causes(question: Question, numbers: Mapping[LatenessCause | None, int]) -> list[tuple[str, Linked]]:
    """Each cause with its dossiers, for those who may open that list."""
    opens = Permission.VIEW_SUPERVISION in current_user.permissions
    base = {"from": question.start.isoformat(), "to": question.end.isoformat(), "within": question.agency,
            "unit": question.unit}  # fmt: skip
    found = []
    for cause in (*LatenessCause, None):
        parts = urlencode(base | {"cause": cause.value if cause else latenesses.UNSAID})
        url = url_for("reappointing.late_dossiers") + "?" + parts
        value = numbers.get(cause, 0)
        linked = Linked(number(value), url if value and opens else None)
        found.append((label(cause) if cause else apology_words.UNSAID, linked))
    return found
