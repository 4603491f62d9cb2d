"""The working tables on one page, with a chooser: each on the screen, as a workbook, as CSV and on paper."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import evaluations, statutorytables, workingcounts
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statisticsquestions import Asked
from tthc_tracker.queries.workingcounts import Counts
from tthc_tracker.web.access import requires
from tthc_tracker.web.reports import forms, pictures
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.reports.statutory import around, question
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import judgedforms, workingforms
from tthc_tracker.wording.formtables import FormColumn, FormHead, FormLine, FormTable
from tthc_tracker.wording.workingforms import NAMES, Working

Row = tuple[str, str, Mapping[str, int]]
EMPTY = "Không có số liệu trong kỳ này. Chọn kỳ khác hoặc cơ quan khác."
LIFE = dt.timedelta(seconds=60)
_counted: Answers[Sequence[Row]] = Answers(LIFE)
# Who is judged by name is for those who lead and oversee.
_OF_LEADERS = frozenset({Working.PEOPLE})


@blueprint.get("/tong-hop/bang")
@requires(Permission.VIEW_REPORTS)
def working() -> ResponseReturnValue:
    """One of the working tables."""
    which, asked = _which(), question()
    form = _form(which, asked)
    return render_template(
        "reports/working.html",
        shown=forms.shown(form, _lead(which, asked)),
        which=which,
        chooser=[
            (NAMES[one], url_for("reports.working", bang=one.value) + "&" + asked.query(), one is which, None)
            for one in NAMES
            if _may_see(one)
        ],
        empty=EMPTY,
        opens=workingforms.OPENS,
        **around(asked, "reports.working", bang=which.value),
    )


@blueprint.get("/tong-hop/bang.<kind>")
@requires(Permission.VIEW_REPORTS)
def working_file(kind: str) -> ResponseReturnValue:
    """The same as a workbook, as PDF or as CSV."""
    return forms.file(_form(_which(), question()), kind, clock.now())


def _which() -> Working:
    """The table that the address names."""
    asked = request.args.get("bang", "")
    which = Working(asked) if asked in set(Working) else Working.UNITS
    if not _may_see(which):
        abort(403)
    return which


def _may_see(which: Working) -> bool:
    return which not in _OF_LEADERS or Permission.VIEW_SUPERVISION in current_user.permissions


def _form(which: Working, asked: Asked) -> FormTable:
    session, now = reading(), clock.now()
    head = statutorytables.head(session, which.form_key, asked.agency, asked.period, now.date())
    chosen = asked.with_by(By.AGENCY).question(current_user.scope)
    rows = _counted.get(session, (which, chosen), now, lambda: _COUNTS[which](session, chosen, now))
    return _LAID_OUT.get(which, workingforms.form)(which, head, rows)


def _rows(read: Callable[[Session, Question, dt.datetime], list[Counts]]) -> Callable[..., Sequence[Row]]:
    def found(session: Session, chosen: Question, now: dt.datetime) -> Sequence[Row]:
        return [(one.key, one.label, one.counts) for one in read(session, chosen, now)]

    return found


def _causes(session: Session, chosen: Question, now: dt.datetime) -> Sequence[Row]:
    return [(one.key, one.label, by) for one, by in workingcounts.causes(session, chosen, now)]


def _payment(session: Session, chosen: Question, now: dt.datetime) -> Sequence[Row]:
    rows = pictures.table(session, chosen, now).rows
    paid = ((line, line.online_payment) for line in rows)
    return [
        (line.key or "", line.label, {"fee_due": rate.den, "paid_online": rate.num})
        for line, rate in paid
        if rate.den
    ]


def _digitised(session: Session, chosen: Question, now: dt.datetime) -> Sequence[Row]:
    return [
        (line.key or "", line.label, workingcounts.digitised(line))
        for line in pictures.table(session, chosen, now).rows
    ]


def _reception(session: Session, chosen: Question, now: dt.datetime) -> Sequence[Row]:
    lines = pictures.table(session, chosen, now).reception_rows
    names = ("due", "in_time", "late", "waiting", "waiting_late", "withdrawn")
    return [
        (line.key or "", line.label, {name: getattr(line.reception, name) for name in names})
        for line in lines
    ]


def _desks(session: Session, chosen: Question, now: dt.datetime) -> Sequence[Row]:
    """With those of which nothing but a late answer is to be told."""
    found = {one.key: (one.label, Counter(one.counts)) for one in workingcounts.desks(session, chosen, now)}
    for key, label, counts in _reception(session, chosen, now):
        if key in found or counts["late"] + counts["waiting_late"]:
            found.setdefault(key, (label, Counter()))[1].update(counts)
    return [(key, label, counts) for key, (label, counts) in found.items()]


_COUNTS: Mapping[Working, Callable[[Session, Question, dt.datetime], Sequence[Row]]] = {
    Working.UNITS: _rows(workingcounts.by_agency),
    Working.PROGRESS: _rows(workingcounts.by_agency),
    Working.ONLINE: _rows(workingcounts.online_services),
    Working.DIGITISED: _digitised,
    Working.PAYMENT: _payment,
    Working.RECEPTION: _reception,
    Working.DESKS: _desks,
    Working.FAULTS: _rows(workingcounts.by_agency),
    Working.CAUSES: _causes,
    Working.PROCEDURES: _rows(workingcounts.procedures),
    Working.PEOPLE: _rows(evaluations.of_people),
    Working.AGENCIES: _rows(evaluations.of_agencies),
}


def _laid_out_causes(_which: Working, head: FormHead, rows: Sequence[Row]) -> FormTable:
    return judgedforms.causes(head, rows)


_LAID_OUT: Mapping[Working, Callable[[Working, FormHead, Sequence[Row]], FormTable]] = {
    Working.CAUSES: _laid_out_causes,
    Working.PEOPLE: judgedforms.evaluation,
    Working.AGENCIES: judgedforms.evaluation,
}


def _lead(which: Working, asked: Asked) -> forms.Lead:
    """Where a number leads: to the list of its dossiers, or of its procedures."""
    by = By.SECTOR if which in workingforms.BY_SECTOR else By.AGENCY
    days: dict[str, Any] = {
        "from": asked.period.start.isoformat(), "to": asked.period.end.isoformat(),
        "agency": asked.agency, "by": by.value,
    }  # fmt: skip

    def address(line: FormLine, column: FormColumn) -> str:
        if column.cell in workingforms.OF_PROCEDURES:
            narrowed = "level" if by is By.SECTOR else "service"
            where = {"key": line.key, "of": column.cell, narrowed: column.portion}
            return url_for("reports.procedures") + "?" + urlencode(days | where)
        where = {"key": line.key, "cell": column.cell, "portion": line.portion or column.portion}
        return url_for("reports.dossiers") + "?" + urlencode(days | where)

    return address
