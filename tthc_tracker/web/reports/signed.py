"""Signed reports: which there are, one as it was signed, what has changed since."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.signedreports import CELLS, MOVED, WITHIN, Changed
from tthc_tracker.domain.statutorytable import Table
from tthc_tracker.queries import listing, signedreports
from tthc_tracker.queries.signedreports import Brief, Restatement, Signed
from tthc_tracker.queries.statisticscells import By
from tthc_tracker.queries.statutorymarks import SIGNED
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import whole
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.reports import forms
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.reports.statutory import may_sign
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import signedreports as words
from tthc_tracker.wording import statistics, statutoryforms
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.formtables import FormColumn, FormLine, FormTable, Rank

LIFE = dt.timedelta(seconds=60)
_restated: Answers[Restatement] = Answers(LIFE, most=16)


@dataclass(frozen=True)
class Line:
    """A number as it was signed, what changed of it, and as it is today."""

    cell: str
    label: str
    then: int
    changed: Changed
    now: int


@blueprint.get("/tong-hop/da-chot")
@requires(Permission.VIEW_REPORTS)
def signed_reports() -> ResponseReturnValue:
    """The signed reports of the agencies in scope, the newest first."""
    found = signedreports.page(reading(), current_user.scope, whole(request.args.get("after")))
    shown = found[: signedreports.PAGE]
    further = url_for("reports.signed_reports", after=shown[-1].id) if len(found) > len(shown) else None
    first = url_for("reports.signed_reports") if request.args.get("after") else None
    return render_template(
        "reports/signed_reports.html",
        reports=shown,
        period_name=statistics.period_name,
        next_url=further,
        first_url=first,
        words=words,
    )


@blueprint.get("/tong-hop/da-chot/<int:report_id>")
@requires(Permission.VIEW_REPORTS)
def signed(report_id: int) -> ResponseReturnValue:
    """A report as it was signed, and what has changed since."""
    return show(report_id)


@blueprint.get("/tong-hop/da-chot/<int:report_id>/bieu-06.<kind>")
@requires(Permission.VIEW_REPORTS)
def signed_file(report_id: int, kind: str) -> ResponseReturnValue:
    """A signed report on paper or as a file: the same bytes every time."""
    report = signedreports.report(reading(), report_id, current_user.scope)
    return forms.file(_form(report, _by()), kind, report.brief.signed_at)


@blueprint.get("/tong-hop/dieu-chinh")
@requires(Permission.VIEW_REPORTS)
def restated() -> ResponseReturnValue:
    """The dossiers behind what has changed since a report was signed."""
    report_id = whole(request.args.get("report_id"))
    if report_id is None:
        return redirect(url_for("reports.signed_reports"))
    page = ListPage.of(reading(), "restated", request.args)
    return _restated_list(page, signedreports.report(reading(), report_id, current_user.scope).brief)


def _restated_list(page: ListPage, brief: Brief) -> str:
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    return render_template(
        "reports/restated.html",
        page=page,
        lines=page.lines(found.rows, See.at(now, now)),
        count=page.kept.count(session, page.asked(now)),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        number=_number(page.question),
        brief=brief,
        period_name=statistics.period_name(brief.period),
        now=now,
        words=words,
    )


def _number(question: dict[str, str]) -> str:
    """Of which number, in words; '' of all together."""
    cell = words.CELLS.get(question.get("cell", ""), "")
    way = words.WAYS.get(question.get("way", ""), words.WAYS["added"])
    return f"{cell}, {way}" if cell else ""


def _lead(report: Signed, by: By) -> forms.Lead:
    """Where a number of a signed report leads: to the dossiers that it had."""

    def address(line: FormLine, column: FormColumn) -> str | None:
        if column.cell in MOVED and column.cell not in report.marked:
            return None
        beneath = by is By.LEVEL and line.rank is Rank.ROW
        where = {"report_id": str(report.brief.id), "cell": column.cell, "way": "signed"}
        where |= {"by": (By.SECTOR if beneath else by).value, "key": line.key} if line.key else {}
        where |= {"level": line.group} if beneath else {}
        return url_for("reports.restated") + "?" + urlencode(where)

    return address


def show(report_id: int, fault: str = "", reason: str = "") -> str:
    """The page of a signed report; with a fault, what was typed as the reason to open it again."""
    session, now = reading(), clock.now()
    report = signedreports.report(session, report_id, current_user.scope)
    found = _restated.get(
        session, report.brief.id, now, lambda: signedreports.restatement(session, report.brief, now)
    )
    return render_template(
        "reports/signed.html",
        report=report,
        brief=report.brief,
        shown=forms.shown(_form(report, _by()), _lead(report, _by())),
        memo=forms.shown(statutoryforms.memo(report.tables[_by().value], report.head), _lead(report, _by())),
        whole=signedreports.is_whole(session, report_id),
        restated=found,
        changes=_changes(report.tables["level"], found),
        may_sign=may_sign(report.brief.agency_code),
        fault=fault,
        reason=reason,
        now=now,
        words=words,
        **_around(report),
    )


def _around(report: Signed) -> dict[str, Any]:
    address = url_for("reports.signed", report_id=report.brief.id)
    return {
        "by": _by().value,
        "period_name": statistics.period_name(report.brief.period),
        "period_days": statistics.period_days(report.brief.period),
        "groupings": [
            (statistics.GROUPINGS[by.value][0], f"{address}?by={by.value}", by is _by(), None)
            for by in SIGNED
        ],
    }


def _by() -> By:
    asked = request.args.get("by", "")
    return By(asked) if asked in set(SIGNED) else By.LEVEL


def _form(report: Signed, by: By) -> FormTable:
    return statutoryforms.form(report.tables[by.value], report.head)


def _changes(table: Table, found: Restatement) -> list[Line]:
    """The numbers of the total that are others than when they were signed."""
    today = found.tables["level"].total
    lines = [
        Line(name, words.CELLS[name], getattr(table.total, name), found.of(name), getattr(today, name))
        for name in words.CELLS
        if name in (*WITHIN, *CELLS, *MOVED)
    ]
    return [line for line in lines if line.changed]
