"""The dossiers behind a number of the summary, and the same as a file."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.extensions import database
from tthc_tracker.queries import listing, statisticslists
from tthc_tracker.queries.statisticscells import OF_RECEPTION
from tthc_tracker.queries.statisticslists import Behind, Row
from tthc_tracker.services import audit
from tthc_tracker.spreadsheets import csvtext
from tthc_tracker.web.access import may_open, requires
from tthc_tracker.web.reports import questions
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import statistics as words
from tthc_tracker.wording.formats import moment
from tthc_tracker.wording.labels import label


@blueprint.get("/tong-hop/ho-so")
@requires(Permission.VIEW_REPORTS)
def dossiers() -> ResponseReturnValue:
    """The dossiers that were counted in one cell, within what this person may see."""
    session, now = reading(), clock.now()
    behind = _behind(now)
    after = request.args.get("after", "")
    found = statisticslists.page(session, behind, now, after=after)
    return render_template(
        "reports/dossiers.html",
        lines=[{"row": row, "url": url_for("dossiers.show", code=row.code)} for row in found.rows],
        count=statisticslists.count(session, behind, now),
        next_url=_address("dossiers") + f"&after={found.after}" if found.after else None,
        first_url=_address("dossiers") if after else None,
        **_around(behind, now),
    )


def _around(behind: Behind, now: dt.datetime) -> dict[str, Any]:
    """What the list is of, and where else to go."""
    asked = questions.read(request.args, now.date())
    return {
        "title": words.CELLS[behind.cell.value],
        "of_reception": behind.cell in OF_RECEPTION,
        "row_label": statisticslists.row_label(reading(), behind),
        "period_name": words.period_name(asked.period),
        "csv_url": _address("dossiers_csv") if may_open("reports.dossiers_csv") else None,
        "summary_url": url_for("reports.summary") + "?" + asked.query(),
        "now": now,
    }


@blueprint.get("/tong-hop/ho-so.csv")
@requires(Permission.EXPORT_LISTS)
def dossiers_csv() -> ResponseReturnValue:
    """The same dossiers as a file."""
    now = clock.now()
    with transaction() as session:
        facts = {"list": "statistics"} | _kept()
        audit.note(session, "export_list", actor_id=current_user.user_id, now=now, facts=facts)
    name = f"ho-so-{_behind(now).cell.value.replace('_', '-')}-{now:%Y%m%d-%H%M}.csv"
    return Response(
        csvtext.lines(words.LIST_CSV_HEADER, _cells(_behind(now), now)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _address(endpoint: str) -> str:
    return url_for(f"reports.{endpoint}") + "?" + urlencode(_kept())


def _kept() -> dict[str, str]:
    names = ("from", "to", "period", "by", "agency", "key", "cell")
    return {name: request.args[name][:60] for name in names if request.args.get(name)}


def _behind(now: dt.datetime) -> Behind:
    asked = questions.read(request.args, now.date())
    key = request.args.get("key", "")[:40]
    return Behind(asked.question(current_user.scope), key, questions.cell_of(request.args))


def _cells(behind: Behind, now: dt.datetime) -> Iterator[list[str]]:
    """The rows of the file, read page by page in a session of their own while the file leaves."""
    with database.reading() as session:

        def read_page(after: str, size: int) -> tuple[tuple[Row, ...], str]:
            found = statisticslists.page(session, behind, now, after=after, size=size)
            return found.rows, found.after

        for row in listing.batches(read_page):
            yield _line(row)


def _line(row: Row) -> list[str]:
    moments = (row.submitted_at, row.reception_due_at, row.reception_answered_at, row.accepted_at, row.due_at)
    return [
        row.code, row.procedure_code, row.procedure, row.owner, row.agency_code, row.agency,
        label(row.channel),
        *(moment(each) if each else "" for each in (*moments, row.closed_at)), words.STANDINGS[row.standing],
    ]  # fmt: skip
