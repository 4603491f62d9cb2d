"""Biểu 06 on the screen, on paper and as a workbook."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from tthc_tracker import clock
from tthc_tracker.domain import periods
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.statutorytable import Table
from tthc_tracker.queries import filtering, signedreports, statutorytables
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.statisticscells import ADDING_UP, By
from tthc_tracker.queries.statisticsquestions import NAMED, Asked
from tthc_tracker.web.access import requires
from tthc_tracker.web.reports import forms, pictures
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import statistics as words
from tthc_tracker.wording import statutoryforms
from tthc_tracker.wording.formtables import FormColumn, FormLine, FormTable, Rank


@dataclass(frozen=True)
class Reckoned:
    """A table and when it was reckoned."""

    table: Table
    at: dt.datetime


_tables: Answers[Reckoned] = Answers(pictures.LIFE)
_written: Answers[Markup] = Answers(pictures.LIFE, most=32)
EMPTY = "Không có hồ sơ nào trong kỳ này. Chọn kỳ khác hoặc cơ quan khác."


@blueprint.get("/tong-hop/bieu-06")
@requires(Permission.VIEW_REPORTS)
def statutory() -> ResponseReturnValue:
    """The statutory table in the layout of its form."""
    asked = question()
    table = table_of(asked)
    return render_template(
        "reports/statutory.html",
        written=_written_once(asked),
        broken=_broken(asked, table),
        signed=signedreports.latest(reading(), asked.agency, asked.period, current_user.scope),
        may_sign=may_sign(asked.agency) and asked.period.end < clock.now().date(),
        **around(asked, "reports.statutory"),
    )


@blueprint.get("/tong-hop/bieu-06.<kind>")
@requires(Permission.VIEW_REPORTS)
def statutory_file(kind: str) -> ResponseReturnValue:
    """The same as a workbook, as PDF or as CSV."""
    asked = question()
    return forms.file(form_of(asked, table_of(asked)), kind, clock.now())


def question(rows: tuple[By, ...] = ADDING_UP) -> Asked:
    """What the address asks, in one of these rows: the totals of the form add them up. By the lawful date.

    Unless it names another agency, of the reader's own.
    """
    asked = questions.read(request.args, clock.now().date())
    by = asked.by if asked.by in rows else By.LEVEL
    return replace(asked, by=by, agency=asked.agency or current_user.home_agency_code, second=False, level="")


def table_of(asked: Asked) -> Table:
    """The table, at most a minute old."""
    return _reckoned(asked).table


def _reckoned(asked: Asked) -> "Reckoned":
    session, now, chosen = reading(), clock.now(), asked.question(current_user.scope)
    return _tables.get(
        session, chosen, now, lambda: Reckoned(statutorytables.table(session, chosen, now), now)
    )


def _written_once(asked: Asked) -> Markup:
    """The table as it stands on the page, put into words once for these numbers."""
    found = _reckoned(asked)

    def write() -> Markup:
        shown = forms.shown(form_of(asked, found.table), lead(asked, found.table.by))
        words_of = render_template("reports/_written.html", shown=shown, empty=EMPTY)
        return Markup(words_of)  # noqa: S704 (a template's own text)

    same = (asked.question(current_user.scope), asked.query(), found.at)
    return _written.get(reading(), same, found.at, write)


def form_of(asked: Asked, table: Table) -> FormTable:
    """The table with what stands above and below it."""
    today = clock.now().date()
    head = statutorytables.head(reading(), statutoryforms.FORM, asked.agency, asked.period, today)
    told = replace(head, period=statutoryforms.known_line(head.period, asked.known_on))
    return statutoryforms.form(table, told)


def may_sign(agency: str) -> bool:
    """Whether the reader signs the reports of this agency."""
    held = (one for one in current_user.memberships if Permission.SIGN_REPORTS in one.permissions)
    return any(statutorytables.code_of(reading(), one.agency_id) == agency for one in held)


def lead(asked: Asked, by: str) -> forms.Lead:
    """Where a number of the table leads: to the list of its dossiers."""

    def address(line: FormLine, column: FormColumn) -> str:
        where = {"by": by, "key": line.key}
        if line.rank is Rank.ROW and line.group:
            where |= {"by": By.SECTOR.value, "level": line.group}
        return _list(asked, where | {"cell": column.cell})

    return address


def _list(asked: Asked, where: dict[str, str]) -> str:
    days = {"from": asked.period.start.isoformat(), "to": asked.period.end.isoformat()}
    if asked.known_on:
        days[questions.KNOWN_ON] = asked.known_on.isoformat()
    return url_for("reports.dossiers") + "?" + urlencode(days | {"agency": asked.agency} | where)


def _broken(asked: Asked, table: Table) -> list[tuple[str, str]]:
    """The rows that do not balance, each with the list of what breaks it."""
    found = []
    for group in table.groups:
        for each in group.rows:
            if not each.row.balances:
                by = By.SECTOR.value if group.key else table.by
                where = {"by": by, "key": each.key, "level": group.key, "cell": "broken"}
                found.append((f"{group.label} {each.label}".strip(), _list(asked, where)))
    return found


def around(asked: Asked, endpoint: str, rows: tuple[By, ...] = ADDING_UP, **more: str) -> dict[str, Any]:
    """What stands around a table: period, rows, agency, each with the addresses of the others. more: what
    every address says besides."""
    today = clock.now().date()

    def address(other: Asked) -> str:
        return url_for(endpoint) + "?" + urlencode(more) + "&" * bool(more) + other.query()

    return {
        "asked": asked,
        "period_name": words.period_name(asked.period),
        "period_days": words.period_days(asked.period),
        "kinds": [
            (words.KINDS[kind], address(asked.of_kind(kind, today)), asked.period.kind is kind, None)
            for kind in NAMED
        ],
        "groupings": [
            (words.GROUPINGS[by.value][0], address(asked.with_by(by)), asked.by is by, None) for by in rows
        ],
        "previous_url": address(asked.with_period(periods.previous(asked.period))),
        "following_url": address(asked.with_period(periods.following(asked.period)))
        if asked.period.end < today
        else None,
        "agency_text": filtering.agency_name(reading(), asked.agency) or asked.agency,
        "query": asked.query(),
    }
