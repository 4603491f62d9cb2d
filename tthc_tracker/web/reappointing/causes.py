"""Why dossiers are late: a table of agencies and causes, and the dossiers behind each number."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import latenesses, listing
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.latenesses import AgencyCauses
from tthc_tracker.queries.statisticsquestions import Asked
from tthc_tracker.web.access import requires
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.reappointing.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import apologies as words
from tthc_tracker.wording import latelists, statistics
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.labels import label


@blueprint.get("/giam-sat/ly-do-tre")
@requires(Permission.VIEW_SUPERVISION)
def causes() -> ResponseReturnValue:
    """Late dossiers by agency and cause: finished late in the period, and open and late now."""
    now = clock.now()
    asked = questions.read(request.args, now.date())
    rows = latenesses.by_agency(reading(), asked.period, current_user.scope, now)
    return render_template(
        "reappointing/causes.html",
        rows=[_row(one, asked) for one in rows],
        heads=[words.SHORT[cause] for cause in (*LatenessCause, None)],
        period=asked.period,
        period_days=statistics.period_days(asked.period),
        words=words,
        now=now,
    )


@blueprint.get("/giam-sat/ly-do-tre/ho-so")
@requires(Permission.VIEW_SUPERVISION)
def late_dossiers() -> ResponseReturnValue:
    """The dossiers behind a number of the table."""
    session, now = reading(), clock.now()
    page, after = ListPage.of(session, "late_causes", request.args), request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    return render_template(
        "reappointing/late_dossiers.html",
        page=page,
        lines=page.lines(found.rows, See.at(now, listing.stale_before(session, now))),
        count=page.kept.count(session, page.asked(now)),
        **_of_which(page.question, now),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        words=latelists,
        now=now,
    )


def _of_which(question: Mapping[str, str], now: dt.datetime) -> dict[str, str]:
    """What the number counts, in words, and the way back to its table."""
    asked = questions.read(question, now.date())
    back = url_for("reappointing.causes") + "?" + _days(asked)
    return {"chosen": _chosen(asked, question.get("cause", "")), "back": back}


def _chosen(asked: Asked, cause: str) -> str:
    said = [statistics.period_days(asked.period)]
    if cause == latenesses.UNSAID:
        said.append(words.UNSAID)
    elif cause in set(LatenessCause):
        said.append(label(LatenessCause(cause)))
    return ", ".join(said)


def _row(one: AgencyCauses, asked: Asked) -> dict[str, Any]:
    """A row of the table: every number leads to its dossiers."""
    numbers = [(one.numbers.get(cause, 0), cause.value) for cause in LatenessCause]
    numbers.append((one.numbers.get(None, 0), latenesses.UNSAID))
    return {
        "name": one.name,
        "cells": [(number, _behind(asked, one.code, cause) if number else None) for number, cause in numbers],
        "total": (one.total, _behind(asked, one.code, "")),
    }


def _behind(asked: Asked, agency: str, cause: str) -> str:
    given = {"agency": agency, "cause": cause}
    chosen = {name: said for name, said in given.items() if said}
    return (
        url_for("reappointing.late_dossiers")
        + "?"
        + _days(asked)
        + ("&" + urlencode(chosen) if chosen else "")
    )


def _days(asked: Asked) -> str:
    period = asked.period
    return urlencode({"from": period.start.isoformat(), "to": period.end.isoformat()})
