"""The results that wait at a desk, their file, and the reminder to several applicants at once."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.permissions import Permission, Scope
from tthc_tracker.extensions import database
from tthc_tracker.queries import collecting, listing
from tthc_tracker.queries.collecting import WaitingResult
from tthc_tracker.services import audit, release
from tthc_tracker.services.acting import Target
from tthc_tracker.services.batches import MOST
from tthc_tracker.services.release import RemindApplicant
from tthc_tracker.spreadsheets import csvtext
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.collection.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import collecting as words
from tthc_tracker.wording import mywork


@blueprint.get("/ket-qua-cho-tra")
@requires(Permission.VIEW_DOSSIERS)
def waiting() -> ResponseReturnValue:
    """Results that nobody has collected, the longest waiting first."""
    return _show()


@blueprint.get("/ket-qua-cho-tra.csv")
@requires(Permission.EXPORT_LISTS)
def waiting_csv() -> ResponseReturnValue:
    """The same list as a file."""
    now, days = clock.now(), _days()
    with transaction() as session:
        facts = {"list": "uncollected", "days": days}
        audit.note(session, "export_list", actor_id=current_user.user_id, now=now, facts=facts)
    return Response(
        csvtext.lines(words.CSV_HEADER, _lines(current_user.scope, days, now)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="ket-qua-cho-tra-{now:%Y%m%d-%H%M}.csv"'},
    )


@blueprint.post("/ket-qua-cho-tra/nhac")
@requires(Permission.RETURN_RESULT)
def remind() -> ResponseReturnValue:
    """Write to the applicants of the rows that were ticked; what became of each is told."""
    targets = selection.chosen(request.form.getlist(selection.FIELD))
    if not targets or len(targets) > MOST:
        return _show(mywork.TOO_MANY.format(most=MOST) if targets else mywork.NOTHING_CHOSEN), 422
    domain = current_app.config["SETTINGS"].mail_domain
    verb = partial(_remind, person=current_user, now=clock.now(), mail_domain=domain)
    report = selection.carry_out(targets, verb)
    shown = render_template(
        "mywork/report.html", report=report, action=Action.REMIND, words=mywork, back=_url(_days())
    )
    return shown, 200 if report.done else 422


def _remind(session: Session, target: Target, **given: object) -> None:
    release.remind(session, RemindApplicant(target), **given)  # type: ignore[arg-type]  # passed on as they came


def _days() -> int:
    text = request.values.get("tu", "")
    return int(text) if text in {str(days) for days in collecting.DAYS} else 0


def _url(days: int, after: str = "", *, endpoint: str = "collection.waiting") -> str:
    query = urlencode({name: one for name, one in (("tu", days), ("after", after)) if one})
    return url_for(endpoint) + ("?" + query if query else "")


def _show(problem: str = "") -> str:
    session, now, days, after = reading(), clock.now(), _days(), request.args.get("after", "")
    found = collecting.page(session, current_user.scope, days, now, after=after)
    counts = {one: collecting.count(session, current_user.scope, one, now) for one in collecting.DAYS}
    return render_template(
        "collection/waiting.html",
        now=now,
        words=words,
        problem=problem,
        days=days,
        rows=found.rows,
        ticks={row.code: selection.value(row.code, row.version) for row in found.rows},
        ticked=set(request.form.getlist(selection.FIELD)),
        tabs=[(words.SINCE[one], _url(one), one == days, counts[one].number) for one in collecting.DAYS],
        count=counts[days],
        next_url=_url(days, found.after) if found.after else None,
        first_url=_url(days) if after else None,
        csv_url=_url(days, endpoint="collection.waiting_csv"),
        today=now.date(),
    )


def _lines(scope: Scope, days: int, now: dt.datetime) -> Iterator[list[str]]:
    """The rows of the file, read page by page while it leaves."""
    with database.reading() as session:

        def read_page(after: str, size: int) -> tuple[tuple[WaitingResult, ...], str]:
            found = collecting.page(session, scope, days, now, after=after, size=size)
            return found.rows, found.after

        for row in listing.batches(read_page):
            yield words.csv_cells(row, now.date())
